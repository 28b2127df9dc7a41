// SPDX-License-Identifier: Apache-2.0
// Traces and dates as a scenario names them: formats told or not, left-out rows, warmup.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/validation.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

namespace fs = std::filesystem;

/// A folder with one file, "trace".
class TraceFolder {
 public:
  explicit TraceFolder(const std::string& contents) {
    std::string name = (fs::temp_directory_path() / "tokenfab-trace-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
    std::ofstream(path_ / "trace", std::ios::binary) << contents;
  }
  TraceFolder(const TraceFolder&) = delete;
  ~TraceFolder() { fs::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

using Overrides = std::vector<std::pair<std::string, std::string>>;

Scenario load(const Overrides& overrides, const std::string& data_folder = "") {
  ScenarioRequest request;
  request.path = TOKENFAB_SOURCE_DIR "/scenarios/main.json";
  request.overrides = overrides;
  request.data_folders = {data_folder};
  return load_scenario(request);
}

Overrides trace_workload(const std::string& more = "") {
  return {
      {"/workloads/load", R"({"model": "trace", "service": "chat", "path": "trace")" + more + "}"}};
}

template <class Error>
std::string complaint(const Overrides& overrides, const std::string& data_folder = "") {
  try {
    load(overrides, data_folder);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

const std::string burstgpt =
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
    "5,ChatGPT,472,18,490,Conversation log\n6,GPT-4,9,0,9,API log\n";

}  // namespace

TEST_CASE("scenario: a trace without a format is told by its first line") {
  const TraceFolder folder(burstgpt);
  for (const auto* format : {"", R"(, "format": "auto")", R"(, "format": "burstgpt")"}) {
    const auto scenario = load(trace_workload(format), folder.path());
    const auto& trace = scenario.traces.at("load");
    REQUIRE(trace.format == "burstgpt");
    REQUIRE(trace.summary.rows == 1);
    REQUIRE(scenario.warnings ==
            std::vector<std::string>{"/workloads/load: 1 of the 2 rows of trace are requests that "
                                     "failed when they were recorded; they are left out"});
  }
  REQUIRE(has(complaint<DataError>(trace_workload(R"(, "format": "csv")"), folder.path()),
              "trace:1: unknown column \"Timestamp\""));
  REQUIRE(has(complaint<ConfigError>(trace_workload(R"(, "format": "moncake")"), folder.path()),
              "there is no trace format \"moncake\" (did you mean \"mooncake\"?)"));
  REQUIRE(has(complaint<ConfigError>(trace_workload(R"(, "format": "x")"), folder.path()),
              "known: auto, azure, burstgpt, csv, mooncake, ragpulse"));
}

TEST_CASE("scenario: a trace that no format recognises is bad data") {
  const TraceFolder folder("a,b\n");
  REQUIRE(has(complaint<DataError>(trace_workload(), folder.path()),
              "trace:1: the first line \"a,b\" is of no known trace format"));
}

TEST_CASE("scenario: session files are found, told apart and checked") {
  const auto workload = [](const std::string& more) {
    return Overrides{
        {"/workloads/load",
         R"({"model": "session_trace", "service": "chat", "path": "trace")" + more + "}"}};
  };
  const auto closed = workload(R"(, "concurrency": 2)");
  const std::string good =
      R"({"session": "s", "requests": [{"id": "a", "input_tokens": 5, "output_tokens": 2}]})";
  const TraceFolder folder(good + "\n" + good);
  const auto scenario = load(closed, folder.path());
  const auto& trace = scenario.traces.at("load");
  REQUIRE(trace.format == "sessions");
  REQUIRE(trace.has_sessions);
  REQUIRE(trace.summary.rows == 2);
  REQUIRE(trace.summary.input_tokens == 10);
  REQUIRE(trace.summary.sha256.size() == 64);
  REQUIRE(has(
      complaint<ConfigError>(workload(R"(, "concurrency": 2, "format": "session")"), folder.path()),
      "there is no session format \"session\" (did you mean \"sessions\"?)"));
  REQUIRE(has(complaint<ConfigError>(workload(""), folder.path()),
              "a session_trace workload needs session_rate (open loop) or concurrency"));
  const TraceFolder bad(good + "\n{}\n[]");
  const auto text = complaint<DataError>(closed, bad.path());
  REQUIRE(has(text, "trace:2: requests is missing"));
  REQUIRE(has(text, "trace:3: \"[]\" is no JSON object"));
  REQUIRE(has(complaint<DataError>(closed, TraceFolder(burstgpt).path()),
              "is of no known session format (known formats: claude_code, sessions)"));
}

TEST_CASE("scenario: a missing public file is named also where the format is not") {
  const auto overrides =
      Overrides{{"/workloads/load",
                 R"({"model": "trace", "service": "chat", "path": "conversation_trace.jsonl"})"}};
  REQUIRE(has(complaint<ConfigError>(overrides), "Mooncake trace 2024 (kvcache-ai/Mooncake)"));
}

TEST_CASE("scenario: speedup and warmup have bounds") {
  const TraceFolder folder(burstgpt);
  const auto speedup = [&](const std::string& value) {
    return complaint<ConfigError>(trace_workload(", \"speedup\": " + value), folder.path());
  };
  REQUIRE(speedup("2.5").empty());
  REQUIRE(has(speedup("0"), "/workloads/load/speedup"));
  REQUIRE(has(speedup("-1"), "/workloads/load/speedup"));
  REQUIRE(has(speedup("1e7"), "/workloads/load/speedup"));
  REQUIRE(complaint<ConfigError>({{"/warmup", "5 min"}}).empty());
  REQUIRE(complaint<ConfigError>({{"/warmup", "5 min"}, {"/horizon", "5.1 min"}}).empty());
  REQUIRE(has(complaint<ConfigError>({{"/warmup", "5 min"}, {"/horizon", "300 s"}}),
              "/warmup: a warmup of 300 s leaves nothing of a horizon of 300 s"));
  REQUIRE(has(complaint<ConfigError>({{"/warmup", "-1 s"}}), "/warmup"));
}

TEST_CASE("scenario: diurnal faults are those of the workload") {
  REQUIRE(complaint<ConfigError>({{"/workloads/load/diurnal", R"({"0": 1, "14": 2.5})"}}).empty());
  REQUIRE(has(complaint<ConfigError>({{"/workloads/load/diurnal", R"({"24": 1})"}}),
              "/workloads/load: diurnal: the key \"24\" is not an hour of the day"));
  REQUIRE(has(complaint<ConfigError>({{"/workloads/load/diurnal", R"({"0": -1})"}}), "diurnal"));
}

TEST_CASE("scenario: a local date since the beginning of 1970") {
  const auto minutes = [](std::int64_t count) {
    return Duration::from_ticks(Int128{count * 60} * Duration::ticks_per_second);
  };
  REQUIRE(local_date("1970-01-01T00:00") == Duration());
  REQUIRE(local_date("1970-02-01T23:59") == minutes(31 * 1440 + 23 * 60 + 59));
  REQUIRE(local_date("1969-12-31T23:00") == Duration() - minutes(60));
  REQUIRE(local_date("2024-02-29T00:00"));
  for (const auto* text : {"2024-01-01", "2024-01-01T24:00", "2024-01-01T00:60", "2024-13-01T00:00",
                           "2023-02-29T00:00", "2024-01-01T00:00Z", "2024-01-01T-1:00", ""}) {
    INFO(text);
    REQUIRE_FALSE(local_date(text));
  }
}

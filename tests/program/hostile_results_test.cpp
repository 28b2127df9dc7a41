// SPDX-License-Identifier: Apache-2.0
// Result folders that were damaged, for every command that reads one: an exit code and words, and
// no file.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

/// A file of the result folder with other content while it lives.
class Damage {
 public:
  Damage(const Sandbox& sandbox, std::string name, const std::string& content)
      : sandbox_(sandbox), name_(std::move(name)), whole_(sandbox.read(name_)) {
    sandbox_.write(name_, content);
  }
  ~Damage() { sandbox_.write(name_, whole_); }
  Damage(const Damage&) = delete;
  Damage& operator=(const Damage&) = delete;

 private:
  const Sandbox& sandbox_;
  std::string name_;
  std::string whole_;
};

void expect_refused(const Sandbox& sandbox, const std::vector<std::string>& arguments, int code,
                    const std::vector<std::string>& words) {
  const auto before = sandbox.files();
  const auto finished = sandbox.run(arguments);
  INFO(arguments.front() << "\n" << finished.out << finished.err);
  CHECK(finished.code == code);
  CHECK(finished.out.empty());
  expect_words(finished.err, words);
  CHECK(sandbox.files() == before);
}

const std::vector<std::string> page{"report", "out", "-o", "page.html"};
const std::vector<std::string> trace{"timeline", "out", "-o", "trace.json"};

void run_small(const Sandbox& sandbox) {
  run_well(sandbox, replaced(small_scenario(), R"("series": "1 s")",
                             R"("series": "1 s", "requests": true)"));
}

}  // namespace

TEST_CASE("hostile results: folders and reports that are none") {
  const Sandbox sandbox;
  run_small(sandbox);
  sandbox.write("empty/note.txt", "nothing");
  expect_refused(sandbox, {"report", "empty", "-o", "page.html"}, scenario_invalid,
                 {"empty", "report.json"});
  expect_refused(sandbox, {"timeline", "empty", "-o", "t.json"}, scenario_invalid,
                 {"empty/report.json", "cannot be read"});
  const auto whole = sandbox.read("out/report.json");
  const std::vector<std::string> gate{"gate", "--baseline", "b.json", "--update", "out"};
  const auto refused = [&sandbox](const std::string& text, const std::vector<std::string>& words,
                                  const std::vector<std::vector<std::string>>& commands) {
    const Damage damage(sandbox, "out/report.json", text);
    for (const auto& command : commands) {
      expect_refused(sandbox, command, data_invalid, words);
    }
  };
  refused(whole.substr(0, whole.size() / 2), {"out/report.json"}, {page, trace, gate});
  refused("", {"out/report.json"}, {{"rerun", "out"}});
  refused(replaced(whole, "\"schema_version\": 1", "\"schema_version\": 99"),
          {"schema_version 99 is not known"}, {page, gate});
  refused(replaced(whole, "\"schema_version\": 1", "\"schema_version\": 1, \"schema_version\": 1"),
          {"out/report.json", "duplicate key"}, {trace});
  const Damage bare(sandbox, "out/report.json", R"({"schema_version": 1})");
  expect_refused(sandbox, trace, data_invalid, {"no duration_s"});
  CHECK(sandbox.run(page).code == ok);
}

TEST_CASE("hostile results: numbers that no run has") {
  const Sandbox sandbox;
  run_small(sandbox);
  const auto report = sandbox.read("out/report.json");
  const auto begin = report.find("\"duration_s\": ");
  const auto value = report.substr(begin, report.find(',', begin) - begin);
  {
    const Damage damage(sandbox, "out/report.json",
                        replaced(report, value, "\"duration_s\": 1e300"));
    expect_refused(sandbox, trace, data_invalid, {"no run takes"});
    CHECK(sandbox.run(page).code == ok);
  }
  const auto replications = R"("replications": {"seeds": [1, 2], "metrics": {"cost_total_usd":
      {"mean": 1, "half_width_95": 1, "values": [1.7e308, -1.7e308]}}}, "metrics")";
  const Damage wide(sandbox, "out/report.json", replaced(report, "\"metrics\"", replications));
  sandbox.write("other/report.json", replaced(report, "\"metrics\"", replications));
  CHECK(sandbox.run({"compare", "out", "other"}).code == ok);
}

TEST_CASE("hostile results: rows that are broken") {
  const Sandbox sandbox;
  run_small(sandbox);
  const auto series = sandbox.read("out/series.csv");
  const auto refused = [&sandbox](const std::string& name, const std::string& text,
                                  const std::vector<std::string>& words,
                                  const std::vector<std::vector<std::string>>& commands) {
    const Damage damage(sandbox, name, text);
    for (const auto& command : commands) {
      expect_refused(sandbox, command, data_invalid, words);
    }
  };
  refused("out/series.csv", series + "1,site\n", {"out/series.csv:"}, {page, trace});
  refused("out/series.csv", series.substr(0, series.size() - 9), {"out/series.csv:"}, {trace});
  refused("out/series.csv", "", {"out/series.csv", "empty"}, {page});
  refused("out/series.csv", "a,b\n1,2\n", {"out/series.csv:1", "no column"}, {page, trace});
  const auto row = series.find('\n') + 1;
  const auto date = series.substr(row, series.find(',', row) - row);
  for (const auto& [number, command] : {std::pair("nan", page), {"-inf", trace}}) {
    auto text = series;
    refused("out/series.csv", text.replace(row, date.size(), number),
            {"out/series.csv:2", "is no number", number}, {command});
  }
  refused("out/events.csv", "time_s,site,cluster,kind,subject,detail\n1e999,s,c,node_failed,n,\n",
          {"out/events.csv:2", "is no number"}, {page});
  const auto events =
      "time_s,site,cluster,kind,subject,detail\n9,s,c,blackout,,\n1,s,c,blackout,,\n";
  const Damage backwards(sandbox, "out/events.csv", events);
  expect_refused(sandbox, trace, data_invalid, {"out/events.csv:3", "in order of date"});
}

TEST_CASE("hostile results: a sweep where a report is expected, and the reverse") {
  const Sandbox sandbox;
  run_small(sandbox);
  sandbox.write("base.json", small_scenario());
  sandbox.write("sweep.json", R"({"sweep_version": 1, "name": "s", "base": "base.json",
    "axes": {"/sites/site/cooling/pue": [1.2]}})");
  REQUIRE(sandbox.run({"sweep", "sweep.json", "--out", "s.sqlite"}).code == ok);
  expect_refused(sandbox, {"compare", "out", "s.sqlite"}, scenario_invalid, {"s.sqlite"});
  expect_refused(sandbox, {"timeline", "s.sqlite", "-o", "t.json"}, data_invalid, {"s.sqlite"});
  expect_refused(sandbox, {"sweep", "merge", "m.sqlite", "out/report.json"}, data_invalid,
                 {"out/report.json"});
  const auto whole = sandbox.read("s.sqlite");
  sandbox.write("half.sqlite", whole.substr(0, whole.size() / 2));
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"report", "half.sqlite", "-o", "page.html"},
           {"sweep", "csv", "half.sqlite"},
           {"gate", "--baseline", "b.json", "--update", "x=half.sqlite"}}) {
    expect_refused(sandbox, command, data_invalid, {"half.sqlite"});
  }
}

}  // namespace tokenfab::program

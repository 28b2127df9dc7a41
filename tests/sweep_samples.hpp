// SPDX-License-Identifier: Apache-2.0
// Made-up sweeps and answers for tests of what is kept of them. Nothing is simulated.
#pragma once

#include <fmt/format.h>
#include <stdlib.h>  // mkdtemp

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/database/sweep_database.hpp"

namespace tokenfab::testing {

/// A folder of its own, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tokenfab-db-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  std::string name() const { return folder_; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string folder_;
};

/// Chips of the sample sweep; the axes of a point are its chip and one of four powers.
inline const std::vector<std::string>& sample_chips() {
  static const std::vector<std::string> chips{"h100-sxm", "b200", "ascend-910c"};
  return chips;
}

inline SweepDescription sample_description(std::int64_t replications = 2) {
  SweepDescription description;
  description.name = "chips and \"power\"";
  description.sha256 = "5aab";
  description.definition = "{\"name\": 1}\n";
  description.program = "0.1.0 (test)";
  description.points = 4 * static_cast<std::int64_t>(sample_chips().size());
  description.replications = replications;
  description.axes = {{"chip", "", {"/sites/a/clusters/b/node/use"}, false},
                      {"power", "W", {"/a/power~1x", "/b/\"power\""}, true}};
  return description;
}

inline SweepRun sample_run(const SweepDescription& description, std::int64_t number) {
  SweepRun run;
  run.run = number;
  run.point = number / description.replications;
  run.replication = number % description.replications;
  run.seed = 1000 + number;
  const auto watts = 400 + 100 * (run.point % 4);
  run.values = {{sample_chips()[static_cast<std::size_t>(run.point / 4)], std::nullopt, {}},
                {fmt::format("{} W", watts), static_cast<double>(watts), {}}};
  return run;
}

/// Metrics in the order of reports, ledgers in that of names, as they are read back. Every seventh
/// run has no numbers.
inline RunAnswer sample_answer(const SweepDescription& description, std::int64_t number) {
  const auto run = sample_run(description, number);
  RandomStream random(7, static_cast<std::uint64_t>(number), "test", "answer");
  RunAnswer answer;
  if (number % 7 == 6) {
    answer.status = number % 2 == 0 ? RunStatus::Infeasible : RunStatus::Crashed;
    answer.reason = "it's, \"quoted\"";
    return answer;
  }
  answer.scenario_sha256 = fmt::format("{:064x}", number);
  // The cheaper chip is the h100 below some 650 W, the b200 above.
  const double watts = *run.values[1].number;
  const double noise = 0.001 * random.uniform();
  const double cost = run.point / 4 == 0 ? watts / 1000 + 0.6 : run.point / 4 == 1 ? 1.25 : 1.5;
  answer.metrics = {{"requests_completed", 50},
                    {"output_tokens_per_s", watts * random.uniform()},
                    {"interactivity_tokens_per_s_per_user", watts / 10},
                    {"ttft_p99_s", 400 / watts},
                    {"tpot_p99_s", 0.1 * random.uniform()},
                    {"pue", 1.25},
                    {"cost_per_mtok_output_usd", cost + noise},
                    {"pools/chat/main/mfu", random.uniform()},
                    {"services/chat/ttft_p99_s", random.uniform()}};
  answer.costs = {{"chips", "capital", "", 3}, {"energy", "grid import", "a", 0.1 * watts}};
  answer.energies = {{"a", "conversion", -0.25 * watts},
                     {"a", "cooling and auxiliaries", -0.25 * watts},
                     {"a", "grid import", 1.5 * watts},
                     {"a", "it", -watts}};
  return answer;
}

inline void add_samples(SweepDatabase& database, const std::vector<std::int64_t>& numbers) {
  for (const auto number : numbers) {
    database.add(sample_run(database.description(), number),
                 sample_answer(database.description(), number));
  }
}

/// Everything in a database, as one text.
inline std::string dump_of(const SweepDatabase& database) {
  std::string text = database.description().definition + database.description().name;
  database.for_each_run([&](const StoredRun& stored) {
    text += fmt::format("{} {} {} {}", stored.run.run, stored.run.point, stored.run.replication,
                        stored.run.seed);
    for (const auto& value : stored.run.values) {
      text += fmt::format(" {}={}", value.text, value.number.value_or(-1));
    }
    text += bytes_of(stored.answer) + '\n';
  });
  return text;
}

inline std::string dump_of(const std::string& path) { return dump_of(SweepDatabase::open(path)); }

}  // namespace tokenfab::testing

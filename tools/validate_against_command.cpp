// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "sim/measured/case_formats.hpp"
#include "sim/measured/case_runner.hpp"
#include "sim/measured/error_sample.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {

int validate_against(const ValidateAgainstCommand& command) {
  for (const auto& path : command.paths) {
    const auto file = read_measured_file(path);
    std::vector<CaseJob> jobs;
    std::map<std::string, int> skipped;
    for (const auto& each : file.cases) {
      if (each.skipped.empty()) {
        jobs.push_back({&each, {}});
      } else {
        ++skipped[each.skipped];
      }
    }
    const auto answers = run_cases(jobs, command.jobs);
    std::map<std::string, ErrorSample> samples;
    std::map<std::string, int> failures;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto& c = *jobs[i].measured;
      if (!answers[i].failure.empty()) {
        ++failures[answers[i].failure.substr(0, 200)];
        fmt::print(stderr, "FAIL {} {}\n", c.line, answers[i].failure.substr(0, 120));
        continue;
      }
      for (std::size_t q = 0; q < c.measured.size(); ++q) {
        const auto name = std::string(name_of(c.measured[q].quantity));
        const double p = answers[i].predicted[q].value;
        const double m = c.measured[q].value;
        fmt::print(stderr, "{},{},{},{},{},{},{},{},{},{},{},{}\n", c.line, name, c.labels.chip,
                   c.labels.model, c.labels.engine, c.labels.software, c.labels.precision, c.labels.regime,
                   c.labels.layout, c.labels.concurrency, m, p);
        for (const auto& group : {std::string("all"), c.labels.chip, c.labels.model,
                                  c.labels.engine,
                                  c.labels.engine + " " + c.labels.chip + " " + c.labels.model + " " + c.labels.precision}) {
          samples[name + " " + group].add(p, m);
        }
      }
    }
    for (const auto& [group, sample] : samples) {
      fmt::print("{:<90} {}\n", group, sample.row());
    }
    for (const auto& [reason, count] : skipped) {
      fmt::print("skipped {:>5}  {}\n", count, reason);
    }
    for (const auto& [reason, count] : failures) {
      fmt::print("failed {:>5}  {}\n", count, reason);
    }
  }
  return exit_ok;
}

}  // namespace tokenfab::tools

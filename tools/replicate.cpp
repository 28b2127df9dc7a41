// SPDX-License-Identifier: Apache-2.0
#include "tools/replicate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/process/child_pool.hpp"
#include "sim/report/replications_section.hpp"
#include "tools/child.hpp"

namespace tokenfab::tools {
namespace {

using Json = nlohmann::json;

std::string text_of_first_run(const Scenario& scenario, ResultFiles* files) {
  RunOptions options;
  if (files != nullptr) {
    options.requests = files->has_requests() ? files : nullptr;
    options.jobs = files->has_jobs() ? files : nullptr;
    options.series = files->has_series() ? files : nullptr;
    options.fleet = files->has_fleet() ? files : nullptr;
    options.events = files->has_events() ? files : nullptr;
  }
  const auto told = texts_of(scenario, *play(scenario, options));
  if (files != nullptr) {
    files->flush();
  }
  return Json{{"report", told.report},
              {"table", told.table},
              {"months", told.months},
              {"warnings", told.warnings}}
      .dump();
}

RunTexts texts_of_first_run(const std::string& text) {
  const auto json = Json::parse(text);
  return {json["report"], json["table"], json["months"], json["warnings"], true};
}

std::string part_of_run(ScenarioRequest request, std::int64_t seed) {
  request.seed = seed;
  return replication_part(play(load_scenario(request), RunOptions())->report);
}

}  // namespace

std::optional<RunTexts> replicate(const ReplicationPlan& plan, ResultFiles* files,
                                  const std::function<bool(std::size_t)>& watch) {
  std::vector<std::function<std::string()>> works;
  works.emplace_back([&] { return text_of_first_run(plan.first, files); });
  for (std::int64_t run = 1; run < plan.count; ++run) {
    const auto seed = replication_seed(plan.first.config->seed, run);
    works.emplace_back([&plan, seed] { return part_of_run(plan.request, seed); });
  }
  const auto jobs = plan.jobs ? static_cast<std::size_t>(*plan.jobs) : processor_count();
  auto parts = texts_from_children(works, jobs, watch);
  if (parts.empty()) {
    return std::nullopt;
  }
  auto told = texts_of_first_run(parts.front());
  parts.front() = replication_part(told.report);
  told.report = replicated_report(told.report, parts);
  told.table += replications_table(told.report);
  told.holds = holds_in_all(parts);
  return told;
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/plan/plan_text.hpp"

namespace tokenfab {
namespace {

using Json = nlohmann::ordered_json;

/// What every trial is told with.
constexpr std::array<const char*, 12> told_metrics{"cost_per_mtok_usd",
                                                   "cost_per_mtok_output_usd",
                                                   "interactivity_tokens_per_s_per_user",
                                                   "ttft_p50_s",
                                                   "ttft_p99_s",
                                                   "tpot_p50_s",
                                                   "tpot_p99_s",
                                                   "slo_attainment",
                                                   "chip_utilization",
                                                   "peak_site_power_w",
                                                   "carbon_per_mtok_g",
                                                   "capex_usd"};

Json json_of(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json();
}

/// Of a verdict without numbers nothing is known to be missed.
std::string missed_limits(const Plan& plan, const Verdict& verdict) {
  return misses_text(plan.context.limits, verdict.misses);
}

Json trial_json(const Plan& plan, const Trial& trial) {
  const auto& layout = plan.context.layouts[trial.layout];
  const auto& verdict = plan.trials.verdict(trial);
  Json json;
  json["configuration"] = label_of(layout, trial.units);
  json["units"] = trial.units;
  json["servers"] = layout.nodes(trial.units);
  json["chips"] = layout.nodes(trial.units) * layout.node.chips;
  json["objective"] = json_of(verdict.objective);
  for (const auto* metric : told_metrics) {
    json[metric] = json_of(metric_of(verdict.answer, plan.context.subject.service, metric));
  }
  const auto missed = missed_limits(plan, verdict);
  if (!missed.empty()) {
    json["misses"] = missed;
  }
  return json;
}

/// In double quotes where commas would cut it.
std::string field(std::string text) {
  if (text.find_first_of(",\"\n") == text.npos) {
    return text;
  }
  for (std::size_t at = 0; (at = text.find('"', at)) != text.npos; at += 2) {
    text.insert(at, 1, '"');
  }
  return fmt::format("\"{}\"", text);
}

std::string layout_fields(const Plan& plan, std::size_t index) {
  const auto& layout = plan.context.layouts[index];
  const auto& result = plan.result.layouts[index];
  const bool spreads = layout.experts == ExpertChoice::Spread;
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}", index, field(layout.node.label),
                     layout.tensor_parallel_size, layout.pipeline_parallel_size,
                     layout.data_parallel_size,
                     spreads ? layout.tensor_parallel_size * layout.data_parallel_size : 1,
                     layout.quantization, layout.max_num_seqs, layout.max_num_batched_tokens,
                     name_of(layout.split), field(name_of(result.fate)), result.bound_usd);
}

}  // namespace

std::string plan_csv(const Plan& plan) {
  std::string text =
      "layout,servers_of,tensor_parallel_size,pipeline_parallel_size,data_parallel_size,"
      "expert_parallel_size,quantization,max_num_seqs,max_num_batched_tokens,split,fate,"
      "bound_usd,units,servers,chips,fraction,feasible,reason,objective";
  for (const auto* metric : told_metrics) {
    text += fmt::format(",{}", metric);
  }
  text += "\n";
  std::vector<bool> has_trials(plan.context.layouts.size());
  for (const auto& [trial, verdict] : plan.trials.all()) {
    has_trials[trial.layout] = true;
    const auto& layout = plan.context.layouts[trial.layout];
    const auto nodes = layout.nodes(trial.units);
    const auto why = verdict.reason.empty() ? missed_limits(plan, verdict) : verdict.reason;
    text += fmt::format("{},{},{},{},{},{},{},{}", layout_fields(plan, trial.layout), trial.units,
                        nodes, nodes * layout.node.chips, trial.fraction, verdict.is_feasible(),
                        field(why), verdict.objective ? fmt::format("{}", *verdict.objective) : "");
    for (const auto* metric : told_metrics) {
      const auto value = metric_of(verdict.answer, plan.context.subject.service, metric);
      text += value ? fmt::format(",{}", *value) : ",";
    }
    text += "\n";
  }
  for (std::size_t i = 0; i < has_trials.size(); ++i) {
    if (!has_trials[i]) {
      text +=
          fmt::format("{},,,,,false,{},{}\n", layout_fields(plan, i),
                      field(plan.result.layouts[i].reason), std::string(told_metrics.size(), ','));
    }
  }
  return text;
}

std::string plan_json(const Plan& plan) {
  Json json;
  json["plan_version"] = 1;
  json["scenario"] = plan.context.request.scenario.path;
  json["service"] = plan.context.subject.service;
  json["objective"] = plan.context.request.objective;
  json["limits"] = Json::array();
  for (const auto& limit : plan.context.limits) {
    json["limits"].push_back(limit.text);
  }
  const auto best = [&plan](std::size_t layout) {
    return trial_json(plan, *plan.result.layouts[layout].best);
  };
  json["winner"] = plan.result.winner ? best(*plan.result.winner) : Json();
  if (plan.result.winner) {
    const auto& trial = *plan.result.layouts[*plan.result.winner].best;
    json["winner"]["run"] = run_line(plan, trial);
  }
  json["runner_up"] = plan.result.runner_up ? best(*plan.result.runner_up) : Json();
  json["front"] = Json::array();
  for (const auto layout : plan.result.front) {
    json["front"].push_back(best(layout));
  }
  std::map<std::string, std::size_t> fates;
  for (const auto& layout : plan.result.layouts) {
    ++fates[name_of(layout.fate)];
  }
  json["layouts"] = {{"all", plan.result.layouts.size()}, {"by_fate", fates}};
  json["unproven"] = plan.result.unproven;
  json["runs"] = plan.trials.run_count();
  return json.dump(2) + "\n";
}

}  // namespace tokenfab

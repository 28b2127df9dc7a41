// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sim/plan/plan_text.hpp"
#include "sim/plan/unbeaten.hpp"

namespace tokenfab {
namespace {

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

Node json_of(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? make_number(*value, {}) : make_node(NodeKind::Null, {});
}
Node json_of(const std::string& text) { return make_text(text, {}); }
Node json_of(std::int64_t count) { return make_integer(count, {}); }
Node json_of(std::size_t count) { return json_of(static_cast<std::int64_t>(count)); }

/// Of a verdict without numbers nothing is known to be missed.
std::string missed_limits(const Plan& plan, const Verdict& verdict) {
  return misses_text(plan.context.limits, verdict.misses);
}

Node trial_json(const Plan& plan, std::size_t number) {
  const auto& trial = *plan.result.layouts[number].best;
  const auto& layout = plan.context.layouts[number];
  const auto& verdict = plan.trials.verdict(trial);
  auto json = make_object({});
  add_member(json, "configuration", json_of(label_of(layout, trial.units)));
  add_member(json, "units", json_of(trial.units));
  add_member(json, "servers", json_of(layout.nodes(trial.units)));
  add_member(json, "chips", json_of(layout.nodes(trial.units) * layout.node.chips));
  add_member(json, "objective", json_of(verdict.objective));
  for (const auto* metric : told_metrics) {
    add_member(json, metric,
               json_of(metric_of(verdict.answer, plan.context.subject.service, metric)));
  }
  add_member(json, "run", json_of(run_line(plan, trial)));
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
  const auto none = make_node(NodeKind::Null, {});
  auto json = make_object({});
  add_member(json, "plan_version", json_of(std::int64_t{1}));
  add_member(json, "scenario", json_of(plan.context.request.scenario.path));
  add_member(json, "service", json_of(plan.context.subject.service));
  add_member(json, "objective", json_of(plan.context.request.objective));
  auto limits = make_node(NodeKind::Array, {});
  for (const auto& limit : plan.context.limits) {
    limits.items.push_back(json_of(limit.text));
  }
  add_member(json, "limits", std::move(limits));
  const auto& result = plan.result;
  add_member(json, "winner", result.winner ? trial_json(plan, *result.winner) : none);
  add_member(json, "runner_up", result.runner_up ? trial_json(plan, *result.runner_up) : none);
  auto front = make_node(NodeKind::Array, {});
  for (const auto layout : result.front) {
    front.items.push_back(trial_json(plan, layout));
  }
  add_member(json, "front", std::move(front));
  auto unbeaten = make_node(NodeKind::Array, {});
  for (const auto layout : unbeaten_layouts(plan.context, result, plan.trials)) {
    unbeaten.items.push_back(trial_json(plan, layout));
  }
  add_member(json, "front_of_five", std::move(unbeaten));
  std::map<std::string, std::size_t> fates;
  for (const auto& layout : result.layouts) {
    ++fates[name_of(layout.fate)];
  }
  auto counts = make_object({});
  for (const auto& [fate, count] : fates) {
    add_member(counts, fate, json_of(count));
  }
  add_member(json, "layouts", std::move(counts));
  add_member(json, "unproven", json_of(result.unproven));
  add_member(json, "runs", json_of(plan.trials.run_count()));
  return to_json(json, 2) + "\n";
}

}  // namespace tokenfab

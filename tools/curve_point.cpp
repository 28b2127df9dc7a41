// SPDX-License-Identifier: Apache-2.0
#include "tools/curve_point.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/unit_factors.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/scenario/simulation.hpp"

namespace tokenfab::tools {
namespace {

using Json = nlohmann::json;

Json json_of(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json costs_of(const Summary& summary) {
  return Json::array({json_of(summary.factory.get("cost_per_mtok_input_usd")),
                      json_of(summary.factory.get("cost_per_mtok_output_usd")),
                      json_of(summary.factory.get("cost_per_mtok_usd"))});
}

/// The same run with nothing to pay but the rent of its chips.
RunResult rented(RunResult result, double usd_per_chip_h) {
  double chip_h = 0;
  for (const auto& pool : result.pools) {
    chip_h += pool.chips * result.duration.seconds() / seconds_per_hour;
  }
  CostLine rent;
  rent.layer = "chips";
  rent.item = "accelerator rent";
  rent.site = result.sites.front().name;
  rent.amount_usd = usd_per_chip_h * chip_h;
  result.costs = {rent};
  return result;
}

Json played(const ScenarioRequest& request, const std::map<std::string, double>& rents_usd_per_h) {
  const auto result = simulate(load_scenario(request), {}).result;
  const auto summary = summarize(result);
  const auto completed = summary.factory.get("requests_completed").value_or(0);
  const auto arrived = static_cast<double>(result.pools.front().requests.arrived);
  if (completed < arrived || completed == 0) {
    return {{"infeasible", fmt::format("{} of {} requests were answered: the others do not fit "
                                       "into the KV cache or the context",
                                       completed, arrived)}};
  }
  Json point;
  for (const char* metric : {"interactivity_tokens_per_s_per_user", "ttft_mean_s",
                             "output_tokens_per_s_per_chip", "energy_per_output_token_j"}) {
    const auto value = summary.factory.get(metric);
    if (!value) {
      return {{"infeasible", fmt::format("the run has no {}", metric)}};
    }
    point[metric] = *value;
  }
  point["costs"]["own"] = costs_of(summary);
  for (const auto& [view, rent] : rents_usd_per_h) {
    point["costs"][view] = costs_of(summarize(rented(result, rent)));
  }
  return point;
}

std::optional<double> number(const Json& json) {
  return json.is_number() ? std::optional(json.get<double>()) : std::nullopt;
}

}  // namespace

std::string play_point(const ScenarioRequest& request,
                       const std::map<std::string, double>& rents_usd_per_h) {
  try {
    return played(request, rents_usd_per_h).dump();
  } catch (const InputError& error) {
    const auto& problem = error.problems().front();
    return Json{{"infeasible", problem.message}}.dump();
  }
}

void read_point(const std::string& text, CurvePoint& point) {
  const auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    throw std::runtime_error("a run ended before its result was out");
  }
  if (json.contains("infeasible")) {
    point.infeasible = json["infeasible"].get<std::string>();
    return;
  }
  point.interactivity_tokens_per_s = json["interactivity_tokens_per_s_per_user"].get<double>();
  point.ttft_mean_s = json["ttft_mean_s"].get<double>();
  point.output_tokens_per_s_per_chip = json["output_tokens_per_s_per_chip"].get<double>();
  point.energy_per_output_token_j = json["energy_per_output_token_j"].get<double>();
  for (const auto& [view, costs] : json["costs"].items()) {
    point.costs[view] = {number(costs[0]), number(costs[1]), number(costs[2])};
  }
}

}  // namespace tokenfab::tools

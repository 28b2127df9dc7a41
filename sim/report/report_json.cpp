// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sim/metrics/energy_lines.hpp"
#include "sim/report/provenance_json.hpp"
#include "sim/report/report.hpp"
#include "sim/report/validation_section.hpp"

namespace tokenfab {
namespace {

using Json = nlohmann::ordered_json;  // keys stay in the order they are written

/// Counts print as integers, as far as a double holds them exactly.
Json number_json(double value) {
  const bool is_count =
      value == static_cast<double>(static_cast<std::int64_t>(value)) && value < 9e15;
  return is_count ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

Json metrics_json(const MetricSet& metrics) {
  Json json = Json::object();
  for (const auto& [name, value] : metrics.ordered()) {
    json[std::string(name)] = number_json(value);
  }
  return json;
}

Json group_json(const std::map<std::string, MetricSet>& group) {
  Json json = Json::object();
  for (const auto& [name, metrics] : group) {
    json[name] = metrics_json(metrics);
  }
  return json;
}

Json stamp_json(const Stamp& stamp) {
  Json inputs = Json::object();
  for (const auto& [name, sha256] : stamp.inputs) {
    inputs[name] = sha256;
  }
  return {{"version", stamp.version},
          {"commit", stamp.commit},
          {"scenario_sha256", stamp.scenario_sha256},
          {"inputs", inputs},
          {"seed", stamp.seed},
          {"simgrid", stamp.simgrid},
          {"compiler", stamp.compiler}};
}

Json energy_ledger(const RunResult& result) {
  Json ledger = Json::array();
  for (const auto& line : energy_lines(result)) {
    ledger.push_back({{"site", line.site}, {"item", line.item}, {"energy_j", line.energy_j}});
  }
  return ledger;
}

Json cost_ledger(const RunResult& result) {
  Json ledger = Json::array();
  for (const auto& line : result.costs) {
    ledger.push_back({{"layer", line.layer},
                      {"item", line.item},
                      {"site", line.site},
                      {"amount_usd", line.amount_usd}});
  }
  return ledger;
}

void add_countries(Json& sites, const RunResult& result) {
  for (const auto& site : result.sites) {
    if (!site.country.empty()) {
      sites[site.name]["country"] = site.country;
    }
  }
}

Json asserts_json(const std::vector<AssertionOutcome>& asserts) {
  Json json = Json::array();
  for (const auto& assertion : asserts) {
    Json line = {{"expression", assertion.expression}};
    if (assertion.value) {
      line["value"] = number_json(*assertion.value);
    }
    line["holds"] = assertion.holds;
    json.push_back(std::move(line));
  }
  return json;
}

}  // namespace

std::string report_json(const Stamp& stamp, const RunResult& result, const Summary& summary,
                        const std::vector<AssertionOutcome>& asserts,
                        const std::vector<PredictionBand>& validation) {
  std::int64_t steps = 0;
  for (const auto& pool : result.pools) {
    steps += pool.work.steps;
  }
  Json report;
  report["schema_version"] = 1;
  report["stamp"] = stamp_json(stamp);
  report["run"] = {{"events", result.events}, {"steps", steps}};
  report["metrics"] = metrics_json(summary.factory);
  for (const auto& section : summary_sections()) {
    report[section.name] = group_json(summary.*section.objects);
  }
  add_countries(report["sites"], result);
  report["cost_ledger"] = cost_ledger(result);
  report["energy_ledger"] = energy_ledger(result);
  report["asserts"] = asserts_json(asserts);
  report["validation"] = validation_json(validation);
  report["warnings"] = result.warnings;
  std::uint64_t extrapolations = 0;
  for (const auto& site : result.sites) {
    extrapolations += site.extrapolations;
  }
  report["extrapolations"] = extrapolations;
  report["provenance"] = provenance_json(result.provenance);
  return report.dump(2) + "\n";
}

}  // namespace tokenfab

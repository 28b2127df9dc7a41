// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "models/serving/expert_exchange.hpp"
#include "sim/measured/collective_case.hpp"
#include "sim/measured/collective_tables.hpp"
#include "sim/measured/published_names.hpp"

namespace tokenfab {
namespace {

struct ExchangeRow {
  Fabric fabric;
  std::int64_t rows = 0;
  std::int64_t hidden = 0;
  std::int64_t top_k = 0;
  std::int64_t experts = 0;
  bool is_dispatch = true;
  /// Kernels for throughput send a row once to each node and forward it there; those for latency
  /// send every copy by itself (DeepEP, docs/legacy.md).
  bool forwards = false;
};

double exchange_seconds(const ExchangeRow& row, const Overrides& more) {
  const auto scenario = fabric_scenario(row.fabric, more);
  const auto& chip = scenario.config->sites.at("site").clusters.at("cluster").node.chip;
  TransformerConfig model;
  model.hidden_size = row.hidden;
  model.mixture = MixtureConfig{};
  model.mixture->num_experts = row.experts;
  model.mixture->num_experts_per_tok = row.top_k;
  EngineConfig engine;
  engine.expert_parallel_size = row.fabric.chips;
  engine.quantization = Precision::Fp8;
  if (row.forwards) {
    engine.expert_domains_max = row.fabric.nodes;
  }
  const ExpertExchange exchange(model, chip, engine);
  return (row.is_dispatch ? exchange.dispatch(row.rows) : exchange.combine(row.rows)).si();
}

std::string reason_to_skip(MeasurementTable& table, const ExchangeRow& row) {
  const auto op = table.text("op");
  if (table.number("latency_us") == 0) {
    return "no time published";
  }
  if (op != "dispatch" && op != "combine") {
    return fmt::format("operation \"{}\" is not modelled", op);
  }
  if (row.fabric.chip.empty()) {
    return fmt::format("chip {} is not in the catalogue", table.text("accel"));
  }
  const bool is_whole = row.fabric.chips > 1 && row.fabric.chips % row.fabric.nodes == 0 &&
                        row.rows > 0 && row.hidden > 0 && row.top_k > 0;
  return is_whole ? "" : "sizes are missing";
}

MeasuredCase case_of(MeasurementTable& table) {
  static const EmbeddedTables tables;
  ExchangeRow row;
  row.fabric.chip = published_chip(tables, table.text("accel")).value_or("");
  row.fabric.chips = table.count("ep_size");
  row.fabric.nodes = std::max<std::int64_t>(1, table.count("nodes"));
  row.rows = table.count("tokens_per_rank");
  row.hidden = table.count("hidden");
  row.top_k = table.count("topk");
  // Estimate where the table does not say: DeepSeek-V3's 256.
  row.experts = std::max<std::int64_t>(table.count("experts"), 256);
  row.is_dispatch = table.text("op") == "dispatch";
  const auto mode = table.text("mode");
  row.forwards = mode.find("low-latency") == mode.npos && mode.find("decode") == mode.npos;
  MeasuredCase result;
  result.line = table.line();
  result.skipped = reason_to_skip(table, row);
  if (result.skipped.empty()) {
    read_fabric(table.text("nic"), row.fabric);
  }
  result.labels.chip = row.fabric.chip;
  result.labels.engine = "expert exchange";
  result.labels.software = fmt::format("{} {}", table.text("library"), mode);
  result.labels.precision = table.text("dtype");
  result.labels.regime = exchange_regime;
  result.labels.layout = fmt::format("{} chips on {} nodes", row.fabric.chips, row.fabric.nodes);
  result.measured = {{Observable::CollectiveTime, table.number("latency_us") * 1e-6}};
  result.predict = [row](const Overrides& more) {
    return std::vector<Measurement>{{Observable::CollectiveTime, exchange_seconds(row, more)}};
  };
  return result;
}

}  // namespace

CaseFormat expert_exchange_format() {
  return {"expert-exchange",
          "times of dispatch to experts and back",
          {"op", "library", "mode", "accel", "nic", "ep_size", "nodes", "tokens_per_rank", "hidden",
           "topk", "latency_us"},
          [](MeasurementTable& table) {
            std::vector<MeasuredCase> cases;
            while (table.next()) {
              cases.push_back(case_of(table));
            }
            return cases;
          }};
}

}  // namespace tokenfab

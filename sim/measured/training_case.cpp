// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/training_case.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace tokenfab {
namespace {

constexpr std::array<std::string_view, 4> schedule_names{"1f1b", "interleaved", "zero_bubble",
                                                         "dualpipe"};
constexpr std::array<std::string_view, 4> sharding_names{"none", "zero1", "zero2", "zero3"};
constexpr std::array<std::string_view, 5> recompute_names{"none", "selective", "mla_up_proj",
                                                          "feed_forward", "full"};

template <class Names, class Value>
std::string_view name_in(const Names& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

std::string layout_json(const TrainingConfig& c, const std::string& engine) {
  return fmt::format(
      R"({{"engine": {{"use": "{}"}}, "tensor_parallel_size": {}, "pipeline_parallel_size": {},
        "context_parallel_size": {}, "expert_parallel_size": {}, "expert_tensor_parallel_size": {},
        "data_parallel_size": {}, "virtual_pipeline_size": {}, "pipeline_schedule": "{}",
        "sequence_parallel": {}, "micro_batch_size": {}, "global_batch_size": {},
        "sequence_length": {}, "sharding": "{}", "recompute": "{}", "precision": "{}"{}}})",
      engine, c.tensor_parallel_size, c.pipeline_parallel_size, c.context_parallel_size,
      c.expert_parallel_size, c.expert_tensor_size(), c.data_parallel_size, c.virtual_pipeline_size,
      name_in(schedule_names, c.pipeline_schedule), c.sequence_parallel, c.micro_batch_size,
      c.global_batch_size, c.sequence_length, name_in(sharding_names, c.sharding),
      name_in(recompute_names, c.recompute), name_of(c.precision),
      c.adapters ? R"(, "adapters": {})" : "");
}

/// Nodes of a rack-scale domain are its trays.
std::int64_t chips_per_node(std::string_view chip) { return chip.starts_with("gb") ? 4 : 8; }

/// Fills what follows from the number of chips; why not, if it cannot be.
std::string complete(TrainingConfig& c, std::int64_t chips) {
  const auto copy = c.tensor_parallel_size * c.pipeline_parallel_size * c.context_parallel_size;
  if (chips % copy != 0) {
    return "layout does not divide the chips";
  }
  c.data_parallel_size = chips / copy;
  c.expert_tensor_parallel_size = c.tensor_parallel_size;
  if (c.expert_tensor_size() * c.expert_parallel_size > chips / c.pipeline_parallel_size) {
    c.expert_tensor_parallel_size = 1;
  }
  return {};
}

/// Without the number of copies: rows of one layout differ in nothing else.
std::string layout_label(const TrainingConfig& c) {
  return fmt::format("tp{} pp{} cp{} ep{} vpp{} s{} b{}{}{}", c.tensor_parallel_size,
                     c.pipeline_parallel_size, c.context_parallel_size, c.expert_parallel_size,
                     c.virtual_pipeline_size, c.sequence_length, c.micro_batch_size,
                     c.recompute == Recompute::None ? "" : " recompute",
                     c.adapters ? " adapters" : "");
}

std::vector<Measurement> predict(const TrainingRow& row, const Overrides& more) {
  const auto scenario = training_scenario(row, more);
  const auto& step = scenario.trainings.at("train")->nominal_step();
  return {{Observable::TrainingRate, step.tokens / step.total.si()}};
}

}  // namespace

std::string training_chip(std::string_view published) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> names{{
      {"GB300", "gb300"},
      {"GB200", "gb200"},
      {"B300", "b300"},
      {"B200", "b200"},
      {"H200", "h200"},
      {"H100", "h100-sxm"},
      {"h100", "h100-sxm"},
      {"A100", "a100-80"},
      {"a100", "a100-80"},
  }};
  for (const auto& [name, id] : names) {
    if (published.find(name) != published.npos) {
      return std::string(id);
    }
  }
  return {};
}

Scenario training_scenario(const TrainingRow& row, const Overrides& more) {
  BareCluster cluster{row.labels.chip, chips_per_node(row.labels.chip), 0};
  cluster.nodes = (row.chips + cluster.chips_per_node - 1) / cluster.chips_per_node;
  const auto body = fmt::format(
      R"("models": {{"model": {}}}, "jobs": {{"train": {{"cluster": "site/cluster", "training": {{
        "model": "model", "steps": 3, "layout": {}}}}}}})",
      row.model_json, layout_json(row.config, row.labels.engine));
  // Switches in three tiers without oversubscription: five switches on the way of a message.
  Overrides sets{{case_cluster + "/network", R"({"model": "non_blocking", "latency": "4.6 us"})"},
                 // A step does not hang on the capacity: a row that was measured did fit.
                 {case_chip + "/memory_capacity", "\"10 TB\""}};
  sets.insert(sets.end(), row.chip_sets.begin(), row.chip_sets.end());
  return load_case(cluster, body, sets, more);
}

MeasuredCase training_case(TrainingRow row, std::size_t line) {
  MeasuredCase result;
  result.line = line;
  if (row.skipped.empty()) {
    row.skipped = missing_entry("chips", row.labels.chip);
  }
  if (row.skipped.empty()) {
    row.skipped = complete(row.config, row.chips);
  }
  row.labels.precision = name_of(row.config.precision);
  row.labels.layout = layout_label(row.config);
  if (row.labels.regime.empty()) {
    row.labels.regime = "training";
  }
  result.labels = row.labels;
  result.skipped = row.skipped;
  result.measured = {{Observable::TrainingRate, row.tokens_per_s}};
  result.trained = std::make_shared<const TrainingRow>(std::move(row));
  result.predict = [row = result.trained](const Overrides& more) { return predict(*row, more); };
  return result;
}

}  // namespace tokenfab

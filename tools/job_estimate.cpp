// SPDX-License-Identifier: Apache-2.0
#include "tools/job_estimate.hpp"

#include <fmt/format.h>

#include "sim/report/text_table.hpp"

namespace tokenfab::tools {
namespace {

constexpr double giga = 1e9;

std::string training_text(const std::string& name, TrainingPlan& plan) {
  const auto& config = plan.config();
  const auto& layout = config.layout;
  const auto memory = plan.memory();
  const auto& step = plan.nominal_step();
  const auto steps = config.step_count();
  auto text = fmt::format(
      "{}: {} chips on {} nodes of {}/{}{}: tensor {} x pipeline {} x context {} x data {}\n", name,
      layout.chips(), plan.nodes(), plan.site(), plan.cluster_name(),
      config.spare_nodes > 0 ? fmt::format(" and {} spare nodes", config.spare_nodes) : "",
      layout.tensor_parallel_size, layout.pipeline_parallel_size, layout.context_parallel_size,
      layout.data_parallel_size);
  text += fmt::format(
      "  per chip: weights {:.1f} GB, gradients {:.1f} GB, optimizer {:.1f} GB, activations {:.1f} "
      "GB of {:.1f} GB; checkpoint {:.3g} TB\n",
      memory.weights.si() / giga, memory.gradients.si() / giga, memory.optimizer.si() / giga,
      memory.activations.si() / giga, plan.cluster().node.chip.memory_capacity.si() / giga,
      plan.checkpoint().si() / 1e12);
  const auto& parts = step.breakdown;
  const double whole = parts.total() / 100;
  text += fmt::format(
      "  step {}: {:.0f} % matmul, {:.0f} % attention, {:.0f} % memory, {:.0f} % communication, "
      "{:.0f} % bubble, {:.0f} % rest; MFU {:.1f} %\n",
      duration(step.total.si()), parts.matmul / whole, parts.attention / whole,
      parts.memory / whole, parts.communication() / whole, parts.bubble / whole,
      (parts.optimizer + parts.overhead) / whole, 100 * step.mfu);
  text += fmt::format("  {} steps of {} tokens, {} without interruptions\n",
                      grouped(static_cast<double>(steps)), grouped(layout.tokens_per_step()),
                      duration(step.total.si() * static_cast<double>(steps)));
  return text;
}

}  // namespace

std::string job_estimate_text(const Scenario& scenario) {
  std::string text;
  for (const auto& [name, plan] : scenario.trainings) {
    text += training_text(name, *plan);
  }
  for (const auto& [name, trace] : scenario.traces) {
    if (trace.jobs) {
      text += fmt::format("{}: {} jobs, the largest on {} chips, {:.4g} chip-hours\n", name,
                          trace.jobs->rows, trace.jobs->chips_max, trace.jobs->chip_seconds / 3600);
    }
  }
  return text;
}

}  // namespace tokenfab::tools

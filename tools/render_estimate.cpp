// SPDX-License-Identifier: Apache-2.0
#include "tools/render_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/catalog.hpp"
#include "models/diffusion/render_cost.hpp"
#include "sim/api/workload.hpp"
#include "sim/scenario/render_rules.hpp"

namespace tokenfab::tools {
namespace {

std::string shape_text(const GenerationShape& shape) {
  auto text = fmt::format("{} x {}", shape.width, shape.height);
  if (shape.frames > 1) {
    text += fmt::format(", {} frames", shape.frames);
  }
  if (shape.steps > 0) {
    text += fmt::format(", {} steps", shape.steps);
  }
  return shape.images > 1 ? fmt::format("{} of {}", shape.images, text) : text;
}

RenderCost cost_of(const PoolPlan& plan) {
  return {*plan.diffusion_model, plan.node->chip, *plan.config->diffusion_engine, Watts(0)};
}

/// Of one request with every batch as full as it may be.
double busy_seconds(const PoolPlan& plan, const GenerationShape& shape) {
  const auto together =
      std::max<std::int64_t>(1, plan.config->diffusion_engine->max_batch_size / shape.images);
  return cost_of(plan).cost(shape, together).time().seconds() / static_cast<double>(together);
}

std::string pool_text(const PoolPlan& plan, const std::vector<GenerationShape>& shapes) {
  const auto gigabytes = [](Bytes size) { return size.si() / 1e9; };
  const auto& placement = plan.render_placement;
  auto text = fmt::format(
      "{}/{}: {} replicas of {} chips on {}/{}\n"
      "  per chip: weights {:.1f} GB, activations {:.1f} GB, reserved {:.1f} GB of {:.1f} GB\n",
      plan.service, plan.pool, plan.config->replicas, plan.config->chips_per_replica(), plan.site,
      plan.cluster, gigabytes(placement.weights_per_chip),
      gigabytes(placement.activations_per_chip), gigabytes(placement.reserved_per_chip),
      gigabytes(plan.node->chip.memory_capacity));
  for (const auto& shape : shapes) {
    text += fmt::format("  {}: {:.3g} s alone\n", shape_text(shape),
                        cost_of(plan).cost(shape, 1).time().seconds());
  }
  return text;
}

/// Requests per second of all pools under the workload's mix of shapes.
double service_rate(const Scenario& scenario, const std::string& service, const Workload& source) {
  const auto shapes = source.generation_shapes();
  const auto shares = source.generation_shares();
  double rate = 0;
  for (const auto& plan : scenario.pools) {
    double mean_s = 0;
    for (std::size_t i = 0; i < shares.size() && plan.service == service; ++i) {
      mean_s += shares[i] * busy_seconds(plan, shapes[i]);
    }
    rate += mean_s > 0 ? static_cast<double>(plan.config->replicas) / mean_s : 0;
  }
  return rate;
}

}  // namespace

std::string render_estimate_text(const Scenario& scenario, const std::string& service) {
  std::string text;
  for (const auto& plan : scenario.pools) {
    if (plan.service == service) {
      text += pool_text(plan, asked_shapes(*scenario.config, service, *plan.diffusion_model));
    }
  }
  for (const auto& [name, workload] : scenario.config->workloads) {
    if (workload.service != service) {
      continue;
    }
    const auto source = plugin_table().make<Workload>("workload", workload.source);
    const double rate = service_rate(scenario, service, *source);
    if (rate <= 0) {
      continue;
    }
    text +=
        fmt::format("{}: of the shapes of {} at most about {:.3g} requests/s", service, name, rate);
    if (const auto offered = source->offered_rate_per_s()) {
      text += fmt::format("; offered {:.3g} ({:.0f} %)", *offered, 100 * *offered / rate);
    }
    text += "\n";
  }
  return text;
}

}  // namespace tokenfab::tools

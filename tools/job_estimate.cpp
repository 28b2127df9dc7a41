// SPDX-License-Identifier: Apache-2.0
#include "tools/job_estimate.hpp"

#include <fmt/format.h>

#include "models/catalog.hpp"
#include "sim/api/job.hpp"
#include "sim/report/text_table.hpp"
#include "sim/scenario/job_fit.hpp"
#include "sim/scenario/job_rules.hpp"
#include "sim/scenario/places.hpp"

namespace tokenfab::tools {
namespace {

constexpr double giga = 1e9;
constexpr double seconds_per_hour = 3600;

/// What stops it and what that costs, from the rates of its nodes' faults and the checkpoints.
std::string interruptions_text(const Scenario& scenario, TrainingPlan& plan) {
  const auto& config = plan.config();
  const auto nodes = static_cast<std::uint32_t>(plan.nodes_held());
  const double stops_per_s = expected_stops_per_s(plan.cluster(), nodes);
  if (stops_per_s <= 0) {
    return "  no interruptions at random are to be expected\n";
  }
  const auto storage = scenario.config->sites.at(plan.site()).storage_bandwidth;
  const auto times = checkpoint_times(config.checkpoint, plan.checkpoint(), config.layout.chips());
  const auto cost = checkpoint_cost(times, plan.checkpoint() / storage);
  auto text = fmt::format("  an interruption every {} to be expected", duration(1 / stops_per_s));
  if (const auto interval = checkpoint_interval(config.checkpoint, cost, stops_per_s)) {
    const auto restart = restart_time(config.checkpoint, plan.checkpoint(), storage);
    text += fmt::format(", a checkpoint every {}: about {:.1f} % effective training time",
                        duration(interval->si()),
                        100 * exact_ettr(stops_per_s, restart, *interval, cost.held_up));
  }
  return text + "\n";
}

std::string training_text(const Scenario& scenario, const std::string& name, TrainingPlan& plan) {
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
  return text + interruptions_text(scenario, plan);
}

std::string fidelity_of(const std::string& model) {
  switch (plugin_table().find("network", model)->fidelity) {
    case Fidelity::Constant:
      return "a constant";
    case Fidelity::Analytic:
      return "closed forms";
    case Fidelity::Calibrated:
      return "closed forms calibrated on measurements";
    case Fidelity::Exact:
      return "exact";
  }
  return "";
}

/// What the jobs of a cluster find there.
std::string cluster_text(const Scenario& scenario, const std::string& place) {
  const auto [site, name] = split_place(place);
  const auto& cluster = scenario.config->sites.at(site).clusters.at(name);
  const auto nodes = nodes_for_jobs(scenario, site, name);
  auto text = fmt::format("{}: {} of {} nodes for jobs, {} chips; scheduler {}, placement {}\n",
                          place, nodes, cluster.nodes, nodes * cluster.node.chips_per_node,
                          cluster.scheduler.model, cluster.placement.model);
  text += fmt::format("  network {}, {}: ", cluster.network.model,
                      cluster.collectives == CollectiveMode::Flow
                          ? "collectives as flows that share its links"
                          : fidelity_of(cluster.network.model));
  bool is_first = true;
  const auto network = make_network(cluster);
  for (const auto& level : network->levels()) {
    text += fmt::format("{}{} {} chips at {:.4g} GB/s", is_first ? "" : ", ", level.name,
                        level.chips, level.bandwidth.si() / giga);
    is_first = false;
  }
  return text + "\n";
}

/// Declared jobs but training, and made-up ones.
std::string plain_text(const Scenario& scenario) {
  std::string text;
  for (const auto& [name, job] : scenario.config->jobs) {
    if (job.fixed) {
      text += fmt::format("{}: {} chips of {} for {}\n", name, job.fixed->chips, *job.cluster,
                          duration(job.fixed->duration.si()));
    } else if (job.data) {
      const auto rate = static_cast<double>(job.data->nodes) * job.data->rate_per_node;
      text += fmt::format("{}: {:.4g} TB on {} nodes of {}, at least {}\n", name,
                          job.data->volume.si() / 1e12, job.data->nodes, *job.cluster,
                          duration((job.data->volume / rate).si()));
    } else if (job.requests) {
      text += fmt::format("{}: plays {}\n", name, job.requests->workload);
    } else if (job.deployment) {
      text += fmt::format("{}: new weights for {}\n", name, job.deployment->service);
    }
  }
  for (const auto& [name, workload] : scenario.config->workloads) {
    if (makes_jobs(workload) && scenario.traces.count(name) == 0) {
      const auto jobs =
          plugin_table().make<JobSource>("workload", workload.source)->expected_jobs();
      text += fmt::format("{}: {} jobs for {}\n", name,
                          jobs ? grouped(static_cast<double>(*jobs)) : "any number of",
                          *workload.cluster);
    }
  }
  return text;
}

}  // namespace

std::string job_estimate_text(const Scenario& scenario) {
  std::string text;
  const auto& config = *scenario.config;
  for (const auto& [site_name, site] : config.sites) {
    for (const auto& [name, cluster] : site.clusters) {
      const auto place = site_name + "/" + name;
      if (gets_jobs(config, place)) {
        text += cluster_text(scenario, place);
      }
    }
  }
  for (const auto& [name, plan] : scenario.trainings) {
    text += training_text(scenario, name, *plan);
  }
  text += plain_text(scenario);
  for (const auto& [name, trace] : scenario.traces) {
    if (trace.jobs) {
      text += fmt::format("{}: {} jobs, the largest on {} chips, {:.4g} chip-hours\n", name,
                          trace.jobs->rows, trace.jobs->chips_max,
                          trace.jobs->chip_seconds / seconds_per_hour);
    }
  }
  return text;
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/job_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/core/unit_parser.hpp"
#include "sim/scenario/job_rules.hpp"
#include "sim/scenario/places.hpp"

namespace tokenfab {
namespace {

constexpr Seconds longest_run(3e9);  // as of the scenario's horizon

std::int64_t ceil_of(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Chips that its services' autoscalers can leave to jobs.
std::int64_t lendable_chips(const Scenario& scenario, const std::string& site,
                            const std::string& cluster) {
  std::int64_t chips = 0;
  for (const auto& plan : scenario.pools) {
    if (plan.site == site && plan.cluster == cluster && plan.diffusion_model == nullptr &&
        scenario.config->services.at(plan.service).autoscaler.model != "fixed") {
      chips += (plan.config->replicas_max() - plan.config->replicas_min()) *
               plan.config->chips_per_replica();
    }
  }
  return chips;
}

/// What jobs find on a cluster.
struct Room {
  std::string place;
  std::int64_t nodes = 0;  // of the cluster
  std::int64_t nodes_free = 0;
  std::int64_t per_node = 1;
  std::int64_t chips_free() const { return nodes_free * per_node; }
  std::string fix_for(std::int64_t nodes_needed) const {
    return fmt::format("smallest fix: nodes {}", nodes + nodes_needed - nodes_free);
  }
};

Room room_of(const Scenario& scenario, const std::string& place) {
  const auto [site, name] = split_place(place);
  const auto& cluster = scenario.config->sites.at(site).clusters.at(name);
  return {place, cluster.nodes, nodes_for_jobs(scenario, site, name), cluster.node.chips_per_node};
}

void check_nodes(const std::string& pointer, std::int64_t nodes, const Room& room,
                 const std::string& other_fix, ProblemList& problems) {
  if (nodes > room.nodes_free) {
    problems.add(pointer,
                 fmt::format("needs {} nodes of {} chips, {} has {} that no service has set aside",
                             nodes, room.per_node, room.place, room.nodes_free),
                 room.fix_for(nodes) + other_fix);
  }
}

/// One step, as it is known before the run.
void check_step(const std::string& pointer, TrainingPlan& plan, bool has_horizon,
                ProblemList& problems) {
  try {
    const double step_s = plan.nominal_step().total.si();
    const double all_s = step_s * static_cast<double>(plan.config().step_count());
    if (!std::isfinite(step_s) || step_s > longest_run.si()) {
      problems.add(pointer, fmt::format("a step would take {:.3g} s", step_s),
                   "check the bandwidths of chip and network");
    } else if (!has_horizon && all_s > longest_run.si()) {
      problems.add(pointer,
                   fmt::format("{} steps of {:.3g} s take {:.3g} s, a run {:g} s at most",
                               plan.config().step_count(), step_s, all_s, longest_run.si()),
                   "set a horizon, or train on fewer tokens");
    }
  } catch (const std::invalid_argument& error) {
    problems.add(pointer, error.what());
  }
}

void warn_of_layout(const std::string& pointer, const TrainingPlan& plan,
                    std::vector<std::string>& warnings) {
  const auto& layout = plan.config().layout;
  for (const auto& warning : tokenfab::warnings(layout, plan.model())) {
    warnings.push_back(fmt::format("{}/layout: {}", pointer, warning));
  }
  const auto per_node = plan.cluster().node.chips_per_node;
  const auto rest = plan.nodes() * per_node - layout.chips();
  if (rest > 0) {
    warnings.push_back(fmt::format("{}/layout: {} chips take {} nodes of {}; {} chips do nothing",
                                   pointer, layout.chips(), plan.nodes(), per_node, rest));
  }
  const auto domain = plan.cluster().node.chip.scale_up_domain;
  if (layout.tensor_parallel_size > domain) {
    warnings.push_back(
        fmt::format("{}/layout/tensor_parallel_size: {} chips reach beyond a scale-up domain of "
                    "{}; every layer waits for the network",
                    pointer, layout.tensor_parallel_size, domain));
  }
}

void plan_training(const std::string& name, const Room& room, Scenario& scenario,
                   ProblemList& problems) {
  const auto pointer = child_pointer("/jobs", name) + "/training";
  auto plan = std::make_shared<TrainingPlan>(*scenario.config, name);
  if (const auto obstacle = plan->memory_obstacle()) {
    const auto split = obstacle->find("; ");  // what does not fit; what to change
    problems.add(pointer + "/layout", obstacle->substr(0, split),
                 split == std::string::npos ? "" : "smallest fix: " + obstacle->substr(split + 2));
  }
  if (plan->config().checkpoint.mode == CheckpointMode::InMemory && plan->nodes() < 2) {
    problems.add(pointer + "/checkpoint/mode",
                 "copies go to the memory of other nodes, and the job has one",
                 "use async, or more nodes");
  }
  const auto copies = plan->config().layout.data_parallel_size;
  const auto fitting =
      plan->replicas_on(std::max<std::int64_t>(0, room.nodes_free - plan->config().spare_nodes));
  check_nodes(pointer + "/layout", plan->nodes_held(), room,
              fitting > 0 && fitting < copies
                  ? fmt::format(" for {}, or data_parallel_size {}", room.place, fitting)
                  : "",
              problems);
  check_step(pointer, *plan, scenario.config->horizon.has_value(), problems);
  warn_of_layout(pointer, *plan, scenario.warnings);
  scenario.trainings[name] = std::move(plan);
}

/// Jobs too large are rejected and counted when they come; here it is told beforehand.
void check_workload_fits(const std::string& name, const Room& room, Scenario& scenario,
                         ProblemList& problems) {
  const auto pointer = child_pointer("/workloads", name);
  if (room.nodes_free < 1) {
    problems.add(pointer + "/cluster",
                 fmt::format("services have set aside all {} nodes of {}", room.nodes, room.place),
                 room.fix_for(1));
    return;
  }
  const auto trace = scenario.traces.find(name);
  if (trace != scenario.traces.end() && trace->second.jobs &&
      trace->second.jobs->chips_max > room.chips_free()) {
    scenario.warnings.push_back(fmt::format(
        "{}: the largest job of {} takes {} chips, {} has {} for jobs; jobs of more "
        "are rejected",
        pointer, trace->second.name, trace->second.jobs->chips_max, room.place, room.chips_free()));
  }
}

}  // namespace

std::int64_t nodes_for_jobs(const Scenario& scenario, const std::string& site,
                            const std::string& name) {
  const auto& cluster = scenario.config->sites.at(site).clusters.at(name);
  const auto kept = scenario.chips_of_services(site, name) - lendable_chips(scenario, site, name);
  return cluster.nodes - ceil_of(kept, cluster.node.chips_per_node);
}

void plan_jobs(Scenario& scenario, ProblemList& problems) {
  const auto& config = *scenario.config;
  for (const auto& [name, job] : config.jobs) {
    if (!job.needs_cluster()) {
      continue;
    }
    const auto room = room_of(scenario, *job.cluster);
    const auto pointer = child_pointer("/jobs", name);
    if (job.training) {
      plan_training(name, room, scenario, problems);
    } else if (job.data) {
      check_nodes(pointer + "/data/nodes", job.data->nodes, room, "", problems);
    } else if (job.fixed->chips > room.chips_free()) {
      problems.add(pointer + "/fixed/chips",
                   fmt::format("needs {} chips, {} has {} that no service has set aside",
                               job.fixed->chips, room.place, room.chips_free()),
                   room.fix_for(ceil_of(job.fixed->chips, room.per_node)));
    }
  }
  for (const auto& [name, workload] : config.workloads) {
    if (makes_jobs(workload)) {
      check_workload_fits(name, room_of(scenario, *workload.cluster), scenario, problems);
    }
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/job_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>

#include "models/catalog.hpp"
#include "sim/api/faults.hpp"
#include "sim/api/job.hpp"
#include "sim/data/open_job_trace.hpp"
#include "sim/scenario/places.hpp"

namespace tokenfab {

bool makes_jobs(const WorkloadConfig& workload) {
  return plugin_table().makes<JobSource>("workload", workload.source.model);
}

bool is_held(const ScenarioConfig& config, const std::string& workload) {
  return std::any_of(config.jobs.begin(), config.jobs.end(), [&](const auto& entry) {
    const auto& job = entry.second;
    return (job.requests && job.requests->workload == workload) ||
           (job.training && job.training->rollout && job.training->rollout->workload == workload);
  });
}

bool gets_jobs(const ScenarioConfig& config, const std::string& place) {
  const auto is_here = [&place](const auto& entry) { return entry.second.cluster == place; };
  return std::any_of(config.jobs.begin(), config.jobs.end(), is_here) ||
         std::any_of(config.workloads.begin(), config.workloads.end(), is_here);
}

double expected_stops_per_s(const ClusterConfig& cluster, std::uint32_t nodes) {
  return plugin_table().make<FaultProcess>("faults", cluster.faults)->stops_per_s(nodes);
}

namespace {

constexpr auto kinds = "fixed, data, training, requests, deployment";

/// A workload of requests that a stage sets off.
void check_held_workload(const std::string& pointer, const std::string& name,
                         const ScenarioConfig& config, ProblemList& problems) {
  problems.require_known(pointer, "workload", name, names_of(config.workloads));
  const auto workload = config.workloads.find(name);
  if (workload != config.workloads.end() && makes_jobs(workload->second)) {
    problems.add(pointer, "makes jobs; a workload of requests is needed");
  }
}

void check_training(const std::string& pointer, const TrainingJobConfig& training,
                    const ScenarioConfig& config, ProblemList& problems) {
  problems.require_known(pointer + "/model", "model", training.model, names_of(config.models));
  if (training.steps.has_value() == training.tokens.has_value()) {
    problems.add(pointer, "needs either steps or tokens");
  }
  for (const auto& fault : contradictions(training.checkpoint)) {
    problems.add(pointer + "/checkpoint", fault);
  }
  const auto model = config.models.find(training.model);
  if (model != config.models.end() && contradictions(model->second).empty()) {
    for (const auto& fault : contradictions(training.layout, model->second)) {
      problems.add(pointer + "/layout", fault);
    }
  }
  if (training.rollout) {
    check_held_workload(pointer + "/rollout/workload", training.rollout->workload, config,
                        problems);
  }
}

void check_one(const std::string& name, const JobConfig& job, const ScenarioConfig& config,
               const std::vector<std::string>& clusters, ProblemList& problems) {
  const auto pointer = "/jobs/" + name;
  if (job.kinds() != 1) {
    problems.add(pointer, fmt::format("a job is of one kind, this one of {}", job.kinds()),
                 fmt::format("give one of {}", kinds));
  }
  if (job.needs_cluster() && !job.cluster) {
    problems.add(pointer, "needs the cluster it runs on", "add \"cluster\": \"SITE/CLUSTER\"");
  } else if (job.cluster) {
    problems.require_known(pointer + "/cluster", "cluster", *job.cluster, clusters);
    if (!job.needs_cluster()) {
      problems.add(pointer + "/cluster", "only fixed, data and training jobs run on a cluster",
                   "leave it out");
    }
  }
  for (const auto& [before, input] : job.after) {
    problems.require_known(child_pointer(pointer + "/after", before), "job", before,
                           names_of(config.jobs));
  }
  if (job.training) {
    check_training(pointer + "/training", *job.training, config, problems);
  }
  if (job.requests) {
    check_held_workload(pointer + "/requests/workload", job.requests->workload, config, problems);
  }
  if (job.deployment) {
    problems.require_known(pointer + "/deployment/service", "service", job.deployment->service,
                           names_of(config.services));
  }
}

/// Stages that wait for each other would wait for ever.
void check_order(const ScenarioConfig& config, ProblemList& problems) {
  std::set<std::string> sound;
  std::vector<std::string> path;
  std::function<bool(const std::string&)> visit = [&](const std::string& name) {
    if (sound.count(name) != 0 || config.jobs.count(name) == 0) {
      return true;
    }
    const auto begin = std::find(path.begin(), path.end(), name);
    if (begin != path.end()) {
      path.push_back(name);
      const std::vector<std::string> ring(begin, path.end());
      problems.add("/jobs/" + name + "/after",
                   fmt::format("jobs wait for each other: {}", fmt::join(ring, " after ")));
      return false;
    }
    path.push_back(name);
    for (const auto& [before, input] : config.jobs.at(name).after) {
      if (!visit(before)) {
        return false;
      }
    }
    path.pop_back();
    sound.insert(name);
    return true;
  };
  for (const auto& [name, job] : config.jobs) {
    path.clear();
    if (!visit(name)) {
      return;
    }
  }
}

}  // namespace

void check_jobs(const ScenarioConfig& config, const std::vector<std::string>& clusters,
                ProblemList& problems) {
  for (const auto& [name, job] : config.jobs) {
    check_one(name, job, config, clusters, problems);
    if (config.workloads.count(name) != 0) {
      problems.add("/jobs/" + name, "a workload has the same name", "rename one of them");
    }
  }
  check_order(config, problems);
}

void check_job_workload(const std::string& pointer, const WorkloadConfig& workload,
                        const ScenarioConfig& config, const std::vector<std::string>& clusters,
                        ProblemList& problems) {
  if (workload.service) {
    problems.add(pointer + "/service", "a workload of jobs goes to a cluster, not to a service",
                 "name a cluster instead");
  }
  if (!workload.cluster) {
    problems.add(pointer, "a workload of jobs needs the cluster that gets them",
                 "add \"cluster\": \"SITE/CLUSTER\"");
  } else {
    problems.require_known(pointer + "/cluster", "cluster", *workload.cluster, clusters);
  }
  try {
    const auto source = plugin_table().make<JobSource>("workload", workload.source);
    if (!source->is_finite() && !config.horizon) {
      problems.add(pointer, "the workload never ends by itself and the scenario has no horizon",
                   "set num_jobs or horizon");
    }
    if (const auto file = source->trace_file()) {
      std::vector<std::string> formats{"auto"};
      for (const auto& format : job_trace_formats()) {
        formats.emplace_back(format.name);
      }
      problems.require_known(pointer + "/format", "job trace format", file->format, formats);
    }
  } catch (const std::invalid_argument& error) {
    problems.add(pointer, error.what());
  }
}

namespace {

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

}  // namespace

std::int64_t chips_for_jobs(const Scenario& scenario, const std::string& site,
                            const std::string& cluster_name) {
  const auto& cluster = scenario.config->sites.at(site).clusters.at(cluster_name);
  const auto per_node = cluster.node.chips_per_node;
  const auto taken = scenario.chips_of_services(site, cluster_name) -
                     lendable_chips(scenario, site, cluster_name);
  return (cluster.nodes - (taken + per_node - 1) / per_node) * per_node;
}

void plan_jobs(Scenario& scenario, ProblemList& problems) {
  const auto& config = *scenario.config;
  for (const auto& [name, job] : config.jobs) {
    if (!job.needs_cluster()) {
      continue;
    }
    const auto pointer = "/jobs/" + name;
    const auto [site, cluster_name] = split_place(*job.cluster);
    const auto& cluster = config.sites.at(site).clusters.at(cluster_name);
    const auto per_node = cluster.node.chips_per_node;
    const auto free_chips = chips_for_jobs(scenario, site, cluster_name);
    const auto free_nodes = free_chips / per_node;
    std::int64_t nodes = 0;
    if (job.training) {
      auto plan = std::make_shared<TrainingPlan>(config, name);
      if (const auto obstacle = plan->memory_obstacle()) {
        problems.add(pointer + "/training/layout", *obstacle);
      }
      for (const auto& warning : warnings(job.training->layout, plan->model())) {
        scenario.warnings.push_back(fmt::format("{}/training/layout: {}", pointer, warning));
      }
      nodes = plan->nodes_held();
      scenario.trainings[name] = std::move(plan);
    } else if (job.data) {
      nodes = job.data->nodes;
    } else if (job.fixed->chips > free_chips) {
      problems.add(pointer + "/fixed/chips",
                   fmt::format("needs {} chips, {} has {} that no service has set aside",
                               job.fixed->chips, *job.cluster, free_chips));
    }
    if (nodes > free_nodes) {
      problems.add(pointer,
                   fmt::format("needs {} nodes, {} has {} that no service has set aside", nodes,
                               *job.cluster, free_nodes),
                   fmt::format("smallest fix: nodes {}", cluster.nodes + nodes - free_nodes));
    }
  }
}

}  // namespace tokenfab

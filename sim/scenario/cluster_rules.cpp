// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/cluster_rules.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "models/faults/node_faults.hpp"
#include "sim/api/faults.hpp"
#include "sim/api/job_scheduler.hpp"
#include "sim/core/unit_parser.hpp"
#include "sim/scenario/check_plugin.hpp"
#include "sim/scenario/places.hpp"
#include "sim/scenario/training_plan.hpp"

namespace tokenfab {
namespace {

const ScheduledFaultsConfig* scheduled_faults(const ClusterConfig& cluster) {
  return cluster.faults.model == "scheduled"
             ? static_cast<const ScheduledFaultsConfig*>(cluster.faults.config.get())
             : nullptr;
}

void check_scheduled_faults(const std::string& pointer, const ClusterConfig& cluster,
                            ProblemList& problems) {
  const auto* faults = scheduled_faults(cluster);
  if (faults == nullptr) {
    return;
  }
  for (const auto& [name, loss] : faults->losses) {
    if (loss.node >= cluster.nodes) {
      problems.add(child_pointer(pointer + "/losses", name) + "/node",
                   fmt::format("there is no node {}: the cluster has {}, numbered from 0",
                               loss.node, cluster.nodes),
                   fmt::format("nearest: {}", cluster.nodes - 1));
    }
  }
}

void check_network(const std::string& pointer, const ClusterConfig& cluster,
                   ProblemList& problems) {
  try {
    make_network(cluster);
  } catch (const std::invalid_argument& error) {
    problems.add(pointer, error.what());
  }
}

/// Names of the jobs, and of the workloads of jobs, that run on the cluster.
std::vector<std::string> jobs_on(const ScenarioConfig& config, const std::string& place) {
  std::vector<std::string> names;
  const auto add = [&](const auto& entries) {
    for (const auto& [name, entry] : entries) {
      if (entry.cluster == place) {
        names.push_back(name);
      }
    }
  };
  add(config.jobs);
  add(config.workloads);
  return names;
}

}  // namespace

void check_clusters(const ScenarioConfig& config, ProblemList& problems) {
  for (const auto& [site_name, site] : config.sites) {
    for (const auto& [name, cluster] : site.clusters) {
      const auto pointer = child_pointer(child_pointer("/sites", site_name) + "/clusters", name);
      check_network(pointer + "/network", cluster, problems);
      check_plugin<JobScheduler>(pointer + "/scheduler", "scheduler", cluster.scheduler, problems);
      check_plugin<JobPlacement>(pointer + "/placement", "placement", cluster.placement, problems);
      check_plugin<FaultProcess>(pointer + "/faults", "faults", cluster.faults, problems);
      check_scheduled_faults(pointer + "/faults", cluster, problems);
      const auto jobs = jobs_on(config, site_name + "/" + name);
      if (cluster.load.model != "none" && !jobs.empty()) {
        problems.add(pointer + "/load",
                     fmt::format("the load of all {} nodes is given, and {} would run on them too",
                                 cluster.nodes, fmt::join(jobs, ", ")),
                     "put the jobs or the given load on a cluster of its own");
      }
    }
  }
}

std::vector<std::string> cluster_warnings(const ScenarioConfig& config) {
  std::vector<std::string> warnings;
  for (const auto& [site_name, site] : config.sites) {
    for (const auto& [name, cluster] : site.clusters) {
      const auto* faults = scheduled_faults(cluster);
      if (faults == nullptr) {
        continue;
      }
      for (const auto& [loss_name, loss] : faults->losses) {
        const auto pointer =
            fmt::format("/sites/{}/clusters/{}/faults/losses/{}", site_name, name, loss_name);
        if (loss.node + loss.nodes > cluster.nodes) {
          warnings.push_back(fmt::format("{}: of the nodes {} to {} only those up to {} exist",
                                         pointer, loss.node, loss.node + loss.nodes - 1,
                                         cluster.nodes - 1));
        }
        if (config.horizon && loss.at >= *config.horizon) {
          warnings.push_back(fmt::format("{}: comes {} after the start, when the run has ended",
                                         pointer, readable(loss.at)));
        }
      }
    }
  }
  return warnings;
}

namespace {

/// Sites that reach each other over lines, directly or not.
class Reach {
 public:
  explicit Reach(const ScenarioConfig& config) : all_meet_(config.wan.empty()) {
    for (const auto& [name, line] : config.wan) {
      lines_[line.from].insert(line.to);
      lines_[line.to].insert(line.from);
    }
  }
  bool joins(const std::string& from, const std::string& to) const {
    std::set<std::string> seen{from};
    std::function<bool(const std::string&)> leads = [&](const std::string& site) {
      if (site == to) {
        return true;
      }
      const auto next = lines_.find(site);
      return next != lines_.end() &&
             std::any_of(next->second.begin(), next->second.end(), [&](const std::string& other) {
               return seen.insert(other).second && leads(other);
             });
    };
    return all_meet_ || leads(from);
  }

 private:
  bool all_meet_;
  std::map<std::string, std::set<std::string>> lines_;
};

std::optional<std::string> site_of_service(const ScenarioConfig& config, const std::string& name) {
  const auto service = config.services.find(name);
  if (service == config.services.end() || service->second.pools.empty()) {
    return std::nullopt;
  }
  return split_place(service->second.pools.begin()->second.cluster).first;
}

/// Where the job works, or what it works for stands; nullopt: names that there are not.
std::optional<std::string> site_of_job(const ScenarioConfig& config, const JobConfig& job) {
  if (job.cluster) {
    return split_place(*job.cluster).first;
  }
  if (job.deployment) {
    return site_of_service(config, job.deployment->service);
  }
  if (job.requests) {
    const auto workload = config.workloads.find(job.requests->workload);
    if (workload != config.workloads.end() && workload->second.service) {
      return site_of_service(config, *workload->second.service);
    }
  }
  return std::nullopt;
}

void check_stage_moves(const ScenarioConfig& config, const Reach& reach, ProblemList& problems) {
  for (const auto& [name, job] : config.jobs) {
    const auto to = site_of_job(config, job);
    for (const auto& [before, input] : job.after) {
      const auto earlier = config.jobs.find(before);
      const auto from =
          earlier == config.jobs.end() ? std::nullopt : site_of_job(config, earlier->second);
      if (input.volume >= Bytes(1) && from && to && !reach.joins(*from, *to)) {
        problems.add(child_pointer(child_pointer("/jobs", name) + "/after", before),
                     fmt::format("no line of \"wan\" leads from site {} to site {}", *from, *to),
                     "add one, or leave the volume out");
      }
    }
  }
}

void check_cache_moves(const ScenarioConfig& config, const Reach& reach, ProblemList& problems) {
  for (const auto& [name, service] : config.services) {
    for (const auto& [decode_name, decode] : service.pools) {
      for (const auto& [prefill_name, prefill] : service.pools) {
        const auto from = split_place(prefill.cluster).first;
        const auto to = split_place(decode.cluster).first;
        if (prefill.role == ReplicaRole::Prefill && decode.role == ReplicaRole::Decode &&
            !reach.joins(from, to)) {
          problems.add(child_pointer(child_pointer("/services", name) + "/pools", decode_name),
                       fmt::format("no line of \"wan\" leads here from pool {} at site {}",
                                   prefill_name, from),
                       "add one, or put both pools at one site");
        }
      }
    }
  }
}

}  // namespace

void check_wan(const ScenarioConfig& config, ProblemList& problems) {
  const auto sites = names_of(config.sites);
  for (const auto& [name, line] : config.wan) {
    const auto pointer = child_pointer("/wan", name);
    problems.require_known(pointer + "/from", "site", line.from, sites);
    problems.require_known(pointer + "/to", "site", line.to, sites);
    if (line.from == line.to) {
      problems.add(pointer, fmt::format("leads from site {} to itself", line.from),
                   "name two sites, or leave it out");
    }
  }
  const Reach reach(config);
  check_stage_moves(config, reach, problems);
  check_cache_moves(config, reach, problems);
}

}  // namespace tokenfab

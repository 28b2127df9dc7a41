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
#include "sim/api/workload.hpp"
#include "sim/data/open_job_trace.hpp"

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

/// Of the first word of `message` that names a field of the object at `pointer`: that field's.
std::string field_pointer(const std::string& pointer, const Schema& schema,
                          const std::string& message) {
  std::string word;
  for (const char letter : message + " ") {
    if (letter == '_' || (letter >= 'a' && letter <= 'z')) {
      word += letter;
      continue;
    }
    if (schema.find(word) != nullptr) {
      return child_pointer(pointer, word);
    }
    word.clear();
  }
  return pointer;
}

/// A workload of requests that a stage sets off.
void check_held_workload(const std::string& pointer, const std::string& name, bool must_end,
                         const ScenarioConfig& config, ProblemList& problems) {
  problems.require_known(pointer, "workload", name, names_of(config.workloads));
  const auto workload = config.workloads.find(name);
  if (workload == config.workloads.end()) {
    return;
  }
  if (makes_jobs(workload->second)) {
    problems.add(pointer, fmt::format("workload \"{}\" makes jobs; requests are needed", name),
                 "name a workload that goes to a service");
    return;
  }
  try {
    const auto source = plugin_table().make<Workload>("workload", workload->second.source);
    if (must_end && !source->is_finite()) {
      problems.add(pointer,
                   fmt::format("workload \"{}\" never ends, and the training waits for it", name),
                   fmt::format("give /workloads/{} an end, such as num_prompts", name));
    }
  } catch (const std::invalid_argument&) {
    // The workload contradicts itself, which is told there.
  }
}

/// Whether the parallel sizes multiply to the chips that were said.
void check_chips(const std::string& pointer, const TrainingJobConfig& training,
                 ProblemList& problems) {
  const auto& layout = training.layout;
  if (!training.chips || *training.chips == layout.chips()) {
    return;
  }
  const auto replica = layout.chips() / layout.data_parallel_size;
  const auto copies = std::max<std::int64_t>(1, (*training.chips + replica / 2) / replica);
  problems.add(
      pointer + "/chips",
      fmt::format("tensor {} x pipeline {} x context {} x data {} is {} chips, not {}",
                  layout.tensor_parallel_size, layout.pipeline_parallel_size,
                  layout.context_parallel_size, layout.data_parallel_size, layout.chips(),
                  *training.chips),
      copies * replica == *training.chips
          ? fmt::format("set layout/data_parallel_size to {}", copies)
          : fmt::format("nearest: data_parallel_size {}, {} chips", copies, copies * replica));
}

void check_training(const std::string& pointer, const TrainingJobConfig& training,
                    const ScenarioConfig& config, ProblemList& problems) {
  if (config.diffusion_models.count(training.model) != 0 &&
      config.models.count(training.model) == 0) {
    problems.add(pointer + "/model",
                 fmt::format("\"{}\" makes images or video; only language models are trained",
                             training.model),
                 "name one of /models");
  } else {
    problems.require_known(pointer + "/model", "model", training.model, names_of(config.models));
  }
  if (training.steps.has_value() == training.tokens.has_value()) {
    problems.add(
        pointer,
        training.steps ? "steps and tokens are both given" : "neither steps nor tokens are given",
        training.steps ? "leave one of them out" : "add \"tokens\" or \"steps\"");
  }
  for (const auto& fault : contradictions(training.checkpoint)) {
    problems.add(field_pointer(pointer + "/checkpoint", schema_of<CheckpointConfig>(), fault),
                 fault);
  }
  const auto model = config.models.find(training.model);
  if (model != config.models.end() && contradictions(model->second).empty()) {
    for (const auto& fault : contradictions(training.layout, model->second)) {
      problems.add(field_pointer(pointer + "/layout", schema_of<TrainingConfig>(), fault), fault);
    }
  }
  check_chips(pointer, training, problems);
  if (training.rollout) {
    check_held_workload(pointer + "/rollout/workload", training.rollout->workload, true, config,
                        problems);
  }
}

void check_place(const std::string& pointer, const JobConfig& job,
                 const std::vector<std::string>& clusters, ProblemList& problems) {
  if (job.needs_cluster() && !job.cluster) {
    problems.add(pointer, "needs the cluster it runs on",
                 clusters.size() == 1 ? fmt::format("add \"cluster\": \"{}\"", clusters.front())
                                      : "add \"cluster\": \"SITE/CLUSTER\"");
  } else if (job.cluster) {
    problems.require_known(pointer + "/cluster", "cluster", *job.cluster, clusters);
    if (!job.needs_cluster() && job.kinds() == 1) {
      problems.add(pointer + "/cluster", "only fixed, data and training jobs run on a cluster",
                   "leave it out");
    }
  }
}

void check_one(const std::string& name, const JobConfig& job, const ScenarioConfig& config,
               const std::vector<std::string>& clusters, ProblemList& problems) {
  const auto pointer = child_pointer("/jobs", name);
  if (job.kinds() == 0) {
    problems.add(pointer, "the job does nothing: it is of no kind",
                 fmt::format("give it one of {}", kinds));
  } else if (job.kinds() > 1) {
    problems.add(pointer, fmt::format("the job is of {} kinds at once", job.kinds()),
                 fmt::format("keep one of {}; jobs can follow each other by \"after\"", kinds));
  }
  check_place(pointer, job, clusters, problems);
  for (const auto& [before, input] : job.after) {
    problems.require_known(child_pointer(pointer + "/after", before), "job", before,
                           names_of(config.jobs));
  }
  if (job.training) {
    check_training(pointer + "/training", *job.training, config, problems);
  }
  if (job.requests) {
    check_held_workload(pointer + "/requests/workload", job.requests->workload, false, config,
                        problems);
  }
  if (job.deployment) {
    problems.require_known(pointer + "/deployment/service", "service", job.deployment->service,
                           names_of(config.services));
  }
}

/// Stages that wait for each other would wait for ever.
void check_order(const ScenarioConfig& config, ProblemList& problems) {
  std::set<std::string> seen;
  std::vector<std::string> path;
  std::function<void(const std::string&)> visit = [&](const std::string& name) {
    const auto begin = std::find(path.begin(), path.end(), name);
    if (begin != path.end()) {
      std::vector<std::string> ring(begin, path.end());
      ring.push_back(name);
      problems.add(child_pointer(child_pointer("/jobs", path.back()) + "/after", name),
                   fmt::format("jobs wait for each other: {}", fmt::join(ring, " after ")),
                   "leave one of these out");
    } else if (config.jobs.count(name) != 0 && seen.insert(name).second) {
      path.push_back(name);
      for (const auto& [before, input] : config.jobs.at(name).after) {
        visit(before);
      }
      path.pop_back();
    }
  };
  for (const auto& [name, job] : config.jobs) {
    visit(name);
  }
}

}  // namespace

void check_jobs(const ScenarioConfig& config, const std::vector<std::string>& clusters,
                ProblemList& problems) {
  for (const auto& [name, job] : config.jobs) {
    check_one(name, job, config, clusters, problems);
    if (config.workloads.count(name) != 0) {
      problems.add(child_pointer("/jobs", name), "a workload has the same name",
                   "rename one of them");
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

}  // namespace tokenfab

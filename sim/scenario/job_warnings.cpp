// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/job_warnings.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "models/catalog.hpp"
#include "sim/api/workload.hpp"
#include "sim/config/document.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

using Sentences = std::vector<std::string>;

/// All that has to end before.
void add_jobs_before(const ScenarioConfig& config, const JobConfig& job,
                     std::set<std::string>& names) {
  for (const auto& [name, input] : job.after) {
    if (names.insert(name).second) {
      add_jobs_before(config, config.jobs.at(name), names);
    }
  }
}

/// Weights of one model for a service that runs another.
void warn_of_other_model(const ScenarioConfig& config, const std::string& pointer,
                         const JobConfig& job, Sentences& warnings) {
  std::set<std::string> before;
  add_jobs_before(config, job, before);
  const auto& service = config.services.at(job.deployment->service);
  std::set<std::string> trained;
  for (const auto& name : before) {
    if (const auto& training = config.jobs.at(name).training) {
      trained.insert(training->model);
    }
  }
  if (!trained.empty() && trained.count(service.model) == 0) {
    warnings.push_back(
        fmt::format("{}/deployment/service: {} serves {}, and the jobs before trained {}; what "
                    "they cost is spread over its tokens all the same",
                    pointer, job.deployment->service, service.model, fmt::join(trained, " and ")));
  }
}

std::string held_workload(const JobConfig& job) {
  if (job.requests) {
    return job.requests->workload;
  }
  return job.training && job.training->rollout ? job.training->rollout->workload : "";
}

void warn_of_held_workloads(const ScenarioConfig& config, Sentences& warnings) {
  std::map<std::string, Sentences> holders;
  for (const auto& [name, job] : config.jobs) {
    if (const auto workload = held_workload(job); !workload.empty()) {
      holders[workload].push_back(name);
    }
  }
  for (const auto& [workload, jobs] : holders) {
    if (jobs.size() > 1) {
      warnings.push_back(fmt::format(
          "/workloads/{}: jobs {} share it; where they meet it is played for one after the other",
          workload, fmt::join(jobs, ", ")));
    }
    const auto source =
        plugin_table().make<Workload>("workload", config.workloads.at(workload).source);
    if (!source->is_finite()) {
      warnings.push_back(
          fmt::format("/workloads/{}: it never ends by itself, so job {} lasts until the horizon",
                      workload, fmt::join(jobs, ", ")));
    }
  }
}

}  // namespace

Sentences job_warnings(const ScenarioConfig& config) {
  Sentences warnings;
  for (const auto& [name, job] : config.jobs) {
    const auto pointer = child_pointer("/jobs", name);
    if (job.deployment) {
      warn_of_other_model(config, pointer, job, warnings);
    }
    if (config.horizon && job.submit >= *config.horizon) {
      warnings.push_back(fmt::format("{}/submit: comes {} after the start, when the run has ended",
                                     pointer, readable(job.submit)));
    }
    if (job.training && job.training->elastic && job.training->layout.data_parallel_size == 1) {
      warnings.push_back(fmt::format(
          "{}/training/elastic: has no effect: one data-parallel copy cannot shrink", pointer));
    }
  }
  warn_of_held_workloads(config, warnings);
  return warnings;
}

Sentences job_warnings(const ScenarioConfig& config, const RunResult& result) {
  Sentences warnings;
  for (const auto& [place, cluster] : result.jobs) {
    for (const auto& [name, source] : cluster.sources) {
      if (source.waiting > 0) {
        warnings.push_back(
            fmt::format("jobs_waiting: {} of the {} jobs of {} still waited for chips of {} when "
                        "the run ended",
                        source.waiting, source.submitted, name, place));
      }
      const auto job = config.jobs.find(name);
      if (job != config.jobs.end() && job->second.training && source.training &&
          source.training->steps < job->second.training->step_count()) {
        const auto all = job->second.training->step_count();
        const auto done = source.training->steps;
        warnings.push_back(fmt::format(
            "unfinished: job {}: {} of {} training steps ({:.3g} %) were done when the run ended",
            name, done, all, 100 * static_cast<double>(done) / static_cast<double>(all)));
      }
    }
  }
  for (const auto& [name, stage] : result.stages) {
    if (!stage.began) {
      warnings.push_back(
          fmt::format("unfinished: job {}: its turn had not come when the run ended", name));
    }
  }
  return warnings;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/job_metrics.hpp"

#include <algorithm>
#include <numeric>

#include "sim/api/job.hpp"

namespace tokenfab {

void ChipTimeLedger::add(const ChipTimeLedger& other) {
  useful += other.useful;
  lost += other.lost;
  checkpointing += other.checkpointing;
  restarting += other.restarting;
  waiting += other.waiting;
  spare += other.spare;
  idle += other.idle;
  repairing += other.repairing;
  serving += other.serving;
  total += other.total;
}

namespace {

constexpr double seconds_per_hour = 3600;

/// Sources added up.
struct JobSums {
  JobSourceResult all;
  std::uint64_t dropped = 0;
  std::uint64_t instantaneous = 0;  // of these, jobs that took no time
  bool has_workload = false;
  double training_cost_usd = 0;
  double training_energy_j = 0;
  double training_chip_s = 0;
  double training_interruptions = 0;
  double training_tokens = 0;
  double training_steps = 0;
  double checkpoints = 0;
  double checkpoint_bytes = 0;
  double useful_s = 0;
  double elapsed_s = 0;
  Share share;

  void add(const JobSourceResult& source, const Share& own) {
    all.submitted += source.submitted;
    all.completed += source.completed;
    all.rejected += source.rejected;
    all.waiting += source.waiting;
    all.running += source.running;
    all.wait_sum_s += source.wait_sum_s;
    all.wait_max_s = std::max(all.wait_max_s, source.wait_max_s);
    all.bounded_slowdown_sum += source.bounded_slowdown_sum;
    all.completion_sum_s += source.completion_sum_s;
    all.last_end_s = std::max(all.last_end_s, source.last_end_s);
    all.interruptions += source.interruptions;
    all.preemptions += source.preemptions;
    all.chip_time.add(source.chip_time);
    all.energy_dynamic_j += source.energy_dynamic_j;
    has_workload = has_workload || !source.is_declared;
    for (const auto& [reason, count] : source.dropped) {
      dropped += count;
      instantaneous += reason == zero_run_time ? count : 0;
    }
    share.cost_usd += own.cost_usd;
    share.energy_site_j += own.energy_site_j;
    share.carbon_kg += own.carbon_kg;
    if (source.training) {
      training_cost_usd += own.cost_usd;
      training_energy_j += own.energy_site_j;
      training_chip_s += source.chip_time.held();
      training_interruptions += static_cast<double>(source.training->interruptions);
      training_tokens += source.training->tokens;
      training_steps += static_cast<double>(source.training->steps);
      checkpoints += static_cast<double>(source.training->checkpoints);
      checkpoint_bytes += source.training->checkpoint_bytes;
      useful_s += source.training->useful_s;
      elapsed_s += source.training->elapsed_s;
    }
  }
};

void set_chip_time(MetricSet& metrics, const ChipTimeLedger& time, bool is_whole) {
  metrics.set("chip_time_useful_s", time.useful);
  metrics.set("chip_time_lost_s", time.lost);
  metrics.set("chip_time_checkpointing_s", time.checkpointing);
  metrics.set("chip_time_restarting_s", time.restarting);
  metrics.set("chip_time_waiting_s", time.waiting);
  metrics.set("chip_time_spare_s", time.spare);
  if (is_whole) {
    metrics.set("chip_time_idle_s", time.idle);
    metrics.set("chip_time_repairing_s", time.repairing);
    metrics.set("chip_time_serving_s", time.serving);
    metrics.set_ratio("job_chip_utilization", time.held(),
                      time.total - time.serving - time.repairing);
  }
}

void set_jobs(MetricSet& metrics, const JobSums& sums) {
  const auto& all = sums.all;
  const auto completed = static_cast<double>(all.completed);
  metrics.set("jobs_completed", completed);
  if (sums.has_workload) {  // declared jobs are known to fit
    metrics.set("jobs_rejected", static_cast<double>(all.rejected));
    metrics.set("jobs_dropped", static_cast<double>(sums.dropped));
  }
  metrics.set("jobs_running", static_cast<double>(all.running));
  metrics.set("jobs_waiting", static_cast<double>(all.waiting));
  if (all.completed > 0) {
    // Jobs without run time are not played. They wait for nothing: that is how published means of
    // logs count them.
    const auto instantaneous = static_cast<double>(sums.instantaneous);
    metrics.set("job_wait_mean_s", all.wait_sum_s / (completed + instantaneous));
    metrics.set("job_wait_max_s", all.wait_max_s);
    metrics.set("job_completion_mean_s", all.completion_sum_s / completed);
    metrics.set("job_bounded_slowdown_mean",
                (all.bounded_slowdown_sum + instantaneous) / (completed + instantaneous));
    metrics.set("makespan_s", all.last_end_s);
  }
  metrics.set("interruptions", static_cast<double>(all.interruptions));
  metrics.set("job_preemptions", static_cast<double>(all.preemptions));
  metrics.set("chip_hours", all.chip_time.held() / seconds_per_hour);
  metrics.set("energy_dynamic_j", all.energy_dynamic_j);
  if (sums.training_steps > 0) {
    metrics.set("training_tokens", sums.training_tokens);
    metrics.set("training_steps", sums.training_steps);
    metrics.set_ratio("training_tokens_per_s", sums.training_tokens, sums.elapsed_s);
    metrics.set_ratio("training_tokens_per_s_per_chip", sums.training_tokens, sums.training_chip_s);
    metrics.set_ratio("energy_per_training_token_j", sums.training_energy_j, sums.training_tokens);
    metrics.set_ratio("mttf_s", sums.elapsed_s, sums.training_interruptions);
    metrics.set("checkpoints", sums.checkpoints);
    metrics.set("checkpoint_bytes", sums.checkpoint_bytes);
    metrics.set_ratio("effective_training_time_ratio", sums.useful_s, sums.elapsed_s);
    metrics.set_ratio("cost_per_mtok_training_usd", sums.training_cost_usd * 1e6,
                      sums.training_tokens);
  }
}

void set_share(MetricSet& metrics, const Share& share) {
  metrics.set("energy_site_j", share.energy_site_j);
  metrics.set("carbon_kg", share.carbon_kg);
  metrics.set("cost_total_usd", share.cost_usd);
}

/// By the chip time that the source held, of all held in its cluster.
Share part_of(const Share& cluster, double held, double all_held) {
  const double part = all_held > 0 ? held / all_held : 0;
  return {cluster.energy_site_j * part, cluster.carbon_kg * part, cluster.cost_usd * part};
}

Share cluster_share(const RunResult& result, const Attribution& attribution,
                    const std::string& place) {
  for (std::size_t i = 0; i < result.pools.size(); ++i) {
    const auto& pool = result.pools[i];
    if (pool.is_jobs && pool.site + "/" + pool.cluster == place) {
      return attribution.pools[i];
    }
  }
  return {};
}

/// What it costs to serve with the weights' own cost: over a lifetime at the run's rate.
void set_deployments(const RunResult& result, Summary& summary) {
  for (const auto& deployment : result.deployments) {
    auto& service = summary.services[deployment.service];
    const auto tokens = service.get("total_tokens_per_s");
    const auto cost = service.get("cost_per_mtok_usd");
    if (!deployment.lifetime || !tokens || !cost || *tokens <= 0) {
      continue;
    }
    const double usd =
        std::accumulate(deployment.jobs.begin(), deployment.jobs.end(), 0.0,
                        [&summary](double sum, const std::string& job) {
                          return sum + summary.jobs[job].get("cost_total_usd").value_or(0);
                        });
    service.set("cost_per_mtok_with_training_usd",
                *cost + usd / (*tokens * deployment.lifetime->si()) * 1e6);
  }
}

}  // namespace

void summarize_jobs(const RunResult& result, const Attribution& attribution, Summary& summary) {
  JobSums factory;
  ChipTimeLedger chip_time;
  for (const auto& [place, jobs] : result.jobs) {
    const auto share = cluster_share(result, attribution, place);
    double held = 0;
    for (const auto& [name, source] : jobs.sources) {
      held += source.chip_time.held();
    }
    JobSums cluster;
    for (const auto& [name, source] : jobs.sources) {
      const auto own = part_of(share, source.chip_time.held(), held);
      JobSums alone;
      for (auto* sums : {&alone, &cluster, &factory}) {
        sums->add(source, own);
      }
      auto& metrics = summary.jobs[name];
      set_jobs(metrics, alone);
      set_chip_time(metrics, source.chip_time, false);
      set_share(metrics, own);
      metrics.set_ratio("cost_per_chip_hour_usd", own.cost_usd,
                        source.chip_time.held() / seconds_per_hour);
      if (source.training) {
        metrics.set("step_time_s", source.training->step_time_s);
        metrics.set("training_mfu", source.training->mfu);
      }
    }
    auto& metrics = summary.clusters[place];
    set_jobs(metrics, cluster);
    set_chip_time(metrics, jobs.chip_time, true);
    chip_time.add(jobs.chip_time);
    const double duration_s = result.duration.seconds();
    metrics.set_ratio("job_queue_mean", jobs.queue_seconds, duration_s);
    if (jobs.moves > 0) {
      metrics.set("job_moves", static_cast<double>(jobs.moves));
    }
    metrics.set_ratio("fragmentation", jobs.fragmentation_seconds, duration_s);
  }
  for (const auto& [name, stage] : result.stages) {
    auto& metrics = summary.jobs[name];
    if (stage.began) {
      metrics.set("job_start_s", stage.began->seconds());
    }
    if (stage.ended) {
      metrics.set("job_end_s", stage.ended->seconds());
    }
  }
  if (!result.jobs.empty()) {
    set_jobs(summary.factory, factory);
    set_chip_time(summary.factory, chip_time, true);
  }
  if (factory.training_steps > 0) {
    double step_s = 0;
    for (const auto& [name, metrics] : summary.jobs) {
      step_s = std::max(step_s, metrics.get("step_time_s").value_or(0));
    }
    summary.factory.set("step_time_s", step_s);
  }
  set_deployments(result, summary);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// All jobs of a run: the workloads of jobs, and the declared ones as the stages of an assembly
// line, each begun when those before it have ended and what they leave has reached its site.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/cluster_jobs.hpp"
#include "sim/scenario/job_feed.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/training_work.hpp"

namespace tokenfab {

/// What stages need of the serving half of the factory.
class StageServices {
 public:
  virtual ~StageServices() = default;
  /// Plays a workload from `now` on, a fresh one every time.
  virtual void play_workload(const std::string& workload, Instant now,
                             std::function<void(Instant)> when_over) = 0;
  virtual void deploy(const std::string& service, std::int64_t max_unavailable, Instant now,
                      std::function<void(Instant)> when_over) = 0;
};

class JobsRuntime : public engine::EventHandler, public engine::FlowHandler {
 public:
  JobsRuntime(const Scenario& scenario, engine::Engine& engine, JobSink* sink,
              JobsListener& listener, StageServices& services, EventLog* events = nullptr);

  void start();
  void handle_event(Instant now) override;
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

  const std::vector<std::unique_ptr<ClusterJobs>>& clusters() const { return clusters_; }
  /// Those of a cluster, by the numbers of its site and of itself; null: it has no jobs.
  ClusterJobs* of(std::uint32_t site, std::uint32_t cluster) const;
  bool has_jobs() const { return !clusters_.empty() || !stages_.empty(); }
  /// Every job has ended and none will come.
  bool is_over() const;
  /// Those that were rejected included.
  std::uint64_t jobs_ended() const;
  /// Jobs that have ended, and steps of training under way, over all that are to come; nullopt if
  /// it is not known how many will come.
  std::optional<double> share_done(Instant now) const;
  void stop_at(Instant now);
  void close(RunResult& result);

 private:
  struct Stage {
    std::string name;
    const JobConfig* config = nullptr;
    std::vector<std::size_t> next;  // that wait for it
    std::size_t waits_for = 0;      // jobs and flows
    std::optional<Instant> began;
    std::optional<Instant> ended;
    TrainingWork* training = nullptr;  // while it is not over
    std::optional<TrainingResult> trained;
  };

  void build_clusters(JobSink* sink);
  void build_feeds();
  void build_stages();
  void begin_if_ready(std::size_t stage, Instant now);
  void begin(std::size_t stage, Instant now);
  void submit(std::size_t stage, Instant now);
  std::unique_ptr<JobWork> make_work(Stage& stage);
  void ended(std::size_t stage, Instant now);
  void note(EventKind kind, const Stage& stage, Instant now) const;
  std::optional<std::uint32_t> site_of(const Stage& stage) const;
  void add_jobs_before(const JobConfig& config, std::vector<std::string>& jobs) const;

  const Scenario& scenario_;
  const ScenarioConfig& config_;
  engine::Engine& engine_;
  StageServices& services_;
  engine::Agenda::Slot slot_;
  std::map<std::string, std::unique_ptr<SharedNetwork>> networks_;  // before the jobs on them
  std::vector<std::unique_ptr<ClusterJobs>> clusters_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, ClusterJobs*> by_number_;
  std::map<std::string, ClusterJobs*> by_name_;
  std::vector<std::unique_ptr<JobFeed>> feeds_;
  std::vector<Stage> stages_;
  std::map<engine::FlowId, std::size_t> moves_;  // of what stages leave, to the stage that waits
  std::optional<Instant> next_submit_;
  JobsListener& listener_;
  EventLog* events_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The jobs of one cluster: queue, scheduler, placement on nodes, and the ledger of its chips' time.
//
// Chips are held by services (their pools' nodes, from the first node on), by jobs, or by nobody;
// nodes break and come back, and chips that services leave may be lent to jobs. All that happens at
// one date is first played (ends, submissions, losses), then the scheduler decides.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "models/chip/clock.hpp"
#include "sim/api/job_scheduler.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/job_result.hpp"
#include "sim/metrics/sinks.hpp"
#include "sim/scenario/chip_borrower.hpp"
#include "sim/scenario/config.hpp"
#include "sim/scenario/event_log.hpp"
#include "sim/scenario/held_chips.hpp"
#include "sim/scenario/job_work.hpp"
#include "sim/scenario/metered_pool.hpp"
#include "sim/scenario/node_listener.hpp"

namespace tokenfab {

/// A job as it is handed to its cluster.
struct JobSubmission {
  std::string_view source;   // the declared job, or the workload, that it belongs to; outlives it
  std::uint64_t id = 0;      // within the source
  bool is_declared = false;  // the only one of its source
  JobDemand demand;
  std::string user;
  bool goes_on_without = false;   // it may lose or gain nodes while it runs: then ...
  std::int64_t chips_wanted = 0;  // ... it holds up to so many,
  std::int64_t chips_enough = 0;  // begins with so many at least, and again with so many,
  std::int64_t chips_least = 0;   // or with so many if the cluster has no more in service
  std::unique_ptr<JobWork> work;
  std::function<void(Instant)> when_done;  // may be empty
};

/// Who wants to know that a cluster has work again.
class JobsListener {
 public:
  virtual ~JobsListener() = default;
  virtual void jobs_became_busy(Instant now) = 0;
  virtual void job_left(Instant now) = 0;
};

class ClusterJobs : public MeteredPool,
                    public NodeListener,
                    public ChipBorrower,
                    public JobFloor,
                    public engine::EventHandler {
 public:
  struct Place {
    std::string site_name;
    std::string cluster_name;
    std::uint32_t site = 0;     // in name order, and
    std::uint32_t cluster = 0;  // within the site
  };
  /// `service_chips`: so many of the first chips belong to services; nodes with some of them are
  /// not for jobs unless they are lent. Larger jobs than `chips_max` are rejected.
  ClusterJobs(Place place, const ClusterConfig& cluster, std::int64_t service_chips,
              std::int64_t chips_max, engine::Agenda& agenda, JobSink* sink, JobsListener& listener,
              EventLog* events = nullptr);

  void submit(JobSubmission submission, Instant now);
  /// Jobs that have not ended.
  std::uint64_t unfinished() const { return unfinished_; }
  std::uint64_t ended() const { return jobs_.size() - unfinished_; }

  void handle_event(Instant now) override;

  /// A node may be used once all chips that services have there are lent, until they want one back,
  /// which ends what runs there.
  void chips_lent(const ChipRange& chips, Instant now) override;
  void chips_reclaimed(const ChipRange& chips, Instant now) override;

  void node_fails(std::uint32_t node) override;
  void node_failed(std::uint32_t node, Instant date) override;
  void node_repaired(std::uint32_t node, Instant date) override;
  void node_slowed(std::uint32_t node, double factor, Instant date) override;
  void node_full_speed(std::uint32_t node, Instant now) override;

  double free_chips() const override { return placement_->free_chips(); }
  bool start(JobIndex job) override;
  void preempt(JobIndex job) override;

  std::uint32_t site() const override { return place_.site; }
  const std::string& cluster() const override { return place_.cluster_name; }
  std::uint32_t cluster_index() const { return place_.cluster; }
  double harvest_energy_j(Instant now) override;
  std::uint64_t harvest_tokens(Instant) override { return 0; }
  TokenCounts tokens_so_far() const override { return {}; }
  bool any_busy() const override { return !running_.empty(); }
  std::uint32_t ready_replicas() const override { return 0; }
  double active_chip_seconds(Instant now) const override;
  std::optional<double> job_chips() const override;
  std::uint64_t waiting() const override { return unfinished_ - running(); }
  std::uint64_t running() const override { return running_.size(); }
  void set_clock(double clock, Instant date) override;
  /// Its nodes.
  std::uint32_t units() const override { return static_cast<std::uint32_t>(nodes_.size()); }
  void watch_units(std::uint32_t groups) override;
  void read_units(Instant now, std::span<UnitGroup> groups) const override;
  void stop_at(Instant now) override;
  PoolResult& close() override;
  PoolResult& result() override { return result_; }

  /// After close().
  ClusterJobsResult& jobs_result() { return jobs_result_; }

 private:
  enum class State { Queued, Running, Ended };
  /// Thousandths of chips x ticks: exact sums.
  struct ExactLedger {
    Int128 useful = 0, lost = 0, checkpointing = 0, restarting = 0, waiting = 0, spare = 0;
    Int128 idle = 0, repairing = 0, serving = 0;
    void add_held(const JobTimes& times, std::int64_t milli_active, Int128 spare_ticks);
    Int128 sum() const {
      return useful + lost + checkpointing + restarting + waiting + spare + idle + repairing +
             serving;
    }
    ChipTimeLedger in_seconds() const;
  };
  /// All jobs of one source.
  struct Source {
    JobSourceResult* result = nullptr;
    ExactLedger ledger;
  };
  struct Job {
    JobSubmission said;
    Source* source = nullptr;
    State state = State::Queued;
    Instant submitted;
    std::optional<Instant> started;
    std::vector<NodeChips> chips;
    std::uint32_t running_at = 0;  // its place among those that run
    std::uint32_t generation = 0;  // of its entry on the list of events
    std::uint32_t interruptions = 0;
    std::uint32_t preemptions = 0;
    Instant counted_at;         // of the ledger of its chips' time ...
    JobTimes counted;           // ... the times up to then
    Int128 counted_energy = 0;  // of its profile
    double energy_j = 0;
  };
  struct Event {
    Instant date;
    JobIndex job;
    std::uint32_t generation;
    bool operator>(const Event& other) const {
      return date != other.date ? date > other.date : job > other.job;
    }
  };
  struct Node {
    std::vector<JobIndex> jobs;
    double slowdown = 1;
    bool is_down = false;
    bool is_failing = false;         // hears of it in a moment
    bool is_ours = true;             // not a service's
    bool is_usable = true;           // as the placement has it
    std::int64_t service_chips = 0;  // that are not lent
  };
  void advance_ledger(Instant now);
  /// Jobs have been played up to the agenda's date; the plant finds out a little later that it has
  /// cut the power or set the clocks.
  Instant not_past(Instant now) const { return std::max(now, agenda_.now()); }
  void play_due(Instant now);
  void end_job(JobIndex index, Instant now);
  void take_chips_from(JobIndex index, Instant now, bool is_preempted);
  void queue_again(JobIndex index, Instant now);
  void lend(std::uint32_t node, Instant now);
  void claim(std::uint32_t node, Instant now);
  void vacate(const std::vector<std::uint32_t>& nodes, Instant now, bool is_preempted);
  bool is_over(JobIndex index, Instant now);
  ChipsChange goes_on(JobIndex index, const std::vector<std::uint32_t>& gone, Instant now,
                      bool is_preempted);
  bool add_node(JobIndex index);
  void offer_nodes(Instant now);
  void set_usable(std::uint32_t node);
  void count_held(Job& job, Instant now) { count_held(job, now, job.said.work->active_chips()); }
  void count_held(Job& job, Instant now, std::int64_t active_chips);
  void count_steady_energy(Instant now);
  void look_at(JobIndex index, Instant now);
  void reschedule(JobIndex index);
  void reschedule_slot();
  bool make_room(Instant now);
  bool find_chips(const JobDemand& demand, std::vector<NodeChips>& chips);
  void update_speed(JobIndex index, Instant now);
  Source& source_named(std::string_view name);
  void check_usable(const Job& job, std::uint32_t node) const;
  double slowdown_of(const Job& job) const;
  void wake(Instant now);
  void write_row(const Job& job, Instant now, JobStatus status);
  std::uint32_t user_number(const std::string& user);
  std::int64_t held_milli_chips(const Job& job) const;
  void note_held(const Job& job, const NodeChips& part, int sign, Instant now);
  /// `nodes`: that it goes on with.
  void note(EventKind kind, const Job& job, Instant now, std::size_t nodes = 0) const;

  Place place_;
  std::string name_;  // "site/cluster"
  const ClusterConfig& config_;
  engine::Agenda& agenda_;
  engine::Agenda::Slot slot_;
  JobSink* sink_;
  JobsListener& listener_;
  std::unique_ptr<JobScheduler> scheduler_;
  std::unique_ptr<JobPlacement> placement_;
  std::vector<ClockLevel> levels_;
  std::deque<Job> jobs_;  // one that ends may submit others
  std::vector<Node> nodes_;
  std::vector<JobIndex> elastic_;   // running jobs that may gain nodes, by index
  std::vector<JobIndex> profiled_;  // running jobs whose power is not steady
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::map<std::string, std::uint32_t> users_;
  std::uint64_t unfinished_ = 0;
  std::vector<JobIndex> running_;
  std::uint64_t queued_ = 0;
  std::int64_t nodes_usable_ = 0;
  std::int64_t nodes_down_ = 0;     // of ours
  std::int64_t nodes_serving_ = 0;  // not ours
  double clock_ = 1;
  double power_share_ = 1;
  bool must_decide_ = false;
  std::optional<JobIndex> blocked_;  // enough chips are free for it, but not where it needs them
  Instant next_moves_;
  bool lacks_nodes_ = false;  // a job that has just begun does
  Instant now_;               // of the ledger

  // Energy above idle: of the steady jobs since it was last read.
  std::int64_t steady_uw_ = 0;
  Instant energy_at_;
  double pending_j_ = 0;
  double metered_j_ = 0;
  double fragmentation_s_ = 0;
  double queue_s_ = 0;
  std::int64_t nodes_lent_ = 0;
  std::uint32_t service_nodes_ = 0;  // the first ones: lent or not
  double lent_node_s_ = 0;
  ExactLedger ledger_;
  std::map<std::string, Source, std::less<>> sources_;
  std::int64_t chips_max_;

  std::optional<HeldChips> held_;  // if anybody wants to know
  EventLog* log_;

  PoolResult result_;
  ClusterJobsResult jobs_result_;
};

}  // namespace tokenfab

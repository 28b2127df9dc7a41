// SPDX-License-Identifier: Apache-2.0
// Data curation: the volume is read from the site's storage while the nodes' hosts work through it;
// then what is kept is written back. Whichever of reading and work is slower counts. The chips
// idle, so their clock does not matter. A job that loses its nodes begins anew. Left out: memory of
// the hosts, traffic between nodes.
#pragma once

#include <functional>
#include <vector>

#include "sim/scenario/job_work.hpp"
#include "sim/scenario/paced_work.hpp"
#include "sim/scenario/storage_streams.hpp"

namespace tokenfab {

class DataWork : public JobWork, public engine::FlowHandler {
 public:
  struct Setup {
    engine::Engine* engine = nullptr;
    std::uint32_t site = 0;
    std::uint32_t cluster = 0;
    std::int64_t chips = 0;
    Bytes volume;
    Bytes kept;
    Duration work;              // of all its nodes together, at full speed
    std::int64_t power_uw = 0;  // of its nodes' hosts, above idle
  };
  explicit DataWork(const Setup& setup)
      : setup_(setup),
        work_(setup.work),
        streams_(*setup.engine, setup.site, setup.cluster, *this) {}

  void when_changed(std::function<void(Instant)> listener) override { tell_ = std::move(listener); }
  void start(Instant now, std::span<const NodeChips> chips) override;
  void stop(Instant now, bool is_preempted) override;
  void set_speed(Instant now, double clock, double slowdown) override;
  std::optional<Instant> next_event() const override;
  void advance_to(Instant now) override;
  bool is_done() const override { return phase_ == Phase::Done; }
  JobTimes times() const override { return times_; }
  std::int64_t active_chips() const override { return setup_.chips; }
  Int128 profile_energy(Instant now) override;
  bool has_profile() const override { return true; }
  Duration estimate_left() const override { return setup_.work; }
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

 private:
  enum class Phase { Waiting, Working, Writing, Done };
  void end_phase(Instant now);
  bool holds_chips() const { return phase_ == Phase::Working || phase_ == Phase::Writing; }

  Setup setup_;
  std::function<void(Instant)> tell_;
  Phase phase_ = Phase::Waiting;
  PacedWork work_;
  bool has_started_ = false;
  Instant at_;
  std::vector<NodeChips> nodes_;
  StorageStreams streams_;
  JobTimes times_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A training job on a cluster with spares at hand, without an engine: faults, restarts and writes
// of a given length played against one TrainingRun.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "models/training/training_run.hpp"
#include "sim/api/faults.hpp"

namespace tokenfab::testing {

struct TrainingPlay {
  Duration step;
  Duration write;    // of a checkpoint to storage
  Duration restart;  // detection to first step
  bool kept = false;

  /// Up to `end`, or to the last step. Slow nodes are left alone.
  void run(TrainingRun& run, FaultProcess& faults, Instant end) const {
    run.start(Instant(), restart, step);
    auto fault = faults.next();
    std::optional<Instant> written;
    std::uint64_t writes = 0;
    while (run.state() != RunState::Done) {
      Instant date = end;
      for (const auto& other : {run.next_event(), written}) {
        date = other ? std::min(date, *other) : date;
      }
      date = fault ? std::min(date, fault->date) : date;
      run.advance_to(date);
      if (date == end) {
        return;
      }
      if (written == date) {
        written.reset();
        run.checkpoint_written(date);
      }
      if (run.writes_begun() > writes) {
        writes = run.writes_begun();
        written = date + write;
      }
      for (; fault && fault->date == date; fault = faults.next()) {
        if (fault->slowdown == 0) {
          run.interrupt(date, kept);
          run.start(date, restart, step);
          written.reset();
        }
      }
    }
  }
};

inline double effective_ratio(const RunLedger& ledger) {
  const auto all =
      ledger.useful + ledger.lost + ledger.checkpointing + ledger.restarting + ledger.waiting;
  return ledger.useful.seconds() / all.seconds();
}

/// Faults at dates given, on node 0, gone at once.
class DatedFaults : public FaultProcess {
 public:
  explicit DatedFaults(std::vector<Instant> dates) : dates_(std::move(dates)) {
    std::sort(dates_.begin(), dates_.end());
  }
  void start(std::uint32_t, RandomStream) override {}
  std::optional<NodeLoss> next() override {
    if (given_ == dates_.size()) {
      return std::nullopt;
    }
    NodeLoss loss;
    loss.date = dates_[given_++];
    return loss;
  }
  double stops_per_s(std::uint32_t) const override { return 0; }

 private:
  std::vector<Instant> dates_;
  std::size_t given_ = 0;
};

}  // namespace tokenfab::testing

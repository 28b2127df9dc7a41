// SPDX-License-Identifier: Apache-2.0
// What the training jobs of a cluster do to each other over the links that they share.
//
// A job's collectives are flows over the links between its own nodes. Of every other job the
// largest collective, the exchange of gradients, is there too, for the share of time that it takes
// of a step: w = 1 - prod(1 - d_i) over the others' shares d_i, as if they came at independent
// dates. A step is the mean of one alone, for 1 - w, and one in the midst of all the others'
// exchanges, for w. It is solved anew whenever the set of jobs or their nodes change.
// Left out: flows of services and checkpoints, the others' smaller collectives, phases that lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "models/interconnect/flow_collectives.hpp"
#include "models/training/training_step.hpp"
#include "sim/api/job_scheduler.hpp"
#include "sim/core/instant.hpp"
#include "sim/engine/cluster_links.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {

class SharedNetwork {
 public:
  using Member = std::uint32_t;
  explicit SharedNetwork(const ClusterConfig& cluster);

  /// A job that may train here; it hears when its steps may have another length.
  Member join(std::function<void(Instant)> when_changed);
  /// Its working chips are on these nodes and it trains; `step` is one as it now is.
  void occupy(Member member, std::span<const NodeChips> chips, std::int64_t active_chips,
              const TrainingConfig& layout, const TrainingStep& step, Instant now);
  void leave(Member member, Instant now);

  /// Prices a step with the collectives as they are among the others. Collectives are remembered
  /// per set of those that go on together.
  using Pricing = std::function<TrainingStep(const CollectiveTimes& times)>;
  TrainingStep step(Member member, std::span<const NodeChips> chips, std::int64_t active_chips,
                    const Pricing& price);

 private:
  struct Job {
    std::function<void(Instant)> tell;
    bool is_here = false;
    FlowCollectives::Collective exchange;
    double share = 0;  // of a step's time that the exchange takes alone
  };
  ChipNodes nodes_of(std::span<const NodeChips> chips, std::int64_t active_chips) const;
  void tell_others(Member member, Instant now);

  std::int64_t chips_per_node_;
  std::unique_ptr<engine::ClusterLinks> links_;
  FlowCollectives flows_;
  std::vector<Job> jobs_;
};

/// The mean of two steps in every time that they take, the second with weight w.
TrainingStep mixed(const TrainingStep& alone, const TrainingStep& crowded, double w);

}  // namespace tokenfab

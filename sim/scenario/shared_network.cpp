// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/shared_network.hpp"

#include <algorithm>
#include <utility>

#include "sim/scenario/training_plan.hpp"

namespace tokenfab {
namespace {

double mean(double a, double b, double w) { return (1 - w) * a + w * b; }

}  // namespace

TrainingStep mixed(const TrainingStep& alone, const TrainingStep& crowded, double w) {
  auto step = alone;
  step.total = Seconds(mean(alone.total.si(), crowded.total.si(), w));
  step.mfu = alone.mfu * (alone.total / step.total);
  for (const auto part :
       {&TrainingBreakdown::matmul, &TrainingBreakdown::attention, &TrainingBreakdown::memory,
        &TrainingBreakdown::tensor, &TrainingBreakdown::context, &TrainingBreakdown::expert,
        &TrainingBreakdown::pipeline, &TrainingBreakdown::data, &TrainingBreakdown::bubble,
        &TrainingBreakdown::optimizer, &TrainingBreakdown::overhead}) {
    step.breakdown.*part = mean(alone.breakdown.*part, crowded.breakdown.*part, w);
  }
  for (const auto phase :
       {&TrainingPhases::compute, &TrainingPhases::communication, &TrainingPhases::memory}) {
    step.phases.*phase = mean(alone.phases.*phase * alone.total.si(),
                              crowded.phases.*phase * crowded.total.si(), w) /
                         step.total.si();
  }
  return step;
}

SharedNetwork::SharedNetwork(const ClusterConfig& cluster)
    : chips_per_node_(cluster.node.chips_per_node),
      links_(engine::make_cluster_links(make_network(cluster)->topology(),
                                        static_cast<std::uint32_t>(cluster.nodes))),
      flows_(*links_, {make_network(cluster)->levels(), cluster.node.chip.collectives},
             chips_per_node_) {}

SharedNetwork::Member SharedNetwork::join(std::function<void(Instant)> when_changed) {
  jobs_.push_back({std::move(when_changed), false, {}, 0});
  return static_cast<Member>(jobs_.size() - 1);
}

/// The node of every working chip.
ChipNodes SharedNetwork::nodes_of(std::span<const NodeChips> chips,
                                  std::int64_t active_chips) const {
  ChipNodes nodes;
  for (const auto& part : chips) {
    const auto left = active_chips - static_cast<std::int64_t>(nodes.size());
    nodes.insert(nodes.end(), static_cast<std::size_t>(std::min<std::int64_t>(left, part.chips)),
                 part.node);
  }
  return nodes;
}

void SharedNetwork::occupy(Member member, std::span<const NodeChips> chips,
                           std::int64_t active_chips, const TrainingConfig& layout,
                           const TrainingStep& step, Instant now) {
  auto& job = jobs_[member];
  auto group = layout.data_group();
  group.ranks = group.ranks * active_chips / layout.chips();  // of the replicas that are left
  const auto ranks = static_cast<double>(std::max<std::int64_t>(2, group.ranks));
  FlowCollectives::Collective exchange;
  exchange.placement = flows_.place(nodes_of(chips, active_chips));
  exchange.kind = CollectiveKind::AllReduce;
  exchange.group = group;
  exchange.size = step.sent.data / (2 * (ranks - 1) / ranks);  // a ring's bytes per rank
  const double share = std::min(1.0, flows_.time(exchange) / step.total);
  if (job.is_here && job.exchange == exchange && job.share == share) {
    return;
  }
  job.is_here = true;
  job.exchange = exchange;
  job.share = share;
  tell_others(member, now);
}

void SharedNetwork::leave(Member member, Instant now) {
  if (jobs_[member].is_here) {
    jobs_[member].is_here = false;
    tell_others(member, now);
  }
}

void SharedNetwork::tell_others(Member member, Instant now) {
  for (Member other = 0; other < jobs_.size(); ++other) {
    if (other != member && jobs_[other].is_here) {
      jobs_[other].tell(now);
    }
  }
}

TrainingStep SharedNetwork::step(Member member, std::span<const NodeChips> chips,
                                 std::int64_t active_chips, const Pricing& price) {
  const auto place = flows_.place(nodes_of(chips, active_chips));
  const auto alone = price(ContendedCollectives(flows_, place));
  std::vector<FlowCollectives::Collective> others;
  double quiet = 1;
  for (Member other = 0; other < jobs_.size(); ++other) {
    const auto& job = jobs_[other];
    if (other != member && job.is_here && job.share > 0) {
      others.push_back(job.exchange);
      quiet *= 1 - job.share;
    }
  }
  if (others.empty()) {
    return alone;
  }
  return mixed(alone, price(ContendedCollectives(flows_, place, others)), 1 - quiet);
}

}  // namespace tokenfab

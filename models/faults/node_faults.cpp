// SPDX-License-Identifier: Apache-2.0
#include "models/faults/node_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr auto repair_source =
    "Estimate: a failed server is back a day later; hot spares are quicker";

}  // namespace

void ExponentialFaultsConfig::describe(Describe<ExponentialFaultsConfig>& d) {
  using C = ExponentialFaultsConfig;
  d.field("node_mtbf", &C::node_mtbf, "Mean time between failures of one node")
      .required()
      .range(1, 1e12);
  d.field("repair_time", &C::repair_time, "Until a failed node works again")
      .range(0, 1e9)
      .source(repair_source);
}

void ExponentialFaults::start(std::uint32_t nodes, RandomStream random) {
  nodes_ = nodes;
  random_ = random;
  up_again_.assign(nodes, Instant());
}

std::optional<NodeLoss> ExponentialFaults::next() {
  const double mean_s = config_.node_mtbf.si() / nodes_;
  date_ += Duration::from_seconds(mean_s * random_->standard_exponential());
  const auto node = static_cast<std::uint32_t>(random_->uniform() * nodes_);
  auto& up_again = up_again_[node];
  if (up_again <= date_) {
    up_again = date_ + Duration::from_seconds(config_.repair_time.si());
  }
  return NodeLoss{date_, node, up_again - date_};
}

void NodeLossConfig::describe(Describe<NodeLossConfig>& d) {
  using C = NodeLossConfig;
  d.field("at", &C::at, "Date of the loss, from the start of the run").required().range(0, 3e9);
  d.field("node", &C::node, "Number of the node within its cluster, from 0").range(0, 1e6);
  d.field("nodes", &C::nodes, "Nodes from that one on: a rack, what hangs on a CDU or a switch")
      .range(1, 1e6);
  d.field("slowdown", &C::slowdown, "Factor on the time that they take; 0: they stop")
      .range(0, 1e3);
  d.field("repair_time", &C::repair_time, "Until the nodes work again, at full speed")
      .range(0, 1e9)
      .source(repair_source);
}

void ScheduledFaultsConfig::describe(Describe<ScheduledFaultsConfig>& d) {
  d.map("losses", &ScheduledFaultsConfig::losses, "Losses by name").required();
}

ScheduledFaults::ScheduledFaults(const ScheduledFaultsConfig& config) {
  std::string problems;
  for (const auto& [name, loss] : config.losses) {
    if (loss.slowdown > 0 && loss.slowdown <= 1) {
      problems += fmt::format(
          "{}losses/{}.slowdown ({:g}) slows nothing: give more than 1, or 0 "
          "for nodes that stop",
          problems.empty() ? "" : "; ", name, loss.slowdown);
    }
    NodeLoss planned;
    planned.date = Instant(Duration::from_seconds(loss.at.si()));
    planned.node = static_cast<std::uint32_t>(loss.node);
    planned.repair = Duration::from_seconds(loss.repair_time.si());
    planned.nodes = static_cast<std::uint32_t>(loss.nodes);
    planned.slowdown = loss.slowdown;
    planned.cause = static_cast<std::uint32_t>(causes_.size());
    losses_.push_back(planned);
    causes_.push_back(name);
  }
  if (!problems.empty()) {
    throw std::invalid_argument(problems);
  }
  std::stable_sort(losses_.begin(), losses_.end(),
                   [](const NodeLoss& a, const NodeLoss& b) { return a.date < b.date; });
}

void ScheduledFaults::start(std::uint32_t nodes, RandomStream) {
  std::erase_if(losses_, [nodes](const NodeLoss& loss) { return loss.node >= nodes; });
  for (auto& loss : losses_) {
    loss.nodes = std::min(loss.nodes, nodes - loss.node);
  }
}

std::optional<NodeLoss> ScheduledFaults::next() {
  return given_ < losses_.size() ? std::optional(losses_[given_++]) : std::nullopt;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Losses of whole nodes: none, at random with a constant hazard, or at dates given.
// What breaks in them, racks, ageing and stragglers at random: component_faults.hpp.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/faults.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct NoFaultsConfig {
  static void describe(Describe<NoFaultsConfig>&) {}
};

class NoFaults : public FaultProcess {
 public:
  explicit NoFaults(const NoFaultsConfig&) {}
  void start(std::uint32_t, RandomStream) override {}
  std::optional<NodeLoss> next() override { return std::nullopt; }
  double stops_per_s(std::uint32_t) const override { return 0; }
};

struct ExponentialFaultsConfig {
  Seconds node_mtbf;
  Seconds repair_time{24 * 3600.0};
  static void describe(Describe<ExponentialFaultsConfig>& d);
};

/// Every node fails independently at the rate 1 / MTBF, so the cluster does at nodes / MTBF, each
/// node alike (superposition of Poisson processes; Cinlar, Introduction to Stochastic Processes,
/// 1975, ch. 4.4). A node that is down may be drawn again: that prolongs nothing.
class ExponentialFaults : public FaultProcess {
 public:
  explicit ExponentialFaults(const ExponentialFaultsConfig& config) : config_(config) {}
  void start(std::uint32_t nodes, RandomStream random) override;
  std::optional<NodeLoss> next() override;
  double stops_per_s(std::uint32_t nodes) const override { return nodes / config_.node_mtbf.si(); }

 private:
  ExponentialFaultsConfig config_;
  std::uint32_t nodes_ = 1;
  std::optional<RandomStream> random_;
  Instant date_;
  std::vector<Instant> up_again_;  // by node
};

struct NodeLossConfig {
  Seconds at;
  std::int64_t node = 0;
  std::int64_t nodes = 1;
  double slowdown = 0;
  Seconds repair_time{24 * 3600.0};
  static void describe(Describe<NodeLossConfig>& d);
};

struct ScheduledFaultsConfig {
  std::map<std::string, NodeLossConfig> losses;
  static void describe(Describe<ScheduledFaultsConfig>& d);
};

class ScheduledFaults : public FaultProcess {
 public:
  /// std::invalid_argument: a slowdown that speeds up.
  explicit ScheduledFaults(const ScheduledFaultsConfig& config);
  void start(std::uint32_t nodes, RandomStream random) override;
  std::optional<NodeLoss> next() override;
  /// The names of the losses.
  std::vector<std::string> causes() const override { return causes_; }
  /// Dates that are given say nothing of others to come.
  double stops_per_s(std::uint32_t) const override { return 0; }

 private:
  std::vector<NodeLoss> losses_;  // by date
  std::vector<std::string> causes_;
  std::size_t given_ = 0;
};

}  // namespace tokenfab

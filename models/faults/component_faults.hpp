// SPDX-License-Identifier: Apache-2.0
// Faults by what breaks: chips, memory, links, software, power shelves, switches. Each component
// has its own lifetime, repair and effect, and may take several nodes along (rack, CDU, switch).
// Left out: hazards that follow load or temperature, one fault that sets off another, spares.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/faults/lifetime.hpp"
#include "models/faults/repair_time.hpp"
#include "sim/api/faults.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

enum class FailureLaw { Exponential, Weibull, Bathtub };

enum class FaultEffect {
  StopsNode,  // until it is repaired
  StopsJob,   // which may start again on the same nodes at once: software, a link that flaps
  Slows       // silently, until it is noticed and the part replaced
};

struct WeibullConfig {
  double shape = 1;
  Seconds scale;
  static void describe(Describe<WeibullConfig>& d);
};

struct ComponentConfig {
  std::int64_t count = 1;
  std::int64_t scope = 1;
  FailureLaw process = FailureLaw::Exponential;
  std::optional<Seconds> mtbf;
  std::optional<double> shape;
  std::optional<Seconds> scale;
  std::optional<WeibullConfig> infant;
  std::optional<WeibullConfig> wear_out;
  std::optional<Seconds> age;
  FaultEffect effect = FaultEffect::StopsNode;
  std::optional<double> slowdown;
  std::optional<Seconds> detection;
  RepairConfig repair;
  static void describe(Describe<ComponentConfig>& d);
};

/// Published ones: models/data/failure_rates.json.
struct ComponentFaultsConfig {
  std::map<std::string, ComponentConfig> components;
  double rate_scale = 1;
  static void describe(Describe<ComponentFaultsConfig>& d);
};

/// What contradicts itself, each with the nearest fix.
std::vector<std::string> contradictions(const ComponentFaultsConfig& config);

/// Parts with exponential lifetimes are one Poisson process per component, however many (their
/// superposition; Cinlar, Introduction to Stochastic Processes, 1975, ch. 4.4). Of all others each
/// part has an entry in a heap, 32 bytes: that is exact also where it is replaced and ages anew.
class ComponentFaults : public FaultProcess {
 public:
  /// std::invalid_argument: what contradictions() tells.
  explicit ComponentFaults(const ComponentFaultsConfig& config);
  void start(std::uint32_t nodes, RandomStream random) override;
  std::optional<NodeLoss> next() override;
  std::vector<std::string> causes() const override;
  /// With an age given: the mean over the first 30 days. Else the long-run rate. Slowdowns stop
  /// nothing.
  double stops_per_s(std::uint32_t nodes) const override;

 private:
  struct Component {
    std::string name;
    ComponentConfig config;
    Lifetime lifetime;
    std::optional<RandomStream> random;
    std::uint64_t parts = 0;
  };
  struct Failure {
    Instant date;
    std::uint32_t component;
    std::uint64_t part;  // all_parts: of one to be drawn
    auto operator<=>(const Failure&) const = default;
  };

  void push(const Failure& failure);
  void push_superposed(std::uint32_t component, Instant after);
  NodeLoss loss_of(const Failure& failure, std::uint64_t part);

  std::vector<Component> components_;  // by name
  std::vector<Failure> failures_;      // min-heap: the next one of each part
  std::uint32_t nodes_ = 1;
};

}  // namespace tokenfab

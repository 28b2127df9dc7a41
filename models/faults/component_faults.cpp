// SPDX-License-Identifier: Apache-2.0
#include "models/faults/component_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>

namespace tokenfab {
namespace {

constexpr std::uint64_t all_parts = std::numeric_limits<std::uint64_t>::max();
constexpr double outlook_s = 30 * 86400.0;  // over which stops_per_s() looks at ageing parts
constexpr double date_max_s = 1e15;         // a draw beyond it is never

/// Racks, CDUs or switches that serve so many nodes; the last one perhaps not in full.
std::uint64_t groups_of(std::uint32_t nodes, std::int64_t scope) {
  const auto size = static_cast<std::uint64_t>(scope);
  return (nodes + size - 1) / size;
}

Lifetime lifetime_of(const ComponentConfig& config, double rate_scale) {
  const auto term = [rate_scale](double shape, Seconds scale) {
    return WeibullTerm{shape, scale.si() / rate_scale};
  };
  switch (config.process) {
    case FailureLaw::Weibull:
      return Lifetime({term(*config.shape, *config.scale)});
    case FailureLaw::Bathtub:
      return Lifetime({term(config.infant->shape, config.infant->scale), term(1, *config.mtbf),
                       term(config.wear_out->shape, config.wear_out->scale)});
    case FailureLaw::Exponential:
      break;
  }
  return Lifetime({term(1, *config.mtbf)});
}

}  // namespace

ComponentFaults::ComponentFaults(const ComponentFaultsConfig& config) {
  if (const auto found = contradictions(config); !found.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(found, "; ")));
  }
  for (const auto& [name, component] : config.components) {
    components_.push_back(
        {name, component, lifetime_of(component, config.rate_scale), std::nullopt, 0});
  }
}

void ComponentFaults::start(std::uint32_t nodes, RandomStream random) {
  nodes_ = nodes;
  // Streams of their own, keyed by name: one component more shifts nobody else's faults.
  const std::uint64_t seed = random.next_u64();
  for (std::uint32_t c = 0; c < components_.size(); ++c) {
    auto& component = components_[c];
    component.random.emplace(seed, 0, component.name, "faults");
    component.parts = groups_of(nodes, component.config.scope) *
                      static_cast<std::uint64_t>(component.config.count);
    if (component.lifetime.is_exponential()) {
      push_superposed(c, Instant());
      continue;
    }
    for (std::uint64_t part = 0; part < component.parts; ++part) {
      const auto& age = component.config.age;
      const double wait_s = age ? component.lifetime.draw_remaining_s(age->si(), *component.random)
                                : component.lifetime.draw_steady_s(*component.random);
      failures_.push_back({Instant(Duration::from_seconds(std::min(wait_s, date_max_s))), c, part});
    }
  }
  std::make_heap(failures_.begin(), failures_.end(), std::greater<>());
}

void ComponentFaults::push(const Failure& failure) {
  failures_.push_back(failure);
  std::push_heap(failures_.begin(), failures_.end(), std::greater<>());
}

void ComponentFaults::push_superposed(std::uint32_t c, Instant after) {
  auto& component = components_[c];
  const double mean_s = component.lifetime.mean_s() / static_cast<double>(component.parts);
  push({after + Duration::from_seconds(mean_s * component.random->standard_exponential()), c,
        all_parts});
}

std::optional<NodeLoss> ComponentFaults::next() {
  if (failures_.empty()) {
    return std::nullopt;
  }
  const Failure failure = failures_.front();
  std::pop_heap(failures_.begin(), failures_.end(), std::greater<>());
  failures_.pop_back();
  auto& component = components_[failure.component];
  if (failure.part == all_parts) {
    // One that is being repaired may be drawn again: that prolongs nothing.
    const auto part = static_cast<std::uint64_t>(component.random->uniform() *
                                                 static_cast<double>(component.parts));
    const auto loss = loss_of(failure, part);
    push_superposed(failure.component, failure.date);
    return loss;
  }
  const auto loss = loss_of(failure, failure.part);
  const double life_s = component.lifetime.draw_s(*component.random);
  push({failure.date + loss.repair + Duration::from_seconds(std::min(life_s, date_max_s)),
        failure.component, failure.part});
  return loss;
}

NodeLoss ComponentFaults::loss_of(const Failure& failure, std::uint64_t part) {
  auto& component = components_[failure.component];
  const auto& config = component.config;
  NodeLoss loss;
  loss.date = failure.date;
  loss.cause = failure.component;
  const auto scope = static_cast<std::uint32_t>(config.scope);
  loss.node = static_cast<std::uint32_t>(part / static_cast<std::uint64_t>(config.count)) * scope;
  loss.nodes = std::min(scope, nodes_ - loss.node);
  if (config.effect != FaultEffect::StopsJob) {
    loss.repair = draw_repair(config.repair, *component.random);
  }
  if (config.effect == FaultEffect::Slows) {
    loss.slowdown = *config.slowdown;
    loss.repair += Duration::from_seconds(config.detection->si());
  }
  return loss;
}

std::vector<std::string> ComponentFaults::causes() const {
  std::vector<std::string> names;
  for (const auto& component : components_) {
    names.push_back(component.name);
  }
  return names;
}

double ComponentFaults::stops_per_s(std::uint32_t nodes) const {
  double stops = 0;
  for (const auto& component : components_) {
    const auto& config = component.config;
    if (config.effect == FaultEffect::Slows) {
      continue;
    }
    const auto parts =
        static_cast<double>(groups_of(nodes, config.scope)) * static_cast<double>(config.count);
    stops += parts * (config.age
                          ? component.lifetime.hazard_over(config.age->si(), outlook_s) / outlook_s
                          : 1 / component.lifetime.mean_s());
  }
  return stops;
}

}  // namespace tokenfab

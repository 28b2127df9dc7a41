// SPDX-License-Identifier: Apache-2.0
// A served case played on one replica alone, without engine, sites and money: what a fit asks for
// thousands of times. The replica, its step model and its limits are those of the scenario; only
// lengths are drawn evenly instead of at random, so that neighbouring parameters see the same load.
#pragma once

#include <memory>

#include "models/serving/engine_config.hpp"
#include "sim/measured/serving_scenario.hpp"

namespace tokenfab {

class ClosedLoop {
 public:
  /// Throws what load() throws where the case does not fit.
  explicit ClosedLoop(const ServingScenario& served);

  const EngineProfileConfig& profile() const;
  /// With the engine profile replaced; may run in several threads at once.
  ServedRates play(const EngineProfileConfig& profile) const;

 private:
  ServingScenario served_;
  std::shared_ptr<const Scenario> scenario_;
};

}  // namespace tokenfab

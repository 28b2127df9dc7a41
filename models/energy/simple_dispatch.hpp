// SPDX-License-Identifier: Apache-2.0
// Battery policies that look at this moment alone: rest, use the site's own sun and wind, keep the
// import below a target.
#pragma once

#include "sim/api/dispatch.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct NoDispatchConfig {
  static void describe(Describe<NoDispatchConfig>&) {}
};

class NoDispatch : public DispatchPolicy {
 public:
  explicit NoDispatch(const NoDispatchConfig&) {}
  Watts battery_power(const DispatchView&) override { return Watts(0); }
};

struct SelfConsumptionConfig {
  static void describe(Describe<SelfConsumptionConfig>&) {}
};

/// Stores what sun and wind give beyond the load, and gives it back when they give less.
class SelfConsumption : public DispatchPolicy {
 public:
  explicit SelfConsumption(const SelfConsumptionConfig&) {}
  Watts battery_power(const DispatchView& view) override;
};

struct PeakShavingConfig {
  Watts target;
  static void describe(Describe<PeakShavingConfig>& d);
};

/// Gives what the load needs beyond the target, and recharges below it.
class PeakShaving : public DispatchPolicy {
 public:
  explicit PeakShaving(const PeakShavingConfig& config) : config_(config) {}
  Watts battery_power(const DispatchView& view) override;

 private:
  PeakShavingConfig config_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A grid whose price and carbon intensity never change: the simple twins of tariffs and series.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/plant.hpp"

namespace tokenfab {

struct FlatTariffConfig {
  DollarsPerJoule price;
  static void describe(Describe<FlatTariffConfig>& d);
};

class FlatTariff : public Tariff {
 public:
  explicit FlatTariff(const FlatTariffConfig& config) : config_(config) {}
  DollarsPerJoule energy_price(Instant) const override { return config_.price; }

 private:
  FlatTariffConfig config_;
};

struct FlatCarbonConfig {
  KilogramsPerJoule intensity;
  static void describe(Describe<FlatCarbonConfig>& d);
};

class FlatCarbon : public CarbonIntensity {
 public:
  explicit FlatCarbon(const FlatCarbonConfig& config) : config_(config) {}
  KilogramsPerJoule intensity(Instant) const override { return config_.intensity; }

 private:
  FlatCarbonConfig config_;
};

}  // namespace tokenfab

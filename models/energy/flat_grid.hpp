// SPDX-License-Identifier: Apache-2.0
// A grid whose price and carbon intensity never change: the simple twins of tariffs and series.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/grid.hpp"

namespace tokenfab {

struct FlatTariffConfig {
  DollarsPerJoule price;
  static void describe(Describe<FlatTariffConfig>& d);
};

class FlatTariff : public Tariff {
 public:
  explicit FlatTariff(const FlatTariffConfig& config) : config_(config) {}
  DollarsPerJoule energy_price(Instant) const override { return config_.price; }
  std::optional<Instant> holds_until(Instant) const override { return std::nullopt; }
  std::unique_ptr<BillMeter> open_bill() const override;

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
  std::optional<Instant> holds_until(Instant) const override { return std::nullopt; }

 private:
  FlatCarbonConfig config_;
};

}  // namespace tokenfab

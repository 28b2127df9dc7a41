// SPDX-License-Identifier: Apache-2.0
// A solar or wind plant whose output is read from a file: shares of its capacity over the year, as
// planning tools and operators give them.
#pragma once

#include "models/energy/power_source.hpp"
#include "sim/api/data_file_config.hpp"

namespace tokenfab {

struct PowerProfileConfig : DataFileConfig {
  Watts capacity;
  DollarsPerWatt price;
  Seconds life{25 * asset_year};
  DollarsPerWattSecond maintenance;
  static void describe(Describe<PowerProfileConfig>& d);
};

class PowerProfile : public PowerSource {
 public:
  explicit PowerProfile(const PowerProfileConfig& config) : config_(config) {}
  std::optional<DataFile> data_file() const override;
  void open(const SiteInputs& inputs) override;
  Watts power(Instant at, const Weather& weather) const override;
  std::optional<Instant> holds_until(Instant at) const override;
  Watts rating() const override { return config_.capacity; }
  EnergyAsset asset() const override;

 private:
  PowerProfileConfig config_;
  Calendar calendar_;
  AnnualSeries shares_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The wholesale price of the hour, which may be negative, plus charges of network and supplier.
// Prices are those of a file, or made up from a grid's published statistics (monthly_profile.hpp).
//   price(hour) = wholesale(hour) + adder;  fed in: wholesale(hour) x export_share
#pragma once

#include "models/energy/grid_profile.hpp"
#include "models/energy/tariff_charges.hpp"
#include "models/energy/utility_tariff.hpp"
#include "sim/api/data_file_config.hpp"

namespace tokenfab {

struct RealTimeConfig : DataFileConfig {  // without a path: made up
  std::optional<GridProfileConfig> grid;
  DollarsPerJoule adder;
  double export_share = 1;
  TariffChargesConfig charges;
  static void describe(Describe<RealTimeConfig>& d);
};

class RealTimeTariff final : public UtilityTariff {
 public:
  /// std::invalid_argument: prices of a file and of a grid, or of neither; charges that contradict
  /// each other; a grid as in generate_prices().
  explicit RealTimeTariff(const RealTimeConfig& config);
  std::optional<DataFile> data_file() const override;
  void open(const SiteInputs& inputs) override;

 private:
  RealTimeConfig config_;
};

}  // namespace tokenfab

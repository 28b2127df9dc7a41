// SPDX-License-Identifier: Apache-2.0
// The wholesale price of the hour, which may be negative, plus charges of network and supplier.
//   price(hour) = file(hour) + adder;  fed in: file(hour) x export_share
#pragma once

#include "models/energy/tariff_charges.hpp"
#include "models/energy/utility_tariff.hpp"

namespace tokenfab {

struct RealTimeConfig {
  std::string path;
  std::string format = "auto";
  DollarsPerJoule adder;
  double export_share = 1;
  TariffChargesConfig charges;
  static void describe(Describe<RealTimeConfig>& d);
};

class RealTimeTariff final : public UtilityTariff {
 public:
  explicit RealTimeTariff(const RealTimeConfig& config);
  std::optional<DataFile> data_file() const override;
  void open(const SiteInputs& inputs) override;

 private:
  RealTimeConfig config_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/energy/real_time_tariff.hpp"

#include <variant>

namespace tokenfab {

void RealTimeConfig::describe(Describe<RealTimeConfig>& d) {
  using C = RealTimeConfig;
  d.field("path", &C::path, "File of hourly prices").required();
  d.field("format", &C::format, "Format of the file; \"auto\": told by its head");
  d.field("adder", &C::adder, "Network, supplier and taxes per unit of energy, on top")
      .range(-1e-5, 1e-5);
  d.field("export_share", &C::export_share, "Share of the hour's price paid for energy fed in")
      .range(0, 1);
  d.object("charges", &C::charges, "What a month costs besides energy");
}

RealTimeTariff::RealTimeTariff(const RealTimeConfig& config) : config_(config) {
  UtilityRate rate;
  rate.energy = {{{.price = config.adder, .sell_price = {}}}};
  add_charges("real_time: charges", config.charges, rate);
  set_rate("real_time", std::move(rate));
}

std::optional<DataFile> RealTimeTariff::data_file() const {
  return DataFile{DataKind::Price, config_.path, config_.format};
}

void RealTimeTariff::open(const SiteInputs& inputs) {
  UtilityTariff::open(inputs);
  const auto* prices = std::get_if<AnnualSeries>(&inputs.data);
  CHECK(prices != nullptr, "{}: opened without its file", inputs.path);
  set_spot({*prices, config_.export_share});
}

}  // namespace tokenfab

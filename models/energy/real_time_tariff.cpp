// SPDX-License-Identifier: Apache-2.0
#include "models/energy/real_time_tariff.hpp"

#include <stdexcept>
#include <variant>

namespace tokenfab {

void RealTimeConfig::describe(Describe<RealTimeConfig>& d) {
  using C = RealTimeConfig;
  describe_data_file(d, "File of hourly prices; or give a grid", false);
  d.object("grid", &C::grid, "Published price level and shape that prices are made up from")
      .catalogue("grids");
  d.field("adder", &C::adder, "Network, supplier and taxes per unit of energy, on top")
      .range(-1e-5, 1e-5);
  d.field("export_share", &C::export_share, "Share of the hour's price paid for energy fed in")
      .range(0, 1);
  d.object("charges", &C::charges, "What a month costs besides energy");
}

RealTimeTariff::RealTimeTariff(const RealTimeConfig& config) : config_(config) {
  if (config.path.empty() != config.grid.has_value()) {
    throw std::invalid_argument(
        config.grid ? "real_time: path and grid are given; prices come from one of them"
                    : "real_time: no prices; give the path of a file, or a grid of the catalogue");
  }
  if (config.grid) {
    const SiteInputs anywhere;  // problems show without a site
    static_cast<void>(generate_prices(*config.grid, anywhere));
  }
  UtilityRate rate;
  rate.energy = {{{.price = config.adder, .sell_price = {}}}};
  add_charges("real_time: charges", config.charges, rate);
  set_rate("real_time", std::move(rate));
}

std::optional<DataFile> RealTimeTariff::data_file() const {
  return config_.grid ? std::nullopt : std::optional(config_.file(DataKind::Price));
}

void RealTimeTariff::open(const SiteInputs& inputs) {
  UtilityTariff::open(inputs);
  if (config_.grid) {
    set_spot({generate_prices(*config_.grid, inputs), config_.export_share});
    return;
  }
  const auto* prices = std::get_if<AnnualSeries>(&inputs.data);
  CHECK(prices != nullptr, "{}: opened without its file", inputs.path);
  set_spot({*prices, config_.export_share});
}

}  // namespace tokenfab

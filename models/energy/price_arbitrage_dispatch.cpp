// SPDX-License-Identifier: Apache-2.0
#include "models/energy/price_arbitrage_dispatch.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

const auto hour = Duration::from_seconds(3600);
constexpr std::size_t hours_ahead = 24;

}  // namespace

void PriceArbitrageConfig::describe(Describe<PriceArbitrageConfig>& d) {
  using C = PriceArbitrageConfig;
  d.field("margin", &C::margin, "Least gain per energy given, beyond the losses").range(0, 1e-5);
  d.field("import_target", &C::import_target,
          "Import that buying does not go beyond, for the sake of demand charges")
      .range(0, 1e12);
}

void PriceArbitrage::renew(const DispatchView& view) {
  std::array<DollarsPerJoule, hours_ahead> prices;
  prices[0] = view.price(view.now);
  Instant date = calendar_.next_multiple(view.now, hour);
  renewal_ = date;
  for (std::size_t i = 1; i < hours_ahead; ++i, date += hour) {
    prices[i] = view.price(date);
  }
  auto sorted = prices;
  std::sort(sorted.begin(), sorted.end());
  const double efficiency = view.round_trip_efficiency;
  const Watts power = std::max(view.charge_power, view.discharge_power);
  const Joules room = view.charge_max - view.charge_min;
  const double hours_to_fill =
      power > Watts(0) ? room / (power * Seconds(3600) * std::sqrt(efficiency)) : 0;
  const auto most = std::min(hours_ahead / 2, static_cast<std::size_t>(std::ceil(hours_to_fill)));
  has_pairs_ = false;
  for (std::size_t k = 1; k <= most; ++k) {
    const auto cheap = sorted[k - 1];
    const auto dear = sorted[hours_ahead - k];
    if ((dear - config_.margin) * efficiency <= cheap) {
      break;
    }
    has_pairs_ = true;
    buy_below_ = cheap;
    give_above_ = dear;
  }
  dearer_hours_ = 0;
  for (std::size_t i = 1; i < hours_ahead && has_pairs_ && prices[i] > buy_below_; ++i) {
    dearer_hours_ += prices[i] > prices[0] ? 1 : 0;
  }
}

Watts PriceArbitrage::battery_power(const DispatchView& view) {
  if (!renewal_ || view.now >= *renewal_) {
    renew(view);
  }
  if (!has_pairs_) {
    return Watts(0);
  }
  const auto price = view.price(view.now);
  if (price <= buy_below_) {
    const Watts room = config_.import_target ? *config_.import_target - view.load + view.renewable
                                             : view.charge_power;
    return -std::clamp(room, Watts(0), view.charge_power);
  }
  if (price >= give_above_) {
    const Watts net = std::max(Watts(0), view.load - view.renewable);
    const Watts given = std::min(net, view.discharge_power);
    const Joules kept =
        given * Seconds(3600) * (dearer_hours_ / std::sqrt(view.round_trip_efficiency));
    return view.charge - view.charge_min > kept ? given : Watts(0);
  }
  return Watts(0);
}

}  // namespace tokenfab

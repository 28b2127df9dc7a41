// SPDX-License-Identifier: Apache-2.0
// What tariffs of utilities have in common: a rate by period, and prices by the hour on top.
#pragma once

#include "models/energy/utility_bill.hpp"
#include "sim/api/grid.hpp"

namespace tokenfab {

class UtilityTariff : public Tariff {
 public:
  void open(const SiteInputs& inputs) override { calendar_ = inputs.calendar; }
  /// Of the last tier: a load large enough to be simulated is beyond the others.
  DollarsPerJoule energy_price(Instant at) const override;
  DollarsPerJoule export_price(Instant at) const override;
  /// At most until midnight.
  std::optional<Instant> holds_until(Instant at) const override;
  std::unique_ptr<BillMeter> open_bill() const override;

  const UtilityRate& rate() const { return rate_; }

 protected:
  /// std::invalid_argument: a rate that cannot be metered, told of `owner`.
  void set_rate(const std::string& owner, UtilityRate rate);
  void set_spot(SpotPrice spot) { spot_ = std::move(spot); }
  const Calendar& calendar() const { return calendar_; }

 private:
  const EnergyTier& last_tier(Instant at) const;
  bool is_constant() const;

  UtilityRate rate_;
  SpotPrice spot_;
  Calendar calendar_;
};

}  // namespace tokenfab

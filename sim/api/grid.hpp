// SPDX-License-Identifier: Apache-2.0
// What energy from the public grid costs and emits. Cost functions, stepwise constant in time, and
// the meter a bill is made from.
#pragma once

#include <memory>
#include <optional>

#include "sim/api/site_data.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

struct Bill {
  Dollars energy;         // of imported energy, by its price at the time
  Dollars demand;         // for the highest power of the month, ratchets included
  Dollars fixed;          // per month whatever is used, minimum charges included
  Dollars export_credit;  // paid by the grid for energy fed in; >= 0 unless prices are negative
  Dollars total() const { return energy + demand + fixed - export_credit; }
};

/// State machine: what has been bought and sold so far.
class BillMeter {
 public:
  virtual ~BillMeter() = default;
  /// Constant means over [from, from + span); called without gaps, in order. Metering a span in two
  /// parts equals metering it in one.
  virtual void meter(Instant from, Duration span, Watts import, Watts exported) = 0;
  /// Of everything metered. A month that is not whole pays its share of demand and fixed charges
  /// by the time metered.
  virtual Bill due() const = 0;
};

class Tariff : public SiteModel {
 public:
  /// Of the next joule imported. May be negative.
  virtual DollarsPerJoule energy_price(Instant at) const = 0;
  virtual DollarsPerJoule export_price(Instant) const { return DollarsPerJoule(0); }
  /// Until when the prices hold; nullopt: for good.
  virtual std::optional<Instant> holds_until(Instant at) const = 0;
  /// The meter refers to this tariff, which must outlive it.
  virtual std::unique_ptr<BillMeter> open_bill() const = 0;
};

/// What a joule from the grid emits (location-based, operational).
class CarbonIntensity : public SiteModel {
 public:
  virtual KilogramsPerJoule intensity(Instant at) const = 0;
  /// Share of the grid's energy that is renewable; nullopt: not known.
  virtual std::optional<double> renewable_share(Instant) const { return std::nullopt; }
  virtual std::optional<Instant> holds_until(Instant at) const = 0;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The meter of a UtilityRate: energy by period and tier, the highest mean power of a demand window
// by period and in all, ratchets, fixed and minimum charges.
//   energy = sum over months, periods, tiers of price x energy in the tier
//   demand = sum over months of share x (sum over periods of cost(peak) + cost(highest peak))
//   peak   = max(highest window of the month, ratchet x highest of the months looked back at)
// Sources: fields and their meaning after the OpenEI Utility Rate Database; block tiers as in
// REopt (NREL/REopt.jl, core/urdb.jl).
//
// What rates leave open, decided here:
// - Tiers of a period count the energy of that period in the calendar month. Energy fed in climbs
//   the same tiers by its own amount.
// - A demand window that the run's begin or end cuts does not count, unless its month has no whole
//   window; then the mean of the part metered counts.
// - A ratchet compares with past peaks of the same period, where that period occurs in the month;
//   what was before the run is not known and does not count.
// - The minimum is of a month's charges before the credit for energy fed in.
#pragma once

#include <vector>

#include "sim/api/annual_series.hpp"
#include "sim/api/grid.hpp"

namespace tokenfab {

/// A price by the hour on top of that of the period.
struct SpotPrice {
  AnnualSeries price;       // USD/J; empty: none
  double export_share = 0;  // of it, paid for energy fed in
};

class UtilityBillMeter final : public BillMeter {
 public:
  /// Refers to rate and spot, which must outlive it.
  UtilityBillMeter(const UtilityRate& rate, const SpotPrice& spot, const Calendar& calendar);

  void meter(Instant from, Duration span, Watts import, Watts exported) override;
  Bill due() const override;

 private:
  /// Highest mean powers, in watts: by demand period, and of all times.
  struct Peaks {
    std::vector<double> by_period;
    double highest = 0;
  };
  struct Month {
    int number = 0;  // since year 0, so that look-backs are differences
    Duration length;
    double metered_s = 0;
    std::vector<double> imported_j;  // by energy period
    std::vector<double> exported_j;
    double spot_usd = 0;
    double spot_export_usd = 0;
    Peaks whole;  // of whole demand windows
    Peaks cut;    // of windows cut by the begin or end of the run
    bool has_whole = false;
  };
  /// The stretch between two dates at which something changes.
  struct Cell {
    Instant end;
    double seconds = 0;
    double imported_j = 0;
    double exported_j = 0;
    double spot = 0;  // USD/J
  };
  struct Window {
    Instant end;
    double seconds = 0;
    double imported_j = 0;
  };
  struct PastPeaks {
    int number = 0;  // of the month
    Peaks peaks;
  };

  void enter_cell(Instant begin);
  void enter_hour(Instant begin);
  void enter_month(Instant begin);
  void close_cell(Month& month, Window& window) const;
  void close_window(Month& month, const Window& window) const;
  bool has_demand() const { return !rate_.demand.empty() || !rate_.flat_demand.empty(); }
  Bill bill_of(const Month& month) const;
  Peaks billed_peaks(const Month& month) const;

  const UtilityRate& rate_;
  const SpotPrice& spot_;
  Calendar calendar_;
  Duration cell_length_;
  Duration window_length_;
  std::vector<std::vector<bool>> demand_occurs_;  // by month, period
  bool is_started_ = false;
  Instant now_;
  Cell cell_;
  Window window_;
  Instant hour_end_;
  Instant month_end_;
  std::uint8_t energy_period_ = 0;
  std::uint8_t demand_period_ = 0;
  Month month_;
  std::vector<PastPeaks> past_;
  Bill closed_;  // of the months before
};

}  // namespace tokenfab

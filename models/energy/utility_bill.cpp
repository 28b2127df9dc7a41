// SPDX-License-Identifier: Apache-2.0
#include "models/energy/utility_bill.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tokenfab {
namespace {

constexpr std::int64_t hour_s = 3600;

Duration whole_seconds(std::int64_t seconds) {
  return Duration::from_ticks(Int128{seconds} * Duration::ticks_per_second);
}

/// Of an amount that fills one tier after the other; the last takes whatever is left.
template <class Tier, class Price>
double cost_in_tiers(const std::vector<Tier>& tiers, double amount, Price price) {
  double cost = 0;
  double below = 0;
  for (const auto& tier : tiers) {
    const double top = &tier == &tiers.back() ? amount : std::min(amount, tier.most.si());
    if (top <= below) {
      break;
    }
    cost += price(tier) * (top - below);
    below = top;
  }
  return cost;
}

double demand_cost(const std::vector<DemandTier>& tiers, double watts) {
  return cost_in_tiers(tiers, watts, [](const DemandTier& tier) { return tier.price.si(); });
}

}  // namespace

UtilityBillMeter::UtilityBillMeter(const UtilityRate& rate, const SpotPrice& spot,
                                   const Calendar& calendar)
    : rate_(rate), spot_(spot), calendar_(calendar) {
  const auto window_s = has_demand() ? std::llround(rate.demand_window.si()) : hour_s;
  const auto step_s = spot.price.empty() ? hour_s : hour_s / spot.price.steps_per_hour();
  window_length_ = whole_seconds(window_s);
  cell_length_ = whole_seconds(std::gcd(window_s, step_s));
  demand_occurs_.resize(12, std::vector<bool>(rate.demand.size()));
  for (std::size_t month = 0; month < 12 && !rate.demand.empty(); ++month) {
    for (std::size_t hour = 0; hour < 24; ++hour) {
      demand_occurs_[month][rate.demand_weekday[month][hour]] = true;
      demand_occurs_[month][rate.demand_weekend[month][hour]] = true;
    }
  }
}

void UtilityBillMeter::meter(Instant from, Duration span, Watts import, Watts exported) {
  CHECK(!is_started_ || from == now_, "metered to {} s, then from {} s", now_.seconds(),
        from.seconds());
  const Instant end = from + span;
  if (!is_started_) {
    is_started_ = true;
    hour_end_ = month_end_ = window_.end = from;
    enter_cell(from);
  }
  now_ = from;
  while (now_ < end) {
    if (now_ == cell_.end) {
      close_cell(month_, window_);
      enter_cell(now_);
    }
    const Instant stop = std::min(end, cell_.end);
    const double seconds = (stop - now_).seconds();
    cell_.seconds += seconds;
    cell_.imported_j += import.si() * seconds;
    cell_.exported_j += exported.si() * seconds;
    now_ = stop;
  }
}

void UtilityBillMeter::enter_cell(Instant begin) {
  if (begin >= window_.end) {
    if (window_.seconds > 0) {
      close_window(month_, window_);
    }
    window_ = {calendar_.next_multiple(begin, window_length_)};
  }
  if (begin >= hour_end_) {
    enter_hour(begin);
  }
  cell_ = {calendar_.next_multiple(begin, cell_length_)};
  if (!spot_.price.empty()) {
    cell_.spot = spot_.price.at(calendar_, begin);
  }
}

void UtilityBillMeter::enter_hour(Instant begin) {
  if (begin >= month_end_) {
    enter_month(begin);
  }
  const CivilTime local = calendar_.at(begin);
  const auto month = static_cast<std::size_t>(local.month - 1);
  const auto hour = static_cast<std::size_t>(local.hour);
  hour_end_ = calendar_.next_multiple(begin, whole_seconds(hour_s));
  energy_period_ = (local.is_weekend() ? rate_.energy_weekend : rate_.energy_weekday)[month][hour];
  demand_period_ = (local.is_weekend() ? rate_.demand_weekend : rate_.demand_weekday)[month][hour];
}

void UtilityBillMeter::enter_month(Instant begin) {
  if (month_.metered_s > 0) {
    const Bill bill = bill_of(month_);
    closed_.energy += bill.energy;
    closed_.demand += bill.demand;
    closed_.fixed += bill.fixed;
    closed_.export_credit += bill.export_credit;
    past_.push_back({month_.number, month_.has_whole ? month_.whole : month_.cut});
  }
  const CivilTime local = calendar_.at(begin);
  month_end_ = calendar_.month_end(begin);
  month_ = {};
  month_.number = local.year * 12 + local.month - 1;
  month_.length = month_end_ - calendar_.month_start(begin);
  month_.imported_j.resize(rate_.energy.size());
  month_.exported_j.resize(rate_.energy.size());
  month_.whole.by_period.resize(rate_.demand.size());
  month_.cut.by_period.resize(rate_.demand.size());
}

void UtilityBillMeter::close_cell(Month& month, Window& window) const {
  month.metered_s += cell_.seconds;
  month.imported_j[energy_period_] += cell_.imported_j;
  month.exported_j[energy_period_] += cell_.exported_j;
  month.spot_usd += cell_.spot * cell_.imported_j;
  month.spot_export_usd += cell_.spot * cell_.exported_j * spot_.export_share;
  window.seconds += cell_.seconds;
  window.imported_j += cell_.imported_j;
}

void UtilityBillMeter::close_window(Month& month, const Window& window) const {
  const double length_s = window_length_.seconds();
  // Sums of parts of a window are whole up to rounding.
  const bool is_whole = window.seconds >= length_s * (1 - 1e-12);
  Peaks& peaks = is_whole ? month.whole : month.cut;
  month.has_whole = month.has_whole || is_whole;
  const double mean_w = window.imported_j / window.seconds;
  peaks.highest = std::max(peaks.highest, mean_w);
  if (!rate_.demand.empty()) {
    auto& peak = peaks.by_period[demand_period_];
    peak = std::max(peak, mean_w);
  }
}

Bill UtilityBillMeter::due() const {
  if (!is_started_) {
    return closed_;
  }
  Month month = month_;
  Window window = window_;
  close_cell(month, window);
  if (window.seconds > 0) {
    close_window(month, window);
  }
  const Bill open = bill_of(month);
  return {closed_.energy + open.energy, closed_.demand + open.demand, closed_.fixed + open.fixed,
          closed_.export_credit + open.export_credit};
}

UtilityBillMeter::Peaks UtilityBillMeter::billed_peaks(const Month& month) const {
  Peaks billed = month.has_whole ? month.whole : month.cut;
  const auto calendar_month = static_cast<std::size_t>(month.number % 12);
  const double share = rate_.ratchet[calendar_month];
  for (const auto& past : past_) {
    const bool counts = month.number - past.number <= rate_.ratchet_months &&
                        rate_.ratchet_looks_at[static_cast<std::size_t>(past.number % 12)];
    if (!counts) {
      continue;
    }
    billed.highest = std::max(billed.highest, share * past.peaks.highest);
    for (std::size_t i = 0; i < billed.by_period.size(); ++i) {
      if (demand_occurs_[calendar_month][i]) {
        billed.by_period[i] = std::max(billed.by_period[i], share * past.peaks.by_period[i]);
      }
    }
  }
  return billed;
}

Bill UtilityBillMeter::bill_of(const Month& month) const {
  double energy = month.spot_usd;
  double credit = month.spot_export_usd;
  for (std::size_t i = 0; i < rate_.energy.size(); ++i) {
    energy += cost_in_tiers(rate_.energy[i], month.imported_j[i],
                            [](const EnergyTier& tier) { return tier.price.si(); });
    credit += cost_in_tiers(rate_.energy[i], month.exported_j[i],
                            [](const EnergyTier& tier) { return tier.sell_price.si(); });
  }
  const double share = std::min(1.0, month.metered_s / month.length.seconds());
  const Peaks peaks = billed_peaks(month);
  double demand = 0;
  for (std::size_t i = 0; i < rate_.demand.size(); ++i) {
    demand += demand_cost(rate_.demand[i], peaks.by_period[i]);
  }
  if (!rate_.flat_demand.empty()) {
    const auto season = rate_.flat_demand_season[static_cast<std::size_t>(month.number % 12)];
    demand += demand_cost(rate_.flat_demand[season], peaks.highest);
  }
  demand *= share;
  double fixed = share * rate_.fixed_per_month.si();
  fixed += std::max(0.0, share * rate_.minimum_per_month.si() - (energy + demand + fixed));
  return {Dollars(energy), Dollars(demand), Dollars(fixed), Dollars(credit)};
}

}  // namespace tokenfab

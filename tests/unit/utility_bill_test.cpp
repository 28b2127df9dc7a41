// SPDX-License-Identifier: Apache-2.0
// Bills by hand.
#include "models/energy/utility_bill.hpp"

#include "tests/utility_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

const SpotPrice no_spot;

Bill bill_of(const UtilityRate& rate, const Calendar& calendar, Duration span, Watts import,
             const SpotPrice& spot = no_spot) {
  UtilityBillMeter meter(rate, spot, calendar);
  meter.meter(Instant(), span, import, Watts(0));
  return meter.due();
}

Approx usd(double value) { return Approx(value).epsilon(1e-12); }

}  // namespace

// July 2015 has 23 weekdays and 8 days of weekends. At 100 kW:
//   12-18 of weekdays       23 x 6          = 138 h x 0.1355  =  1,869.900 USD
//   8-12, 18-23 of weekdays 23 x 9          = 207 h x 0.08888 =  1,839.816
//   the rest                23 x 9 + 8 x 24 = 399 h x 0.066   =  2,633.400
// Demand 100 kW x (13.20 + 5.30 + 18.11) = 3,661; fixed 259.20.
TEST_CASE("bill: a summer month of SCE GS-2 TOU-B") {
  const auto bill = bill_of(sce_gs2_toub(), calendar_from(2015, 7), hours(744), Watts(100e3));
  REQUIRE(bill.energy.si() == usd(6343.116));
  REQUIRE(bill.demand.si() == usd(3661));
  REQUIRE(bill.fixed.si() == usd(259.2));
  REQUIRE(bill.total().si() == usd(10263.316));
}

// January 2016 has 21 weekdays: 273 h at 0.09368, 471 h at 0.0712; only the flat demand costs.
TEST_CASE("bill: a winter month of SCE GS-2 TOU-B") {
  const auto bill = bill_of(sce_gs2_toub(), calendar_from(2016, 1), hours(744), Watts(50e3));
  REQUIRE(bill.energy.si() == usd(50 * (273 * 0.09368 + 471 * 0.0712)));
  REQUIRE(bill.demand.si() == usd(50 * 13.2));
}

// 1 MW from 0:10 to 0:20, else 100 kW: 300 s of each of two windows, (300 x 1 + 600 x 0.1) / 900.
TEST_CASE("bill: demand is the mean of windows on the wall clock") {
  UtilityRate rate = flat_rate(0.1);
  rate.flat_demand = {{demand_at(10)}};
  UtilityBillMeter meter(rate, no_spot, calendar_from(2024, 4));
  meter.meter(Instant(), hours(1.0 / 6), Watts(100e3), Watts(0));
  meter.meter(Instant(hours(1.0 / 6)), hours(1.0 / 6), Watts(1e6), Watts(0));
  meter.meter(Instant(hours(1.0 / 3)), hours(720) - hours(1.0 / 3), Watts(100e3), Watts(0));
  REQUIRE(meter.due().demand.si() == usd(4000));
}

TEST_CASE("bill: windows that the run cuts do not count, unless there is no other") {
  UtilityRate rate = flat_rate(0);
  rate.flat_demand = {{demand_at(720)}};  // 1 USD/kW for an hour of June
  const auto calendar = calendar_from(2024, 6);
  const auto minutes = [](double number) { return hours(number / 60); };
  // From 0:05: a cut window at 900 kW, a whole one at 300 kW, a cut one at 600 kW.
  UtilityBillMeter meter(rate, no_spot, calendar);
  meter.meter(Instant(minutes(5)), minutes(10), Watts(900e3), Watts(0));
  const double ten_minutes = 1.0 / 6;
  REQUIRE(meter.due().demand.si() == usd(900 * ten_minutes));
  meter.meter(Instant(minutes(15)), minutes(15), Watts(300e3), Watts(0));
  REQUIRE(meter.due().demand.si() == usd(300 * 25.0 / 60));
  meter.meter(Instant(minutes(30)), minutes(5), Watts(600e3), Watts(0));
  REQUIRE(meter.due().demand.si() == usd(300 * 30.0 / 60));
}

// 80 % of the highest peak of 11 months: July's 1,000 kW hold through the next June.
TEST_CASE("bill: a ratchet forgets after its look-back") {
  UtilityRate rate = flat_rate(0);
  rate.flat_demand = {{demand_at(10)}};
  rate.ratchet.fill(0.8);
  rate.ratchet_looks_at.fill(true);
  rate.ratchet_months = 11;
  const auto calendar = calendar_from(2023, 7);
  UtilityBillMeter meter(rate, no_spot, calendar);
  Instant now;
  double before = 0;
  for (int month = 0; month < 13; ++month) {
    const Instant end = calendar.month_end(now);
    meter.meter(now, end - now, Watts(month == 0 ? 1e6 : 100e3), Watts(0));
    const double due = meter.due().demand.si();
    REQUIRE(due - before == usd(month == 0 ? 10000 : month < 12 ? 8000 : 1000));
    before = due;
    now = end;
  }
  rate.ratchet_looks_at[6] = false;  // July's peaks no longer count
  UtilityBillMeter blind(rate, no_spot, calendar);
  blind.meter(Instant(), hours(744), Watts(1e6), Watts(0));
  blind.meter(Instant(hours(744)), hours(744), Watts(100e3), Watts(0));
  REQUIRE(blind.due().demand.si() == usd(11000));
}

// 100 kW x 720 h = 72,000 kWh: 10,000 x 0.2 + 40,000 x 0.15 + 22,000 x 0.1 a month; demand 30 kW
// at 5 and 70 at 8 USD.
TEST_CASE("bill: tiers fill month by month") {
  UtilityRate rate;
  auto first = energy_at(0.2);
  first.most = Joules(10000 * kwh);
  auto second = energy_at(0.15);
  second.most = Joules(50000 * kwh);
  rate.energy = {{first, second, energy_at(0.1)}};
  auto low = demand_at(5);
  low.most = Watts(30e3);
  rate.flat_demand = {{low, demand_at(8)}};
  UtilityBillMeter meter(rate, no_spot, calendar_from(2023, 4));
  meter.meter(Instant(), hours(720), Watts(100e3), Watts(0));
  REQUIRE(meter.due().energy.si() == usd(2000 + 6000 + 2200));
  REQUIRE(meter.due().demand.si() == usd(150 + 560));
  meter.meter(Instant(hours(720)), hours(744), Watts(100e3), Watts(0));  // May: 74,400 kWh
  REQUIRE(meter.due().energy.si() == usd(10200 + 2000 + 6000 + 2440));
}

TEST_CASE("bill: parts of months pay their share of demand, fixed and minimum charges") {
  UtilityRate rate = flat_rate(0.1);
  rate.flat_demand = {{demand_at(10)}};
  rate.fixed_per_month = Dollars(600);
  const auto half = bill_of(rate, calendar_from(2024, 6), hours(360), Watts(1e6));
  REQUIRE(half.energy.si() == usd(36000));
  REQUIRE(half.demand.si() == usd(5000));
  REQUIRE(half.fixed.si() == usd(300));
  rate.minimum_per_month = Dollars(100000);  // half: 50,000; charges are 41,300
  const auto least = bill_of(rate, calendar_from(2024, 6), hours(360), Watts(1e6));
  REQUIRE(least.total().si() == usd(50000));
  REQUIRE(least.energy.si() == usd(36000));
}

// Hourly prices -0.05 in even hours, 0.15 in odd ones; adder 0.02; fed in: half the price.
TEST_CASE("bill: negative prices pay for import and charge for export") {
  std::vector<double> prices(AnnualSeries::hours);
  for (std::size_t i = 0; i < prices.size(); ++i) {
    prices[i] = (i % 2 == 0 ? -0.05 : 0.15) / kwh;
  }
  const SpotPrice spot{AnnualSeries(1, prices), 0.5};
  const UtilityRate rate = flat_rate(0.02);
  UtilityBillMeter meter(rate, spot, calendar_from(2024, 1));
  meter.meter(Instant(), hours(1), Watts(1e6), Watts(0));
  REQUIRE(meter.due().energy.si() == usd(-30));
  meter.meter(Instant(hours(1)), hours(1), Watts(1e6), Watts(0));
  REQUIRE(meter.due().energy.si() == usd(-30 + 170));
  meter.meter(Instant(hours(2)), hours(2), Watts(0), Watts(2e6));  // 2,000 kWh of each price
  REQUIRE(meter.due().export_credit.si() == usd(0.5 * 2000 * (-0.05 + 0.15)));
  REQUIRE(meter.due().total().si() == usd(140 - 100));
}

TEST_CASE("bill: energy fed in earns the sell price of its period") {
  UtilityRate rate;
  rate.energy = {{energy_at(0.2, 0.05)}, {energy_at(0.4, -0.01)}};
  for (auto& month : rate.energy_weekday) {
    month[1] = 1;
  }
  UtilityBillMeter meter(rate, no_spot, calendar_from(2024, 1));  // a Monday
  meter.meter(Instant(), hours(2), Watts(0), Watts(1e6));
  REQUIRE(meter.due().export_credit.si() == usd(1000 * 0.05 - 1000 * 0.01));
}

TEST_CASE("bill: nothing metered, nothing due") {
  const UtilityRate rate = sce_gs2_toub();
  const UtilityBillMeter meter(rate, no_spot, Calendar());
  REQUIRE(meter.due().total() == Dollars(0));
}

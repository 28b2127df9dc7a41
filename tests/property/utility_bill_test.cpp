// SPDX-License-Identifier: Apache-2.0
// Laws of the bill meter, on random loads over months.
#include "models/energy/utility_bill.hpp"

#include "sim/core/random.hpp"
#include "tests/utility_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

struct Stretch {
  Duration span;
  Watts import;
  Watts exported;
};

/// Spans from a second to two days, mostly short.
std::vector<Stretch> random_load(RandomStream& random, int number) {
  std::vector<Stretch> load;
  for (int i = 0; i < number; ++i) {
    const double size = random.uniform();
    const double seconds = size < 0.6 ? 1 + 900 * random.uniform() : 172800 * random.uniform();
    load.push_back({Duration::from_seconds(seconds), Watts(1e6 * random.uniform()),
                    Watts(random.uniform() < 0.3 ? 1e5 * random.uniform() : 0)});
  }
  return load;
}

UtilityRate random_rate(RandomStream& random) {
  UtilityRate rate;
  for (int period = 0; period < 4; ++period) {
    auto first = energy_at(random.uniform() - 0.2, 0.1 * random.uniform());
    first.most = Joules(50000 * kwh * random.uniform());
    rate.energy.push_back({first, energy_at(random.uniform(), 0.05)});
    rate.demand.push_back({demand_at(20 * random.uniform())});
  }
  rate.flat_demand = {{demand_at(10)}, {demand_at(3)}};
  for (std::size_t month = 0; month < 12; ++month) {
    rate.flat_demand_season[month] = month > 5 ? 1 : 0;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const auto period = [&] { return static_cast<std::uint8_t>(4 * random.uniform()); };
      rate.energy_weekday[month][hour] = period();
      rate.energy_weekend[month][hour] = period();
      rate.demand_weekday[month][hour] = period();
    }
  }
  rate.ratchet.fill(0.7);
  rate.ratchet_looks_at.fill(true);
  rate.ratchet_months = 2;
  rate.fixed_per_month = Dollars(100);
  return rate;
}

void require_close(const Bill& a, const Bill& b) {
  const auto close = [](Dollars value) { return Approx(value.si()).epsilon(1e-9).margin(1e-6); };
  REQUIRE(a.energy.si() == close(b.energy));
  REQUIRE(a.demand.si() == close(b.demand));
  REQUIRE(a.fixed.si() == close(b.fixed));
  REQUIRE(a.export_credit.si() == close(b.export_credit));
}

/// Of the load times `factor`.
Bill bill_of(const UtilityRate& rate, const SpotPrice& spot, const std::vector<Stretch>& load,
             double factor = 1) {
  UtilityBillMeter meter(rate, spot, calendar_from(2024, 2, 11));
  Instant now;
  for (const auto& [span, import, exported] : load) {
    meter.meter(now, span, factor * import, factor * exported);
    now += span;
  }
  return meter.due();
}

}  // namespace

TEST_CASE("bill: metering in parts is metering in one") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomStream random(seed, 0, "bill", "load");
    auto rate = random_rate(random);
    rate.demand_window = Seconds(seed % 3 == 0 ? 1800 : seed % 3 == 1 ? 900 : 1200);
    std::vector<double> prices(AnnualSeries::hours * 4);
    for (auto& price : prices) {
      price = (random.uniform() - 0.1) / kwh;
    }
    const SpotPrice spot{seed % 2 == 0 ? AnnualSeries(4, prices) : AnnualSeries(), 0.9};
    const auto load = random_load(random, 300);
    std::vector<Stretch> parts;
    for (const auto& [span, import, exported] : load) {
      auto rest = span;
      for (int i = 0; i < 3; ++i) {
        const auto part = Duration::from_seconds(rest.seconds() * random.uniform());
        parts.push_back({part, import, exported});
        rest -= part;
      }
      parts.push_back({rest, import, exported});
    }
    require_close(bill_of(rate, spot, parts), bill_of(rate, spot, load));
  }
}

TEST_CASE("bill: linear in energy without tiers, homogeneous and subadditive in demand") {
  for (std::uint64_t seed = 20; seed < 25; ++seed) {
    RandomStream random(seed, 0, "bill", "load");
    auto rate = random_rate(random);
    for (auto& tiers : rate.energy) {
      tiers.erase(tiers.begin());
    }
    const auto a = random_load(random, 200);
    auto b = a;
    auto sum = a;
    for (std::size_t i = 0; i < a.size(); ++i) {
      b[i].import = Watts(1e6 * random.uniform());
      b[i].exported = Watts(0);
      sum[i].import += b[i].import;
    }
    const auto bill_a = bill_of(rate, {}, a);
    const auto bill_b = bill_of(rate, {}, b);
    const auto bill_sum = bill_of(rate, {}, sum);
    REQUIRE(bill_sum.energy.si() == Approx((bill_a.energy + bill_b.energy).si()).epsilon(1e-10));
    REQUIRE(bill_sum.demand <= (bill_a.demand + bill_b.demand) * (1 + 1e-12));
    REQUIRE(bill_sum.demand >= bill_a.demand * (1 - 1e-12));
    REQUIRE(bill_of(rate, {}, a, 3).demand.si() == Approx(3 * bill_a.demand.si()).epsilon(1e-12));
    REQUIRE(bill_sum.fixed.si() == Approx(bill_a.fixed.si()));
  }
}

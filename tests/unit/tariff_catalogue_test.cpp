// SPDX-License-Identifier: Apache-2.0
// Tariffs of the catalogue, as a scenario names them.
#include <string>

#include "models/catalog.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tests/utility_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

struct Holder {
  PluginConfig tariff;
  static void describe(Describe<Holder>& d) {
    d.plugin("tariff", &Holder::tariff, "tariff", "What energy costs").catalogue("tariffs");
  }
};

std::unique_ptr<Tariff> read(const std::string& tariff, std::vector<Problem>& problems) {
  const EmbeddedTables tables;
  Holder holder;
  read_object({plugin_table(), tables, {}}, schema_of<Holder>(),
              parse_document("{\"tariff\": " + tariff + "}", "here"), "", &holder, problems);
  return problems.empty() ? plugin_table().make<Tariff>("tariff", holder.tariff) : nullptr;
}

std::unique_ptr<Tariff> use(const std::string& id, const std::string& more = "") {
  std::vector<Problem> problems;
  auto tariff = read("{\"use\": \"" + id + "\"" + more + "}", problems);
  for (const auto& problem : problems) {
    FAIL(id << ": " << describe(problem));
  }
  SiteInputs inputs;
  inputs.calendar = calendar_from(2025, 1);
  inputs.path = "sites/a/energy/grid/tariff";
  tariff->open(inputs);
  return tariff;
}

/// USD/kWh of a year of 1 MW, everything included, with demand charges at 85 % load factor.
double cost_per_kwh(const Tariff& tariff) {
  const auto meter = tariff.open_bill();
  meter->meter(Instant(), hours(8760), Watts(1e6), Watts(0));
  const Bill bill = meter->due();
  return (bill.energy.si() + bill.fixed.si() + bill.demand.si() / 0.85) / 8.76e6;
}

}  // namespace

TEST_CASE("tariff catalogue: every entry makes a tariff with a plausible price") {
  const EmbeddedTables tables;
  const auto ids = tables.ids("tariffs");
  REQUIRE(ids.size() >= 11);
  for (const auto& id : ids) {
    INFO(id);
    const double cost = cost_per_kwh(*use(id));
    REQUIRE(cost > 0.03);
    REQUIRE(cost < 0.2);
  }
}

// What the split into parts started from: 0.40 CNY/kWh in the west, 0.60 on the coast; weekdays
// have no say, days of months hardly any.
TEST_CASE("tariff catalogue: Chinese tariffs come to the level they were split from") {
  REQUIRE(cost_per_kwh(*use("guizhou")) == Approx(0.40 / 7.1).epsilon(0.002));
  REQUIRE(cost_per_kwh(*use("inner-mongolia")) == Approx(0.40 / 7.1).epsilon(0.002));
  REQUIRE(cost_per_kwh(*use("shanghai")) == Approx(0.60 / 7.1).epsilon(0.002));
  REQUIRE(cost_per_kwh(*use("guangdong")) == Approx(0.60 / 7.1).epsilon(0.002));
}

TEST_CASE("tariff catalogue: keys go over an entry") {
  const auto plain = use("guizhou");
  const auto dear = use("guizhou", ", \"fixed_price\": \"1 USD/kWh\"");
  const Instant noon(hours(12));
  REQUIRE((dear->energy_price(noon) - plain->energy_price(noon)).si() * kwh == Approx(1 - 0.01408));
  const auto capacity =
      use("shanghai", ", \"basic_charge\": \"capacity\", \"transformer\": \"25 MW\"");
  const auto meter = capacity->open_bill();
  meter->meter(Instant(), hours(744), Watts(20e6), Watts(0));
  REQUIRE(meter->due().fixed.si() == Approx(25e3 * 3.38));
  std::vector<Problem> problems;
  read("{\"use\": \"guizhuo\"}", problems);
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().fix == "did you mean \"guizhou\"?");
  problems.clear();
  read("{\"use\": \"guizhou\", \"demand_prise\": \"1 USD/kW\"}", problems);
  REQUIRE(problems.size() == 1);
}

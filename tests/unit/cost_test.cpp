// SPDX-License-Identifier: Apache-2.0
#include "models/economics/cost.hpp"

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr Seconds year(365.0 * 86400);
const auto one_year = Duration::from_seconds(365.0 * 86400);

/// 16 chips at 30,000 USD in 2 nodes at 50,000 + 20,000 USD, 10 kW design power each; energy
/// 40,000 USD, 100 t of CO2e.
SiteBill two_nodes() {
  SiteBill bill;
  bill.site = "north";
  bill.clusters.push_back({16, Dollars(30'000), DollarsPerSecond(2.0 / 3600), 2, Dollars(50'000),
                           Dollars(20'000), Watts(20'000)});
  bill.grid.energy = Dollars(40'000);
  bill.carbon = Kilograms(100'000);
  return bill;
}

double amount(const std::vector<CostItem>& items, const std::string& item) {
  double sum = 0;
  for (const auto& line : items) {
    sum += line.item == item ? line.amount.si() : 0;
  }
  return sum;
}

double total(const EconomicsConfig& config, const SiteBill& bill = two_nodes()) {
  double sum = 0;
  for (const auto& line : cost_items(config, {bill}, one_year)) {
    sum += line.amount.si();
  }
  return sum;
}

}  // namespace

TEST_CASE("cost: capital recovery factors from annuity tables") {
  REQUIRE(capital_recovery_factor(0.08, 5 * year) == Approx(0.2504564546).epsilon(1e-9));
  REQUIRE(capital_recovery_factor(0.10, 20 * year) == Approx(0.1174596248).epsilon(1e-9));
  REQUIRE(capital_recovery_factor(0.08, 1 * year) == Approx(1.08).epsilon(1e-12));
  REQUIRE(capital_recovery_factor(0, 4 * year) == Approx(0.25).epsilon(1e-12));
  // Continuous at zero, where the textbook formula loses its digits: 1/n + i (n + 1) / 2n.
  REQUIRE(capital_recovery_factor(1e-12, 4 * year) == Approx(0.25).epsilon(1e-11));
  REQUIRE(capital_recovery_factor(1e-6, 4 * year) == Approx(0.25 + 1e-6 * 0.625).epsilon(1e-9));
}

TEST_CASE("cost: payments over the life are worth the price") {
  const double factor = capital_recovery_factor(0.08, 5 * year);
  double worth = 0;
  for (int paid = 1; paid <= 5; ++paid) {
    worth += factor / std::pow(1.08, paid);
  }
  REQUIRE(worth == Approx(1).epsilon(1e-12));
}

TEST_CASE("cost: a year of owned assets") {
  const EconomicsConfig config;  // 8 %, 5 years, facility 10.5 USD/W over 20 years, 3 % maintenance
  const auto items = cost_items(config, {two_nodes()}, one_year);
  REQUIRE(amount(items, "accelerator capital") == Approx(480'000 * 0.2504564546));
  REQUIRE(amount(items, "accelerator maintenance") == Approx(480'000 * 0.03));
  REQUIRE(amount(items, "server capital") == Approx(100'000 * 0.2504564546));
  REQUIRE(amount(items, "server maintenance") == Approx(3'000));
  REQUIRE(amount(items, "network capital") == Approx(40'000 * 0.2504564546));
  // CRF(8 %, 20 y) = 0.1018522088.
  REQUIRE(amount(items, "facility capital") == Approx(210'000 * 0.1018522088));
  REQUIRE(amount(items, "grid energy") == 40'000);
  REQUIRE(amount(items, "carbon price") == 0);
  for (const auto& line : items) {
    REQUIRE(line.site == "north");
    REQUIRE(line.amount > Dollars(0));
  }
}

TEST_CASE("cost: half the time costs half, energy bill aside") {
  EconomicsConfig config;
  auto bill = two_nodes();
  bill.grid.energy = Dollars(0);
  bill.carbon = Kilograms(0);
  double half = 0;
  for (const auto& line : cost_items(config, {bill}, one_year / 2)) {
    half += line.amount.si();
  }
  REQUIRE(half == Approx(total(config, bill) / 2).epsilon(1e-12));
}

TEST_CASE("cost: rent with and without energy") {
  EconomicsConfig config;
  config.ownership = Ownership::Rented;
  config.carbon_price = DollarsPerKilogram(0.05);
  // 16 chips x 2 USD/h x 8760 h.
  auto items = cost_items(config, {two_nodes()}, one_year);
  REQUIRE(items.size() == 1);
  REQUIRE(amount(items, "accelerator rent") == Approx(280'320));
  REQUIRE(items.front().layer == CostLayer::Chips);
  config.rent_includes_energy = false;
  items = cost_items(config, {two_nodes()}, one_year);
  REQUIRE(items.size() == 3);
  REQUIRE(amount(items, "grid energy") == 40'000);
  REQUIRE(amount(items, "carbon price") == Approx(5'000));
}

TEST_CASE("cost: chips on demand are paid for while a replica holds them") {
  EconomicsConfig config;
  config.ownership = Ownership::Rented;
  auto bill = two_nodes();
  bill.clusters.front().active_chip_seconds = 4 * 3600.0 * 1000;  // 4 of 16 chips for 1000 h
  REQUIRE(total(config, bill) == Approx(280'320));                // reserved: the same as ever
  REQUIRE_FALSE(cost_items(config, {bill}, one_year).front().follows_use);
  config.rental = Rental::OnDemand;
  REQUIRE(total(config, bill) == Approx(8'000));
  REQUIRE(cost_items(config, {bill}, one_year).front().follows_use);
  // All chips all the time cost as much as reserved ones; none at all cost nothing.
  bill.clusters.front().active_chip_seconds = 16 * 365 * 86400.0;
  REQUIRE(total(config, bill) == Approx(280'320));
  bill.clusters.front().active_chip_seconds = 0;
  REQUIRE(cost_items(config, {bill}, one_year).empty());
}

TEST_CASE("cost: running costs belong to their layer and to no site") {
  EconomicsConfig config;
  config.opex["staff"] = {CostLayer::Applications, DollarsPerSecond(12'000.0 / (365 * 86400))};
  config.opex["land"] = {CostLayer::Infrastructure, DollarsPerSecond(0)};
  const auto items = cost_items(config, {two_nodes()}, one_year);
  REQUIRE(items.back().item == "staff");
  REQUIRE(items.back().layer == CostLayer::Applications);
  REQUIRE(items.back().site.empty());
  REQUIRE(items.back().amount.si() == Approx(12'000));
  REQUIRE(amount(items, "land") == 0);  // nothing: no line
}

TEST_CASE("cost: nothing gets cheaper when any price rises") {
  RandomStream random(1, 0, "cost", "prices");
  const auto more = [&] { return 1 + random.uniform(); };
  for (int i = 0; i < 500; ++i) {
    EconomicsConfig base;
    base.ownership = i % 3 == 0 ? Ownership::Rented : Ownership::Owned;
    base.rent_includes_energy = i % 2 == 0;
    base.wacc = random.uniform() * 0.2;
    base.carbon_price = DollarsPerKilogram(random.uniform());
    auto dear = base;
    auto bill = two_nodes();
    auto& cluster = bill.clusters.front();
    switch (i % 8) {
      case 0:
        dear.wacc *= more();
        break;
      case 1:
        dear.carbon_price = base.carbon_price * more();
        break;
      case 2:
        dear.maintenance *= more();
        break;
      case 3:
        dear.capex.facility_price = base.capex.facility_price * more();
        break;
      case 4:
        bill.grid.energy = bill.grid.energy * more();
        break;
      case 5:
        cluster.chip_price = cluster.chip_price * more();
        cluster.chip_rent = cluster.chip_rent * more();
        break;
      case 6:
        dear.capex.chip_life = base.capex.chip_life / more();
        break;
      default:
        dear.opex["staff"].amount = DollarsPerSecond(random.uniform());
        break;
    }
    REQUIRE(total(dear, bill) >= total(base));
  }
}

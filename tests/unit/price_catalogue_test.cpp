// SPDX-License-Identifier: Apache-2.0
// The tables of money and of regions: every entry reads, and a scenario uses them.
#include <cstdlib>
#include <set>
#include <string>

#include "models/economics/chip_rents.hpp"
#include "models/economics/cost.hpp"
#include "sim/core/instant.hpp"
#include "sim/scenario/loader.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double mtok = 1e6;
constexpr double hour = 3600;
constexpr double kwh = 3.6e6;

/// A field with a catalogue, as a scenario has it.
struct PricesHolder {
  PricesConfig prices;
  static void describe(Describe<PricesHolder>& d) {
    d.object("prices", &PricesHolder::prices, "Prices").catalogue("token_prices");
  }
};

struct GridHolder {
  GridConfig grid;
  static void describe(Describe<GridHolder>& d) {
    d.object("grid", &GridHolder::grid, "Grid").catalogue("regions");
  }
};

template <class Holder>
std::vector<Problem> problems_of(const std::string& text, Holder& holder) {
  const EmbeddedTables tables;
  std::vector<Problem> problems;
  read_object({plugin_table(), tables, {}}, schema_of<Holder>(), parse_document(text, "here"), "",
              &holder, problems);
  return problems;
}

Scenario main_with(std::vector<std::pair<std::string, std::string>> overrides) {
  ScenarioRequest request;
  request.path = std::string(TOKENFAB_SOURCE_DIR) + "/scenarios/main.json";
  request.overrides = std::move(overrides);
  return load_scenario(request);
}

std::string first_problem(std::vector<std::pair<std::string, std::string>> overrides) {
  try {
    main_with(std::move(overrides));
  } catch (const ConfigError& error) {
    const auto& problem = error.problems().front();
    return problem.pointer + ": " + problem.message + " (" + problem.fix + ")";
  }
  return "";
}

}  // namespace

TEST_CASE("price catalogue: every price is whole and cheaper from the cache") {
  const EmbeddedTables tables;
  const auto ids = tables.ids("token_prices");
  REQUIRE(ids.size() >= 43);
  for (const auto& id : ids) {
    INFO(id);
    PricesHolder holder;
    for (const auto& problem : problems_of(R"({"prices": {"use": ")" + id + "\"}}", holder)) {
      FAIL(describe(problem));
    }
    const auto& prices = holder.prices;
    REQUIRE(prices.quote);
    REQUIRE(prices.quote->provider);
    REQUIRE(prices.quote->valid_from);
    if (prices.video_second) {
      REQUIRE(prices.video_second->si() > 0);
    } else {
      REQUIRE(prices.input.si() > 0);
      REQUIRE(prices.output >= prices.input);
    }
    REQUIRE((!prices.cached_input || *prices.cached_input < prices.input));
  }
}

TEST_CASE("price catalogue: lists in CNY agree with those in USD") {
  // DeepSeek asks 1 CNY or 0.14 USD, 2 CNY or 0.28 USD: 7.14 CNY/USD.
  const auto usd = entry<PricesConfig>("token_prices", "deepseek-v4-flash");
  const auto cny = entry<PricesConfig>("token_prices", "deepseek-v4-flash-cny");
  REQUIRE(usd.input.si() * mtok == Approx(0.14));
  REQUIRE(cny.input.si() * mtok == Approx(1 / 7.1).epsilon(1e-5));
  REQUIRE(cny.output.si() / usd.output.si() == Approx(1).epsilon(0.01));
}

TEST_CASE("price catalogue: every rent is a plausible hour") {
  const EmbeddedTables tables;
  for (const auto& id : tables.ids("rents")) {
    INFO(id);
    const auto rents = entry<ChipRentsConfig>("rents", id);
    const auto views = quoted_views(rents);
    REQUIRE_FALSE(views.empty());
    for (std::size_t i = 0; i < rent_view_names().size(); ++i) {
      if (const auto rent = rent_of(rents, static_cast<RentView>(i))) {
        REQUIRE(rent->si() * hour > 0.1);
        REQUIRE(rent->si() * hour < 10);
      }
    }
    if (rents.hyperscaler) {  // a larger owner never pays more
      REQUIRE(*rents.hyperscaler <= *rents.neocloud);
    }
  }
}

TEST_CASE("price catalogue: facilities and lives") {
  const EmbeddedTables tables;
  REQUIRE(tables.ids("capex").size() == 12);
  for (const auto& id : tables.ids("capex")) {
    INFO(id);
    const auto capex = entry<CapexConfig>("capex", id);
    REQUIRE(capex.facility_price.si() >= 7.9);
    REQUIRE(capex.facility_price.si() <= 20);
    REQUIRE(capex.chip_life.si() / (365 * 86400.0) >= 3);
  }
  REQUIRE(entry<CapexConfig>("capex", "singapore").facility_price.si() == Approx(17.9));
}

TEST_CASE("price catalogue: every region has a price, a carbon intensity or both") {
  const EmbeddedTables tables;
  int whole = 0;
  for (const auto& id : tables.ids("regions")) {
    INFO(id);
    const Node& values = *tables.find("regions", id);
    std::string use = R"({"grid": {"use": ")" + id + "\"";
    whole += values.find("tariff") != nullptr && values.find("carbon") != nullptr ? 1 : 0;
    if (values.find("tariff") == nullptr) {
      REQUIRE(values.find("carbon") != nullptr);
      use += R"(, "tariff": {"model": "flat", "price": "0.1 USD/kWh"})";
    }
    if (values.find("carbon") == nullptr) {
      use += R"(, "carbon": {"model": "flat", "intensity": "400 g/kWh"})";
    }
    GridHolder holder;
    for (const auto& problem : problems_of(use + "}}", holder)) {
      FAIL(describe(problem));
    }
    const auto tariff = plugin_table().make<Tariff>("tariff", holder.grid.tariff);
    const double price = tariff->energy_price(Instant()).si() * kwh;
    REQUIRE(price > 0.02);
    REQUIRE(price < 0.14);
  }
  REQUIRE(whole >= 50);
}

TEST_CASE("price catalogue: a region without a tariff asks for one") {
  GridHolder holder;
  const auto problems = problems_of(R"({"grid": {"use": "gb"}})", holder);
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().pointer == "/grid/tariff");
}

TEST_CASE("price catalogue: a scenario uses prices, a tier, a region and a facility") {
  const auto scenario =
      main_with({{"/economics/prices", R"({"use": "deepseek-v4-flash"})"},
                 {"/economics/price_book",
                  R"({"night": {"use": "qwen3-max-32k-batch", "workload": "load"}})"},
                 {"/economics/capex", R"({"use": "singapore", "chip_life": "4 year"})"},
                 {"/sites/site/energy/grid", R"({"use": "cn-guizhou"})"}});
  const auto& economics = scenario.config->economics;
  REQUIRE(economics.prices->cached_input->si() * mtok == Approx(0.0028));
  const auto& tier = economics.price_book.at("night");
  REQUIRE(tier.input->si() * mtok == Approx(1.25 / 7.1).epsilon(1e-5));
  REQUIRE(*tier.quote->tier == "<=32K, batch");
  REQUIRE(economics.capex.facility_price.si() == Approx(17.9));
  REQUIRE(economics.capex.chip_life.si() == Approx(4 * 365 * 86400.0));
}

TEST_CASE("price catalogue: a scenario pays the rent of a view") {
  EconomicsConfig economics;
  economics.ownership = Ownership::Rented;
  SiteBill bill;
  ClusterAssets assets;
  assets.chips = 16;
  assets.chip_rent = DollarsPerSecond(1 / hour);
  bill.clusters.push_back(assets);
  const auto paid = [&] {
    return cost_items(economics, {bill}, Duration::from_seconds(10 * hour)).front().amount.si();
  };
  REQUIRE(paid() == Approx(160));  // the chip's own rent
  economics.rents = entry<ChipRentsConfig>("rents", "h100-sxm");
  REQUIRE(paid() == Approx(160 * 1.30));  // three years, unless said otherwise
  economics.rents->view = RentView::Spot;
  REQUIRE(paid() == Approx(160 * 2.60));
}

TEST_CASE("price catalogue: rents that cannot be") {
  REQUIRE(first_problem({{"/economics/rents", R"({"use": "h100-sxm"})"}}) ==
          "/economics/rents: owned chips have no rent (set ownership to \"rented\")");
  REQUIRE(first_problem({{"/economics/ownership", "rented"},
                         {"/economics/rents", R"({"use": "b200", "view": "on_demand"})"}}) ==
          "/economics/rents/view: nobody quoted this rent (quoted: hyperscaler, neocloud, "
          "rental_3_year, spot)");
}

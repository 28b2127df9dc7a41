// SPDX-License-Identifier: Apache-2.0
#include "models/economics/price_book.hpp"

#include "sim/scenario/pricing.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

DollarsPerToken per_mtok(double dollars) { return DollarsPerToken(dollars / 1e6); }

TierConfig tier_for(const char* model, const char* workload, const char* tenant) {
  const auto named = [](const char* name) {
    return *name == 0 ? std::nullopt : std::optional<std::string>(name);
  };
  TierConfig tier;
  tier.model = named(model);
  tier.workload = named(workload);
  tier.tenant = named(tenant);
  return tier;
}

}  // namespace

TEST_CASE("price book: the tier that names most wins") {
  const PriceBook book{{"acme", tier_for("", "", "acme")},
                       {"acme chat", tier_for("", "chat", "acme")},
                       {"big", tier_for("big", "", "")}};
  REQUIRE(tier_of(book, {"big", "code", ""}) == "big");
  REQUIRE(tier_of(book, {"small", "code", "acme"}) == "acme");
  REQUIRE(tier_of(book, {"big", "chat", "acme"}) == "acme chat");
  REQUIRE(tier_of(book, {"small", "chat", "globex"}) == "default");
  REQUIRE(tier_of({}, {"big", "chat", "acme"}) == "default");
  // One without a condition is for everybody whom no other tier matches.
  REQUIRE(tier_of({{"any", {}}}, {"big", "chat", "acme"}) == "any");
}

TEST_CASE("price book: ties are found where they can happen") {
  const PriceBook book{{"acme", tier_for("", "", "acme")}, {"big", tier_for("big", "", "")}};
  // acme's requests to the big model have two tiers; those to the small one have not.
  REQUIRE(ties(book, {{"small", "chat", ""}}).empty());
  const auto found = ties(book, {{"small", "chat", ""}, {"big", "code", ""}, {"big", "more", ""}});
  REQUIRE(found.size() == 1);  // a pair once, whatever the workload
  REQUIRE(found.front().first == "acme");
  REQUIRE(found.front().second == "big");
  REQUIRE(found.front().sale.workload == "code");
  REQUIRE(found.front().sale.tenant == "acme");
  // A tier that names both settles it.
  auto settled = book;
  settled["both"] = tier_for("big", "", "acme");
  REQUIRE(ties(settled, {{"big", "code", ""}}).empty());
}

TEST_CASE("price book: prices left out") {
  PricesConfig prices;
  prices.input = per_mtok(2);
  prices.output = per_mtok(8);
  const PriceBook none;
  auto unit = unit_prices(prices, none, "default");
  REQUIRE(unit.cached_input == per_mtok(2));  // as other input
  REQUIRE(unit.image == Dollars(0));
  prices.cached_input = per_mtok(0.5);
  prices.image = Dollars(0.04);
  PriceBook book{{"luxury", {}}, {"plain", {}}};
  book["luxury"].input = per_mtok(20);
  book["luxury"].video_second = DollarsPerSecond(0.1);
  unit = unit_prices(prices, book, "luxury");
  REQUIRE(unit.input == per_mtok(20));
  REQUIRE(unit.cached_input == per_mtok(20));  // its own input, not the default's cached one
  REQUIRE(unit.output == per_mtok(8));
  REQUIRE(unit.image == Dollars(0.04));
  REQUIRE(unit.video_second == DollarsPerSecond(0.1));
  REQUIRE(unit_prices(prices, book, "plain").cached_input == per_mtok(0.5));
  REQUIRE(unit_prices(std::nullopt, book, "default").output == DollarsPerToken(0));
}

TEST_CASE("price book: revenue") {
  const UnitPrices prices{per_mtok(2), per_mtok(0.5), per_mtok(8), Dollars(0.04),
                          DollarsPerSecond(0.1)};
  // 3 M at 2, 4 M at 0.5, 1 M at 8, 100 images at 0.04, 50 s at 0.1: 6 + 2 + 8 + 4 + 5.
  REQUIRE(revenue(prices, {3e6, 4e6, 1e6, 100, 50}).si() == Approx(25));
  REQUIRE(revenue(prices, {}) == Dollars(0));
}

TEST_CASE("pricing: every fault of a price book at once") {
  ScenarioConfig config;
  config.models["llama"];
  config.services["chat"].model = "llama";
  config.workloads["load"].service = "chat";
  auto& economics = config.economics;
  REQUIRE(pricing_faults(config).empty());
  economics.rental = Rental::OnDemand;  // of owned chips
  economics.price_book["default"] = tier_for("llama", "", "");
  economics.price_book["lost"] = tier_for("lama", "", "");
  economics.price_book["same"] = tier_for("", "load", "");
  economics.price_book["stray"] = tier_for("", "loud", "");
  const auto faults = pricing_faults(config);
  REQUIRE(faults.size() == 5);
  REQUIRE(faults[0].pointer == "/economics/rental");
  REQUIRE(faults[1].pointer == "/economics/price_book/default");
  REQUIRE(faults[2].pointer == "/economics/price_book/lost/model");
  REQUIRE(faults[2].fix.find("\"llama\"") != std::string::npos);
  REQUIRE(faults[3].pointer == "/economics/price_book/stray/workload");
  REQUIRE(faults[4].pointer == "/economics/price_book/same");
  REQUIRE(faults[4].message == "requests in workload load match it as well as \"default\"");
}

TEST_CASE("pricing: tenants of an application may be in different tiers") {
  ScenarioConfig config;
  config.services["chat"].model = "llama";
  RunResult result;
  auto& application = result.applications["load"];
  application.service = "chat";
  for (const auto* tenant : {"", "acme"}) {
    auto& requests = application.tenants[tenant].requests;
    requests.input_tokens = 5'000'000;
    requests.cached_input_tokens = 4'000'000;
    requests.output_tokens = 1'000'000;
  }
  price(config, result);
  REQUIRE_FALSE(result.has_prices);
  REQUIRE(application.tenants[""].tier.empty());
  PricesConfig prices;
  prices.input = per_mtok(2);
  prices.cached_input = per_mtok(0.5);
  prices.output = per_mtok(8);
  config.economics.prices = prices;
  config.economics.price_book["gold"] = tier_for("", "", "acme");
  config.economics.price_book["gold"].output = per_mtok(50);
  price(config, result);
  REQUIRE(result.has_prices);
  REQUIRE(application.tenants[""].tier == "default");
  REQUIRE(application.tenants[""].revenue_usd == Approx(2 + 2 + 8));
  REQUIRE(application.tenants["acme"].tier == "gold");
  REQUIRE(application.tenants["acme"].revenue_usd == Approx(2 + 2 + 50));
}

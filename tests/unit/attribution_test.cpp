// SPDX-License-Identifier: Apache-2.0
// Who pays for what: by hand, and that nothing of the money is lost or charged twice.
#include "sim/metrics/attribution.hpp"

#include "sim/core/random.hpp"
#include "sim/metrics/summary.hpp"
#include "tests/run_in_child.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

Duration seconds(double s) { return Duration::from_seconds(s); }

PoolResult pool_of(const std::string& service, const std::string& name, double chips) {
  PoolResult pool;
  pool.service = service;
  pool.name = name;
  pool.site = "site";
  pool.replicas = 1;
  pool.chips = chips;
  pool.active_chip_seconds = chips * 100;
  return pool;
}

RequestLedger got(std::uint64_t input, std::uint64_t cached, std::uint64_t output) {
  RequestLedger requests;
  requests.arrived = requests.completed = 1;
  requests.input_tokens = input;
  requests.cached_input_tokens = cached;
  requests.output_tokens = output;
  return requests;
}

ApplicationResult application_of(const std::string& service,
                                 const std::map<std::string, RequestLedger>& tenants) {
  ApplicationResult application;
  application.service = service;
  for (const auto& [name, requests] : tenants) {
    application.tenants[name].requests = requests;
    application.requests.add(requests);
  }
  return application;
}

/// Prefill and decode pools of 100 USD; two applications share them.
RunResult split_service() {
  RunResult result;
  result.duration = seconds(100);
  result.pools = {pool_of("chat", "prefill", 4), pool_of("chat", "decode", 6)};
  result.pools[0].work.prefill_charge = seconds(40);
  result.pools[0].work.cached_charge = seconds(10);
  result.pools[1].work.decode_charge = seconds(90);
  result.costs = {{"chips", "capital", "site", 100}};
  result.applications["a"] = application_of("chat", {{"", got(300, 100, 10)}});
  result.applications["b"] =
      application_of("chat", {{"x", got(700, 100, 20)}, {"y", got(200, 200, 30)}});
  return result;
}

double value(const MetricSet& metrics, const char* name) {
  const auto found = metrics.get(name);
  REQUIRE(found.has_value());
  return *found;
}

}  // namespace

TEST_CASE("attribution: cached input has its own cost") {
  // Prefill 40 USD: 30 for 800 tokens, 10 for 400 cached ones; decode 60 USD for 60 tokens.
  const auto summary = summarize(split_service());
  const auto attribution = attribute(split_service());
  const auto& chat = attribution.services.at("chat");
  REQUIRE(chat.of(Product::Input) == Approx(30));
  REQUIRE(chat.of(Product::CachedInput) == Approx(10));
  REQUIRE(chat.of(Product::Output) == Approx(60));
  const auto& b = summary.applications.at("b");
  REQUIRE(value(b, "cost_total_usd") == Approx(30 * 0.75 + 10 * 0.75 + 60 * 50 / 60.0));
  REQUIRE(value(b, "cost_per_mtok_cached_input_usd") == Approx(10 / 400.0 * 1e6));
  REQUIRE(value(b, "cost_per_mtok_input_usd") == Approx(30 / 800.0 * 1e6));
  REQUIRE(value(summary.tenants.at("y"), "cost_total_usd") == Approx(5 + 30));
  REQUIRE(summary.tenants.count("") == 0);
  REQUIRE_FALSE(summary.factory.get("cost_unattributed_usd"));
}

TEST_CASE("attribution: an idle pool is paid for by its service's products") {
  auto result = split_service();
  result.pools.push_back(pool_of("chat", "spare", 10));  // half of all chips
  const auto summary = summarize(result);
  const auto& pool = summary.pools.at("chat/spare");
  REQUIRE(value(pool, "cost_total_usd") == Approx(50));
  REQUIRE_FALSE(pool.get("cost_per_mtok_usd"));
  const auto chat = attribute(result).services.at("chat");
  REQUIRE(chat.of(Product::Input) == Approx(30));
  REQUIRE(chat.of(Product::Output) == Approx(60));
  REQUIRE(chat.unused_usd == 0);
}

TEST_CASE("attribution: what no product bears is borne by requests, else by nobody") {
  auto result = split_service();
  result.pools.push_back(pool_of("code", "main", 10));
  result.applications["c"] = application_of("code", {{"", {}}, {"z", {}}});
  REQUIRE(attribute(result).unattributed_usd == Approx(50));
  REQUIRE(value(summarize(result).factory, "cost_unattributed_usd") == Approx(50));
  auto& refused = result.applications["c"].tenants["z"].requests;
  refused.arrived = refused.rejected = refused.rejected_too_long = 3;
  const auto attribution = attribute(result);
  REQUIRE(attribution.unattributed_usd == 0);
  REQUIRE(attribution.tenants.at("c").at("z").unused_usd == Approx(50));
  // A factory without services works for nobody.
  RunResult empty;
  empty.costs = {{"chips", "capital", "site", 7}};
  REQUIRE(attribute(empty).unattributed_usd == 7);
}

TEST_CASE("attribution: images and videos by the time they took") {
  RunResult result;
  result.duration = seconds(100);
  result.pools = {pool_of("studio", "main", 8)};
  result.pools[0].work.image_charge = seconds(20);
  result.pools[0].work.video_charge = seconds(60);
  result.costs = {{"chips", "capital", "site", 40}};
  RequestLedger pictures;
  pictures.arrived = pictures.completed = pictures.images = 100;
  RequestLedger clips;
  clips.arrived = clips.completed = 5;
  clips.video_seconds = 25;
  result.applications["draw"] = application_of("studio", {{"", pictures}});
  result.applications["film"] = application_of("studio", {{"", clips}});
  result.pools[0].requests.add(pictures);
  result.pools[0].requests.add(clips);
  const auto summary = summarize(result);
  REQUIRE(value(summary.factory, "images_completed") == 100);
  REQUIRE(value(summary.factory, "cost_per_image_usd") == Approx(0.1));
  REQUIRE(value(summary.services.at("studio"), "cost_per_video_second_usd") == Approx(30 / 25.0));
  REQUIRE(value(summary.applications.at("film"), "cost_total_usd") == Approx(30));
  REQUIRE(value(summary.applications.at("film"), "video_seconds_completed") == 25);
  REQUIRE_FALSE(summary.applications.at("film").get("cost_per_image_usd"));
  REQUIRE_FALSE(summary.factory.get("cost_per_mtok_usd"));
}

TEST_CASE("attribution: rent on demand follows the time chips are held") {
  auto result = split_service();
  result.pools[0].active_chip_seconds = 100;
  result.pools[1].active_chip_seconds = 300;
  result.costs[0].follows_use = true;
  const auto attribution = attribute(result);
  REQUIRE(attribution.pools[0].cost_usd == Approx(25));
  REQUIRE(attribution.pools[1].cost_usd == Approx(75));
}

TEST_CASE("attribution: all lines sum to the total, whatever the run") {
  RandomStream random(1, 0, "attribution", "sums");
  const auto upto = [&](int most) { return static_cast<std::uint64_t>(random.uniform() * most); };
  for (int round = 0; round < 300; ++round) {
    RunResult result;
    result.duration = seconds(100);
    for (const auto* service : {"a", "b", "c"}) {
      for (std::uint64_t i = 0; i < upto(4); ++i) {
        auto pool = pool_of(service, std::to_string(i), 1.0 + static_cast<double>(upto(8)));
        pool.site = upto(2) == 0 ? "north" : "south";
        pool.energy_it = Joules(static_cast<double>(upto(3)) * 1e6);
        pool.active_chip_seconds *= random.uniform();
        pool.work.prefill_charge = seconds(static_cast<double>(upto(3)) * 7);
        pool.work.cached_charge = pool.work.prefill_charge / 3;
        pool.work.decode_charge = seconds(static_cast<double>(upto(3)) * 11);
        pool.work.video_charge = seconds(static_cast<double>(upto(2)) * 13);
        result.pools.push_back(pool);
        auto& application = result.applications[std::string("to ") + service];
        application.service = service;
        for (const auto* tenant : {"", "x", "y"}) {
          auto& requests = application.tenants[tenant].requests;
          requests = got(upto(2) * 1000, 0, upto(2) * 100);
          requests.arrived = upto(2);
          requests.cached_input_tokens = requests.input_tokens / 4;
          requests.video_seconds = random.uniform();
        }
      }
    }
    for (const auto* site : {"north", "south", "spare", ""}) {
      result.costs.push_back({"energy", "grid", site, random.uniform() * 100});
      result.costs.push_back({"chips", "rent", site, random.uniform() * 1e6, upto(2) == 0});
    }
    const auto summary = summarize(result);  // CHECKs the sums, and so ends the test if they fail
    const double total = value(summary.factory, "cost_total_usd");
    double sum = summary.factory.get("cost_unattributed_usd").value_or(0);
    for (const auto& [name, metrics] : summary.applications) {
      sum += value(metrics, "cost_total_usd");
    }
    REQUIRE(std::abs(sum - total) <= 1e-9 * total);
  }
}

TEST_CASE("ledgers: what vanishes ends the run") {
  const auto fails = [](void (*spoil)(RunResult&), const char* words) {
    const auto outcome = try_in_child([spoil] {
      auto result = split_service();
      for (const auto& [name, application] : result.applications) {
        result.pools[0].requests.add(application.requests);
      }
      check_ledgers(result);  // whole until it is spoiled
      spoil(result);
      check_ledgers(result);
      return std::string();
    });
    REQUIRE_FALSE(outcome.succeeded);
    INFO(outcome.errors);
    REQUIRE(outcome.errors.find(words) != std::string::npos);
  };
  fails([](RunResult& result) { ++result.pools[0].requests.arrived; }, "requests: 4 arrived");
  fails([](RunResult& result) { ++result.unrouted_by_service["chat"].cached_input_tokens; },
        "the factory: cached input tokens 401");
  fails(
      [](RunResult& result) {
        auto& requests = result.unrouted_by_service["chat"];
        ++requests.arrived;
        ++requests.rejected;
      },
      "1 requests rejected, 0 for a reason");
  fails([](RunResult& result) { ++result.applications["a"].tenants[""].requests.output_tokens; },
        "application a: output tokens 10, its parts have 11");
}

// SPDX-License-Identifier: Apache-2.0
// Metrics of a run made by hand.
#include "sim/metrics/summary.hpp"

#include <limits>

#include "tests/run_in_child.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

Duration seconds(double s) { return Duration::from_seconds(s); }

/// A pool that worked for `busy_s` of 100 s on `chips` chips, a quarter of it for input tokens.
PoolResult pool(const std::string& service, const std::string& name, const std::string& site,
                double chips, double energy_j, double busy_s) {
  PoolResult pool;
  pool.service = service;
  pool.name = name;
  pool.site = site;
  pool.cluster = "c";
  pool.replicas = 2;
  pool.chips = chips;
  pool.peak_per_chip = FlopPerSecond(1000);
  pool.bandwidth_per_chip = BytesPerSecond(500);
  pool.kv_capacity_tokens = 1000;
  pool.requests = {10, 8, 0, 0, 2, 4000, 1000, 3, 6};
  pool.work.steps = 7;
  pool.work.work.time_by_part = {seconds(busy_s / 2), seconds(busy_s / 4), seconds(busy_s / 4)};
  pool.work.work.flop = 1e4;
  pool.work.work.memory_bytes = 2e4;
  pool.work.busy = seconds(busy_s);
  pool.work.prefill_charge = seconds(busy_s / 4);
  pool.work.decode_charge = seconds(busy_s * 3 / 4);
  pool.work.cached_token_seconds = 5000;
  pool.energy_it = Joules(energy_j);
  pool.active_chip_seconds = chips * 100;
  pool.has_service_level = true;
  for (const double ttft : {0.1, 0.2, 0.3}) {
    pool.latency.add(RequestLatency{seconds(ttft), seconds(ttft + 1), seconds(0.05)});
  }
  pool.latency.itl.add(seconds(0.05), 3);
  return pool;
}

SiteResult site(const std::string& name, double it_j, double import_j, double chips) {
  SiteResult site;
  site.name = name;
  site.chips = chips;
  site.ledger.it = Joules(it_j);
  site.ledger.import = Joules(import_j);
  site.ledger.auxiliaries = Joules(import_j - it_j);
  site.ledger.carbon = Kilograms(import_j / 1000);
  site.peak_power = Watts(50);
  site.min_power = Watts(20);
  return site;
}

/// Two sites; service a on both, service b on the first; a third site stands idle.
RunResult hand_made() {
  RunResult result;
  result.duration = seconds(100);
  result.pools = {pool("a", "one", "north", 8, 600, 40), pool("a", "two", "south", 4, 300, 20),
                  pool("b", "one", "north", 2, 200, 10)};
  result.unrouted_by_service["a"].arrived = 6;
  result.unrouted_by_service["a"].in_flight = 1;  // in the front end
  result.unrouted_by_service["a"].rejected = 5;
  result.sites = {site("north", 1000, 1250, 16), site("south", 300, 360, 8),
                  site("spare", 100, 110, 8)};
  result.costs = {{"energy", "grid energy", "north", 8}, {"chips", "capital", "north", 20},
                  {"energy", "grid energy", "south", 4}, {"chips", "capital", "south", 10},
                  {"energy", "grid energy", "spare", 1}, {"chips", "capital", "spare", 7},
                  {"applications", "staff", "", 14}};
  return result;
}

double value(const MetricSet& metrics, const char* name) {
  const auto found = metrics.get(name);
  REQUIRE(found.has_value());
  return *found;
}

}  // namespace

TEST_CASE("summary: money and energy of the services add up to the factory") {
  const auto summary = summarize(hand_made());
  REQUIRE(value(summary.factory, "cost_total_usd") == Approx(64));
  for (const auto& groups : {summary.services, summary.pools}) {
    double cost = 0;
    double energy = 0;
    double carbon = 0;
    for (const auto& [name, metrics] : groups) {
      cost += value(metrics, "cost_total_usd");
      energy += value(metrics, "energy_site_j");
      carbon += value(metrics, "carbon_kg");
    }
    REQUIRE(cost == Approx(64));
    REQUIRE(energy == Approx(1250 + 360 + 110));
    REQUIRE(carbon == Approx(1.72));
  }
}

TEST_CASE("summary: energy lines follow the energy, the others the chips") {
  // Pool a/one: of north's energy 600 / 800, of north's chips 8 / 10, of everything else 8 / 14.
  const auto summary = summarize(hand_made());
  const auto& one = summary.pools.at("a/one");
  REQUIRE(value(one, "cost_total_usd") ==
          Approx(8 * 600.0 / 800 + 20 * 0.8 + (1 + 7 + 14) * 8.0 / 14));
  REQUIRE(value(one, "energy_site_j") == Approx(1250 * 600.0 / 800 + 110 * 8.0 / 14));
  // a/two has the south alone.
  REQUIRE(value(summary.pools.at("a/two"), "cost_total_usd") ==
          Approx(4 + 10 + (1 + 7 + 14) * 4.0 / 14));
}

TEST_CASE("summary: a pool's cost is charged to tokens by its charged time") {
  const auto summary = summarize(hand_made());
  const auto& one = summary.pools.at("a/one");
  const double cost = value(one, "cost_total_usd");
  REQUIRE(value(one, "cost_per_mtok_input_usd") == Approx(cost / 4 / 4000 * 1e6));
  REQUIRE(value(one, "cost_per_mtok_output_usd") == Approx(cost * 3 / 4 / 1000 * 1e6));
  REQUIRE(value(one, "cost_per_mtok_usd") == Approx(cost / 5000 * 1e6));
  REQUIRE(value(one, "cost_per_chip_hour_usd") == Approx(cost / 8 / 100 * 3600));
  // Input and output cost together are the cost.
  const auto& factory = summary.factory;
  REQUIRE(value(factory, "cost_per_mtok_input_usd") * 12'000 +
              value(factory, "cost_per_mtok_output_usd") * 3'000 ==
          Approx(64 * 1e6));
}

TEST_CASE("summary: use of the chips") {
  const auto summary = summarize(hand_made());
  const auto& one = summary.pools.at("a/one");
  // 40 s of two replicas' 200 s; 1e4 FLOP of 8 x 1000 x 100 s; 5000 token seconds of 1000 x 100 s.
  REQUIRE(value(one, "chip_utilization") == Approx(0.2));
  REQUIRE(value(one, "mfu") == Approx(1e4 / 8e5));
  REQUIRE(value(one, "mbu") == Approx(2e4 / 4e5));
  REQUIRE(value(one, "kv_cache_utilization") == Approx(0.05));
  REQUIRE(value(one, "time_share_weights") == Approx(0.5));
  REQUIRE(value(one, "time_share_communication") == 0);
  // Service a: (40 x 8 / 2 + 20 x 4 / 2) / (12 x 100).
  REQUIRE(value(summary.services.at("a"), "chip_utilization") == Approx(200.0 / 1200));
}

TEST_CASE("summary: energy and emissions per token") {
  const auto summary = summarize(hand_made());
  REQUIRE(value(summary.sites.at("north"), "pue") == Approx(1.25));
  REQUIRE(value(summary.sites.at("south"), "pue") == Approx(1.2));
  const auto& factory = summary.factory;
  REQUIRE(value(factory, "pue") == Approx(1720.0 / 1400));
  REQUIRE(value(factory, "energy_per_output_token_j") == Approx(1720.0 / 3000));
  REQUIRE(value(factory, "carbon_per_mtok_g") == Approx(1.72 * 1000 / 15'000 * 1e6));
  REQUIRE(value(factory, "chips") == 32);
  REQUIRE(value(factory, "chips_allocated") == 14);
}

TEST_CASE("summary: requests, rates and latencies") {
  const auto summary = summarize(hand_made());
  const auto& service = summary.services.at("a");
  REQUIRE(value(service, "requests_completed") == 16);
  REQUIRE(value(service, "requests_rejected") == 5);
  REQUIRE(value(summary.factory, "requests_in_flight") == 7);
  REQUIRE(value(service, "output_tokens_per_s") == Approx(20));
  REQUIRE(value(service, "total_tokens_per_s_per_chip") == Approx(10'000.0 / 100 / 12));
  REQUIRE(value(service, "ttft_mean_s") == Approx(0.2));
  REQUIRE(value(service, "ttft_p50_s") == Approx(0.2));
  REQUIRE(value(service, "e2el_p50_s") == Approx(1.2));
  REQUIRE(value(service, "interactivity_tokens_per_s_per_user") == Approx(20));
  // 12 of the 16 completed and 5 rejected were within the service level.
  REQUIRE(value(service, "goodput_requests_per_s") == Approx(0.12));
  REQUIRE(value(service, "slo_attainment") == Approx(12.0 / 21));
}

TEST_CASE("summary: what has no meaning is absent") {
  RunResult empty;
  empty.duration = seconds(10);
  empty.sites = {site("north", 0, 0, 8)};
  const auto summary = summarize(empty);
  for (const auto* name : {"ttft_mean_s", "pue", "energy_per_output_token_j", "cost_per_mtok_usd",
                           "goodput_requests_per_s", "revenue_usd", "mfu"}) {
    REQUIRE_FALSE(summary.factory.get(name).has_value());
  }
  REQUIRE(value(summary.factory, "peak_site_power_w") == 50);
}

TEST_CASE("summary: replicas that come and go") {
  auto result = hand_made();
  auto& one = result.pools[0];
  one.active_chip_seconds = 200;  // of 800: two replicas of four chips, half a replica on average
  one.cold_starts = 3;
  one.failures = 1;
  const auto summary = summarize(result);
  const auto& metrics = summary.pools.at("a/one");
  REQUIRE(value(metrics, "replicas_mean") == Approx(0.5));
  REQUIRE(value(metrics, "cold_starts") == 3);
  REQUIRE(value(metrics, "replica_failures") == 1);
  REQUIRE(value(metrics, "chips_allocated") == 8);
  // 40 s of a four-chip replica in 200 chip seconds; 1e4 FLOP of 200 x 1000.
  REQUIRE(value(metrics, "chip_utilization") == Approx(0.8));
  REQUIRE(value(metrics, "mfu") == Approx(1e4 / 2e5));
  REQUIRE(value(metrics, "output_tokens_per_s_per_chip") == Approx(5));
  REQUIRE(value(metrics, "kv_cache_utilization") == Approx(0.05 * 4));
  REQUIRE(value(summary.services.at("a"), "replicas_mean") == Approx(2.5));
  REQUIRE(value(summary.factory, "cold_starts") == 3);
}

TEST_CASE("summary: caches, drafts and transfers") {
  auto result = hand_made();
  auto& one = result.pools[0];
  one.queried_prefix_tokens = 1000;
  one.hit_prefix_tokens = 600;
  one.tier_hit_tokens = {{"hbm", 450}, {"host", 150}};
  one.draft_tokens = 200;
  one.accepted_draft_tokens = 170;
  one.kv_transfers = 4;
  one.kv_transfer_bytes = 8e9;
  one.kv_transfer_time = seconds(0.2);
  result.pools[1].queried_prefix_tokens = 1000;
  const auto summary = summarize(result);
  const auto& metrics = summary.pools.at("a/one");
  REQUIRE(value(metrics, "prefix_cache_hit_rate") == Approx(0.6));
  REQUIRE(value(summary.services.at("a"), "prefix_cache_hit_rate") == Approx(0.3));
  REQUIRE_FALSE(summary.services.at("b").get("prefix_cache_hit_rate"));
  REQUIRE(value(summary.cache_tiers.at("a/one/host"), "tier_hit_rate") == Approx(0.15));
  REQUIRE(value(summary.cache_tiers.at("a/one/hbm"), "tier_hit_tokens") == 450);
  REQUIRE(value(metrics, "speculative_acceptance") == Approx(0.85));
  REQUIRE(value(metrics, "kv_transfer_bytes") == 8e9);
  REQUIRE(value(metrics, "kv_transfer_mean_s") == Approx(0.05));
  REQUIRE_FALSE(summary.pools.at("a/two").get("kv_transfer_mean_s"));
}

TEST_CASE("metrics: only declared names and finite values") {
  const auto unknown = try_in_child([] {
    MetricSet().set("tokens_per_fortnight", 1.0);
    return std::string();
  });
  REQUIRE_FALSE(unknown.succeeded);
  REQUIRE(unknown.errors.find("metric tokens_per_fortnight is not declared") != std::string::npos);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const auto outcome = try_in_child([bad] {
      MetricSet().set("pue", bad);
      return std::string();
    });
    REQUIRE_FALSE(outcome.succeeded);
    REQUIRE(outcome.errors.find("metric pue is") != std::string::npos);
  }
}

TEST_CASE("metrics: keep the order of their declarations") {
  MetricSet metrics;
  metrics.set("pue", 1.2);
  metrics.set("requests_completed", 3.0);
  metrics.set_ratio("mfu", 1, 0);
  REQUIRE(metrics.ordered().size() == 2);
  REQUIRE(metrics.ordered().front().first == "requests_completed");
  for (const auto& declaration : metric_declarations()) {
    REQUIRE_FALSE(declaration.unit.empty());
    REQUIRE(declaration.sentence.size() > 5);
  }
}

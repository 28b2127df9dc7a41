// SPDX-License-Identifier: Apache-2.0
// Applications, agents, tenants and tiers of a run made by hand.
#include "sim/metrics/customers.hpp"

#include "sim/metrics/fairness.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Duration seconds(double s) { return Duration::from_seconds(s); }

TenantResult bought(std::uint64_t input, std::uint64_t output, const char* tier, double revenue) {
  TenantResult tenant;
  tenant.requests.arrived = tenant.requests.completed = 2;
  tenant.requests.input_tokens = input;
  tenant.requests.output_tokens = output;
  tenant.requests.within_service_level = 1;
  tenant.tier = tier;
  tenant.revenue_usd = revenue;
  tenant.latency.add(RequestLatency{seconds(1), seconds(2), seconds(0.02)});
  return tenant;
}

/// One service of 100 USD, half for input, half for output; "chat" has tenants, "agents" agents.
RunResult hand_made() {
  RunResult result;
  result.duration = seconds(2 * 86400);
  result.time_of_day = seconds(43200);  // noon, so that the run touches three days
  PoolResult pool;
  pool.service = "service";
  pool.name = "main";
  pool.replicas = 1;
  pool.chips = 8;
  pool.active_chip_seconds = 8 * result.duration.seconds();
  pool.work.prefill_charge = pool.work.decode_charge = seconds(50);
  result.pools = {pool};
  result.costs = {{"chips", "capital", "", 100}};
  result.has_prices = true;
  auto& chat = result.applications["chat"];
  chat.service = "service";
  chat.has_service_level = true;
  chat.tenants["acme"] = bought(1'000'000, 100'000, "luxury", 60);
  chat.tenants["globex"] = bought(1'000'000, 300'000, "cheap", 20);
  auto& agents = result.applications["agents"];
  agents.service = "service";
  agents.tenants[""] = bought(2'000'000, 400'000, "cheap", 30);
  agents.agents = AgentActivity{40, 2, {3, 5, 1}};
  for (auto& [name, application] : result.applications) {
    for (const auto& [tenant, got] : application.tenants) {
      application.requests.add(got.requests);
    }
    result.pools[0].requests.add(application.requests);
  }
  return result;
}

double value(const MetricSet& metrics, const char* name) {
  const auto found = metrics.get(name);
  INFO(name);
  REQUIRE(found.has_value());
  return *found;
}

}  // namespace

TEST_CASE("customers: revenue, cost and margin by tier and by application") {
  const auto summary = summarize(hand_made());
  // Input 50 USD for 4 M, output 50 USD for 0.8 M: chat has 25 + 25, acme 12.5 + 6.25.
  const auto& luxury = summary.tiers.at("luxury");
  REQUIRE(value(luxury, "cost_total_usd") == Approx(18.75));
  REQUIRE(value(luxury, "revenue_usd") == 60);
  REQUIRE(value(luxury, "margin_usd") == Approx(41.25));
  REQUIRE(value(luxury, "revenue_per_mtok_usd") == Approx(60 / 1.1));
  REQUIRE(value(summary.tiers.at("cheap"), "margin_usd") == Approx(50 - 81.25));
  const auto& chat = summary.applications.at("chat");
  REQUIRE(value(chat, "cost_total_usd") == Approx(50));
  REQUIRE(value(chat, "margin_usd") == Approx(30));
  REQUIRE(value(chat, "ttft_p50_s") == Approx(1));
  REQUIRE(value(chat, "slo_attainment") == Approx(0.5));
  REQUIRE_FALSE(summary.applications.at("agents").get("slo_attainment"));
  REQUIRE(value(summary.services.at("service"), "revenue_usd") == 110);
  REQUIRE(value(summary.factory, "margin_usd") == Approx(10));
  REQUIRE(value(summary.tenants.at("globex"), "e2el_mean_s") == Approx(2));
}

TEST_CASE("customers: without prices there is no revenue, and tiers are not listed") {
  auto result = hand_made();
  result.has_prices = false;
  for (auto& [name, application] : result.applications) {
    for (auto& [tenant, got] : application.tenants) {
      got.tier.clear();
    }
  }
  const auto summary = summarize(result);
  REQUIRE(summary.tiers.empty());
  REQUIRE_FALSE(summary.factory.get("revenue_usd"));
  REQUIRE_FALSE(summary.applications.at("chat").get("margin_usd"));
  REQUIRE_FALSE(summary.factory.get("revenue_per_agent_day_usd"));
  REQUIRE(value(summary.factory, "cost_per_agent_day_usd") == Approx(50.0 / 9));
}

TEST_CASE("customers: agents by day") {
  const auto summary = summarize(hand_made());
  for (const auto* metrics :
       {&summary.factory, &summary.services.at("service"), &summary.applications.at("agents")}) {
    REQUIRE(value(*metrics, "tasks_completed") == 40);
    REQUIRE(value(*metrics, "tasks_failed") == 2);
    // From noon for two days: three local days, on which 3, 5 and 1 agents completed tasks.
    REQUIRE(value(*metrics, "daily_active_agents") == Approx(3));
    REQUIRE(value(*metrics, "cost_per_agent_day_usd") == Approx(50.0 / 9));
    REQUIRE(value(*metrics, "revenue_per_agent_day_usd") == Approx(30.0 / 9));
  }
  REQUIRE_FALSE(summary.applications.at("chat").get("daily_active_agents"));
  auto idle = hand_made();
  idle.applications["agents"].agents = AgentActivity{};
  const auto metrics = summarize(idle).factory;
  REQUIRE(value(metrics, "daily_active_agents") == 0);
  REQUIRE_FALSE(metrics.get("cost_per_agent_day_usd"));
  // Two days from midnight are two local days.
  auto midnight = hand_made();
  midnight.time_of_day = Duration();
  REQUIRE(value(summarize(midnight).factory, "daily_active_agents") == Approx(4.5));
}

TEST_CASE("customers: fairness between tenants") {
  auto result = hand_made();
  // acme 1 M + 2 x 0.1 M = 1.2 M, globex 1.6 M: gap 0.4 / 1.4, Jain 2.8^2 / (2 (1.2^2 + 1.6^2)).
  auto summary = summarize(result);
  REQUIRE(value(summary.tenants.at("acme"), "service_tokens") == Approx(1.2e6));
  REQUIRE(value(summary.factory, "tenant_service_gap") == Approx(0.4 / 1.4));
  REQUIRE(value(summary.factory, "fairness_jain_index") == Approx(7.84 / 8));
  REQUIRE(value(summary.services.at("service"), "fairness_jain_index") == Approx(7.84 / 8));
  // globex is owed a third more, so this is even.
  result.applications["chat"].tenants["globex"].weight = 1.6 / 1.2;
  summary = summarize(result);
  REQUIRE(value(summary.factory, "tenant_service_gap") == Approx(0).margin(1e-12));
  REQUIRE(value(summary.factory, "fairness_jain_index") == Approx(1));
  // One tenant is not treated unevenly.
  result.applications["chat"].tenants.erase("acme");
  REQUIRE_FALSE(summarize(result).factory.get("fairness_jain_index"));
}

TEST_CASE("fairness: indices by hand") {
  const std::vector<double> one_has_all{8, 0, 0, 0};
  REQUIRE(*jain_index(one_has_all) == Approx(0.25));
  REQUIRE(*service_gap(one_has_all) == Approx(4));
  const std::vector<double> even{3, 3, 3};
  REQUIRE(*jain_index(even) == Approx(1));
  REQUIRE(*service_gap(even) == 0);
  const std::vector<double> nothing{0, 0};
  REQUIRE_FALSE(jain_index(nothing));
  REQUIRE_FALSE(service_gap(nothing));
  // What a cache held is no service.
  RequestLedger requests;
  requests.input_tokens = 100;
  requests.cached_input_tokens = 60;
  requests.output_tokens = 5;
  REQUIRE(service_tokens(requests) == 50);
}

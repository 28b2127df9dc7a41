// SPDX-License-Identifier: Apache-2.0
// The main scenario against its approved metrics. A golden file freezes bugs too, so the invariants
// that make the numbers sane are checked beside it.
#include "tests/golden/approved.hpp"

namespace tokenfab {
namespace {

const std::string scenario = "scenarios/main.json";

}  // namespace

TEST_CASE("golden: metrics of the main scenario") {
  golden::require_approved(golden::play(scenario).factory, "main");
}

TEST_CASE("golden: invariants of the main scenario") {
  const auto summary = golden::play(scenario);
  const auto metric = [&](const char* name) {
    const auto value = summary.factory.get(name);
    REQUIRE(value.has_value());
    return *value;
  };
  // All 19,366 requests of the scenario end, and none is lost on the way.
  REQUIRE(metric("requests_completed") + metric("requests_rejected") == 19366);
  REQUIRE(metric("requests_in_flight") == 0);
  // The stated site PUE, and what the meter says, agree.
  REQUIRE(metric("pue") == Approx(1.25).epsilon(1e-9));
  // Latency: a request cannot end before its first token; percentiles are in order.
  REQUIRE(metric("e2el_mean_s") > metric("ttft_mean_s"));
  for (const std::string kind : {"ttft", "tpot", "itl", "e2el"}) {
    REQUIRE(metric((kind + "_p50_s").c_str()) <= metric((kind + "_p90_s").c_str()));
    REQUIRE(metric((kind + "_p90_s").c_str()) <= metric((kind + "_p99_s").c_str()));
  }
  // Mean power x time is the energy; cost is charged to tokens whole.
  REQUIRE(metric("min_site_power_w") * metric("duration_s") <= metric("energy_site_j"));
  REQUIRE(metric("peak_site_power_w") * metric("duration_s") >= metric("energy_site_j"));
  const double charged = metric("cost_per_mtok_input_usd") * metric("input_tokens") +
                         metric("cost_per_mtok_output_usd") * metric("output_tokens");
  REQUIRE(charged == Approx(metric("cost_total_usd") * 1e6));
}

}  // namespace tokenfab

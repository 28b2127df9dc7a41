// SPDX-License-Identifier: Apache-2.0
// Services of images and video through whole runs: what a few requests must leave in the ledgers.
#include <sstream>

#include "models/diffusion/render_cost.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/render_scenario.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

double sum_of(const Played& played, const std::string& status) {
  return played.metric("/metrics/requests_" + status);
}

}  // namespace

TEST_CASE("render service: four images one after another") {
  const auto played = play(RenderScenario{}.text());
  const double each = played.metric("/metrics/e2el_mean_s");
  REQUIRE(sum_of(played, "completed") == 4);
  REQUIRE(played.metric("/metrics/images_completed") == 4);
  REQUIRE(played.metric("/metrics/e2el_p99_s") == Approx(each));
  REQUIRE(played.metric("/metrics/duration_s") == Approx(4 * each));
  REQUIRE(played.metric("/metrics/chip_utilization") == Approx(1));
  REQUIRE(played.metric("/metrics/revenue_usd") == Approx(0.04));
  REQUIRE(played.metric("/metrics/cost_per_image_usd") ==
          Approx(played.metric("/metrics/cost_total_usd") / 4));
  REQUIRE(played.metric("/pools/render~1main/energy_per_image_j") ==
          Approx(played.metric("/metrics/energy_site_j") / 4));
  const double mfu = played.metric("/metrics/mfu");
  REQUIRE(mfu > 0.05);
  REQUIRE(mfu < 1);
}

TEST_CASE("render service: what needs tokens is absent") {
  const auto played = play(RenderScenario{}.text());
  for (const auto* name :
       {"ttft_mean_s", "tpot_mean_s", "itl_mean_s", "mbu", "kv_cache_utilization",
        "output_tokens_per_s", "output_tokens_per_s_per_chip", "cost_per_mtok_usd",
        "energy_per_output_token_j", "time_share_weights", "time_share_kv_cache",
        "time_share_sampling", "video_seconds_completed", "cost_per_video_second_usd"}) {
    INFO(name);
    REQUIRE(std::isnan(played.metric(std::string("/metrics/") + name)));
  }
  REQUIRE(played.requests.find("0,render,,completed,0,,,") != std::string::npos);
  double shares = 0;
  for (const auto* part :
       {"matmul", "attention", "communication", "overhead", "text_encoder", "vae_decode"}) {
    shares += played.metric(std::string("/metrics/time_share_") + part);
  }
  REQUIRE(shares == Approx(1));
}

TEST_CASE("render service: a video costs what the model says") {
  RenderScenario scenario;
  scenario.model = "wan2.1-t2v-14b";
  scenario.engine = R"("ulysses_degree": 8)";
  scenario.mix = R"("clip": {"width": 832, "height": 480, "frames": 81, "steps": 10})";
  const auto played = play(scenario.text());
  REQUIRE(played.metric("/metrics/video_seconds_completed") == Approx(4 * 81 / 16.0));
  REQUIRE(std::isnan(played.metric("/metrics/images_completed")));
  REQUIRE(played.metric("/metrics/revenue_usd") == Approx(4 * 81 / 16.0 * 0.1));
  const auto node = testing::node("hgx-h100");
  auto engine = diffusion_engine();
  engine.ulysses_degree = 8;
  const RenderCost cost(diffusion_model("wan2.1-t2v-14b"), node.chip, engine,
                        node.host_power_per_chip());
  const auto work = cost.cost({832, 480, 81, 10, 1}, 1);
  REQUIRE(played.metric("/metrics/e2el_mean_s") == Approx(work.time().seconds()));
  // Two nodes idle all the time; what the batches take comes on top.
  const double idle = 2 * node.power_idle().si() * played.metric("/metrics/duration_s");
  REQUIRE(played.metric("/metrics/energy_it_j") ==
          Approx(idle + 4 * work.dynamic_energy_j / node.psu_efficiency));
}

TEST_CASE("render service: images and video of one pool share its cost by busy time") {
  RenderScenario scenario;
  scenario.model = "wan2.1-t2v-1.3b";
  scenario.load = R"("concurrency": 1, "num_prompts": 40)";
  scenario.mix = R"("clip": {"width": 832, "height": 480, "frames": 17, "steps": 5},
                    "still": {"width": 832, "height": 480, "frames": 1, "steps": 5})";
  const auto played = play(scenario.text());
  const double images = played.metric("/metrics/images_completed");
  const double seconds = played.metric("/metrics/video_seconds_completed");
  REQUIRE(images + seconds / (17 / 16.0) == Approx(40));
  REQUIRE(images * played.metric("/metrics/cost_per_image_usd") +
              seconds * played.metric("/metrics/cost_per_video_second_usd") ==
          Approx(played.metric("/metrics/cost_total_usd")));
  REQUIRE(images * played.metric("/metrics/energy_per_image_j") +
              seconds * played.metric("/metrics/energy_per_video_second_j") ==
          Approx(played.metric("/metrics/energy_site_j")));
}

TEST_CASE("render service: weights are loaded before the first batch") {
  RenderScenario scenario;
  scenario.pool = R"("replicas": 1, "cold_start": true, "startup_time": "2 s")";
  const auto warm = play(RenderScenario{}.text());
  const auto cold = play(scenario.text());
  // 2.57e9 x 2 + 0.82e9 x 2 bytes at 10 GB/s = 0.678 s.
  const double later = cold.metric("/metrics/duration_s") - warm.metric("/metrics/duration_s");
  REQUIRE(later == Approx(2.678).margin(0.01));
  REQUIRE(cold.metric("/metrics/cold_starts") == 1);
  REQUIRE(sum_of(cold, "completed") == 4);
}

TEST_CASE("render service: requests of a lost node are tried again, or fail") {
  RenderScenario scenario;
  scenario.pool = R"("replicas": 16)";
  scenario.cluster = R"(, "faults": {"model": "scheduled",
      "losses": {"first": {"at": "10 s", "node": 0, "repair_time": "5 s"}}})";
  scenario.load = R"("concurrency": 16, "num_prompts": 600)";
  const auto played = play(scenario.text());
  // Every replica has one request; the eight of the node are tried elsewhere.
  REQUIRE(sum_of(played, "retried") == 8);
  REQUIRE(sum_of(played, "completed") == 600);
  REQUIRE(played.metric("/metrics/replica_failures") == 8);
  REQUIRE(played.metric("/metrics/cold_starts") == 8);
  scenario.service = R"(, "retry_budget": 0)";
  const auto once = play(scenario.text());
  REQUIRE(sum_of(once, "failed") == 8);
  REQUIRE(sum_of(once, "completed") == 592);
}

TEST_CASE("render service: goodput counts the time to the whole answer") {
  RenderScenario scenario;
  scenario.service = R"(, "slo": {"e2el": "1 s"})";
  REQUIRE(play(scenario.text()).metric("/metrics/slo_attainment") == 1);
  scenario.service = R"(, "slo": {"e2el": "0.1 s"})";
  REQUIRE(play(scenario.text()).metric("/metrics/slo_attainment") == 0);
}

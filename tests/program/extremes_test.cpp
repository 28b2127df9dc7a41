// SPDX-License-Identifier: Apache-2.0
// Valid scenarios at the edges of what the fields allow: they end, and their numbers make sense.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::json;

const std::string load = "/workloads/load/";
const std::string pool = "/services/chat/pools/main/";

/// Runs the small scenario with settings and gives its metrics.
Json metrics_with(const std::vector<std::string>& settings,
                  const std::string& text = small_scenario()) {
  const Sandbox sandbox;
  std::vector<std::string> arguments;
  for (const auto& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  const auto finished = run_well(sandbox, text, arguments);
  expect_words(finished.out, {"Requests"});
  CHECK(finished.out.find("nan") == std::string::npos);
  CHECK(finished.out.find("inf ") == std::string::npos);
  return Json::parse(sandbox.read("out/report.json")).at("metrics");
}

/// The seconds until the first request, which is there at once, has its first token.
double first_token_s(const std::vector<std::string>& settings) {
  auto all = settings;
  all.insert(all.end(),
             {load + "request_rate=null", load + "concurrency=1", load + "num_prompts=1"});
  return metrics_with(all).at("ttft_mean_s").get<double>();
}

TEST_CASE("extremes: a single request, and none") {
  CHECK(metrics_with({load + "num_prompts=1"}).at("requests_completed") == 1);
  const auto nothing = metrics_with({"/horizon=1 us"});
  CHECK(nothing.at("requests_completed") == 0);
  CHECK_FALSE(nothing.contains("ttft_mean_s"));
  CHECK_FALSE(nothing.contains("cost_per_mtok_usd"));
  CHECK(metrics_with({"/workloads={}", "/horizon=10 s"}).at("duration_s") == 10);
}

TEST_CASE("extremes: lengths") {
  const auto shortest = metrics_with({load + "isl=1", load + "osl=1"});
  CHECK(shortest.at("requests_completed") == 50);
  CHECK_FALSE(shortest.contains("tpot_mean_s"));  // one token has no time per further token
  const auto longest = metrics_with({load + "isl=10000000"});
  CHECK(longest.at("requests_rejected") == 50);
  CHECK(longest.at("output_tokens") == 0);
}

TEST_CASE("extremes: engine limits of one") {
  const auto narrow =
      metrics_with({pool + "engine/max_num_batched_tokens=1", pool + "engine/max_num_seqs=1",
                    pool + "engine/block_size=1", load + "num_prompts=5"});
  CHECK(narrow.at("requests_completed") == 5);
  CHECK(narrow.at("output_tokens") == 100);
  CHECK(metrics_with({pool + "engine/max_model_len=1"}).at("requests_rejected") == 50);
}

TEST_CASE("extremes: arrivals") {
  CHECK(metrics_with({load + "burstiness=0.02"}).at("requests_completed") == 50);
  CHECK(metrics_with({load + "burstiness=1000000"}).at("requests_completed") == 50);
  CHECK(metrics_with({load + "request_rate=1e9 /s"}).at("requests_completed") == 50);
  const auto rare =
      metrics_with({load + "request_rate=1e-6 /s", load + "num_prompts=3", "/output={}"});
  CHECK(rare.at("requests_completed") == 3);
  const auto endless = metrics_with({load + "num_prompts=1000000000000", "/horizon=5 s"});
  CHECK(endless.at("duration_s") == 5);
  const auto crowd = metrics_with({load + "request_rate=null", load + "concurrency=100000",
                                   load + "num_prompts=100000", load + "osl=2"});
  CHECK(crowd.at("requests_completed") == 100000);
}

TEST_CASE("extremes: money") {
  CHECK(metrics_with({"/economics/wacc=0"}).at("cost_total_usd") > 0);
  const auto price = "/sites/site/energy/grid/tariff/price=";
  const double usual = metrics_with({}).at("cost_total_usd");
  CHECK(metrics_with({price + std::string("-0.2 USD/kWh")}).at("cost_total_usd") < usual);
  CHECK(metrics_with({price + std::string("0 USD/kWh")}).at("cost_total_usd") < usual);
}

TEST_CASE("extremes: time steps of the plant") {
  const auto usual = metrics_with({"/output={}"});
  for (const auto* interval : {"/plant_interval=1 ms", "/plant_interval=86400 s"}) {
    const auto metrics = metrics_with({"/output={}", interval});
    CHECK(metrics.at("energy_site_j").get<double>() ==
          Approx(usual.at("energy_site_j").get<double>()).epsilon(1e-9));
  }
}

TEST_CASE("extremes: two services share a cluster") {
  const auto one_replica = replaced(small_scenario(), "\"replicas\": 2", "\"replicas\": 1");
  const auto begin = one_replica.find("    \"chat\": {");
  const auto chat = one_replica.substr(begin, one_replica.find("\n  },\n  \"workloads\"") - begin);
  const auto text =
      replaced(one_replica, chat, chat + ",\n" + replaced(chat, "\"chat\"", "\"code\""));
  CHECK(metrics_with({}, text).at("chips_allocated") == 16);
}

TEST_CASE("extremes: site and cluster names that read alike when joined") {
  auto text = replaced(small_scenario(), "\"site\": {", "\"a\": {");
  text = replaced(text, "\"h100\": {", "\"b-c\": {");
  text = replaced(text, "site/h100", "a/b-c");
  const auto begin = text.find("    \"a\": {");
  const auto site = text.substr(begin, text.find("\n  },\n  \"models\"") - begin);
  const auto twin = replaced(replaced(site, "\"a\"", "\"a-b\""), "\"b-c\"", "\"c\"");
  CHECK(metrics_with({}, replaced(text, site, site + ",\n" + twin)).at("chips") == 32);
}

TEST_CASE("extremes: requests rejected at once do not stop the clock") {
  const auto metrics = metrics_with(
      {load + "request_rate=null", load + "concurrency=10", load + "num_prompts=null",
       load + "isl=1000000", "/horizon=1 s", "/output={\"requests\": false}",
       pool + "engine/profile={\"use\": \"vllm-2025-10\", \"request_overhead\": \"0 s\", "
              "\"request_token_overhead\": \"0 s\"}"});
  CHECK(metrics.at("duration_s") == 1);
}

TEST_CASE("extremes: cold starts wait for storage and for the network of the node") {
  const std::string cold = pool + "cold_start=true";
  // 141 GB over 100 GB/s, for two replicas at once.
  CHECK(first_token_s({cold}) == Approx(2 * 1.41).epsilon(0.1));
  // A node of eight chips with 1 GB/s each takes 17.6 s to load, however fast the storage is.
  const double slow = first_token_s({cold, "/sites/site/storage_bandwidth=1 PB/s",
                                     "/sites/site/clusters/h100/node={\"use\": \"hgx-h100\", "
                                     "\"chip\": {\"scale_out_bandwidth\": \"1 GB/s\"}}"});
  CHECK(slow == Approx(17.6).epsilon(0.1));
  const double eight =
      first_token_s({cold, "/sites/site/clusters/h100/nodes=8", pool + "replicas=8"});
  CHECK(eight == Approx(8 * 1.41).epsilon(0.1));
}

}  // namespace
}  // namespace tokenfab::program

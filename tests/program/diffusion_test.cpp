// SPDX-License-Identifier: Apache-2.0
// Services of images and video: what the program refuses, foretells and prints.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"
#include "tests/render_scenario.hpp"

namespace tokenfab::program {
namespace {

using testing::RenderScenario;

std::string with_pool(const std::string& pool) {
  RenderScenario scenario;
  scenario.pool = pool;
  return scenario.text();
}

std::string with_service(const std::string& service) {
  RenderScenario scenario;
  scenario.service = service;
  return scenario.text();
}

TEST_CASE("diffusion: a run prints images and their cost") {
  const Sandbox sandbox;
  const auto finished = run_well(sandbox, RenderScenario{}.text());
  expect_words(finished.out, {"4 completed", "images", "end to end", "per image", "VAE"});
  CHECK(finished.out.find("token") == std::string::npos);
}

TEST_CASE("diffusion: a dry run tells memory, times and the highest rate") {
  const Sandbox sandbox;
  RenderScenario scenario;
  scenario.load = R"("request_rate": "1 /s", "num_prompts": 9)";
  scenario.mix = R"("a": {}, "b": {"images": 4})";
  sandbox.write("scenario.json", scenario.text());
  const auto finished = sandbox.run({"run", "scenario.json", "--dry-run"});
  REQUIRE(finished.code == ok);
  expect_words(finished.out, {"render: fits", "weights 6.8 GB", "1024 x 1024: 0.46",
                              "4 of 1024 x 1024: ", "at most about", "offered 1 ("});
}

TEST_CASE("diffusion: an engine of language models is refused by name") {
  const Sandbox sandbox;
  const auto text = replaced(RenderScenario{}.text(), "\"diffusion_engine\": {}",
                             "\"engine\": {\"ulysses_degree\": 2}");
  expect_refused(sandbox, text, scenario_invalid,
                 {"/services/render/pools/main/engine", "\"m\", which is a diffusion model",
                  "rename it to \"diffusion_engine\""});
  const auto wrong = replaced(small_scenario(), "\"engine\": {\"tensor_parallel_size\": 8}",
                              "\"diffusion_engine\": {}");
  expect_refused(sandbox, wrong, scenario_invalid,
                 {"needs an engine", "/services/chat/pools/main/diffusion_engine"});
}

TEST_CASE("diffusion: workloads and services of different kinds") {
  const Sandbox sandbox;
  const auto images = RenderScenario{}.text();
  const auto begin = images.find("\"model\": \"generation\"");
  auto text_load = images;
  text_load.replace(begin, images.find("}}}", begin) - begin + 2,
                    "\"model\": \"synthetic\", \"service\": \"render\", \"concurrency\": 1, "
                    "\"num_prompts\": 1, \"isl\": 1, \"osl\": 1");
  expect_refused(sandbox, text_load, scenario_invalid,
                 {"/workloads/load", "asks for text", "generation"});
  const auto load = small_scenario();
  const auto at = load.find("\"model\": \"synthetic\"");
  auto image_load = load;
  image_load.replace(at, load.find('}', at) - at,
                     "\"model\": \"generation\", \"service\": \"chat\", \"concurrency\": 1, "
                     "\"num_prompts\": 1, \"mix\": {\"a\": {}}");
  expect_refused(sandbox, image_load, scenario_invalid,
                 {"/workloads/load", "asks for images or video"});
}

TEST_CASE("diffusion: options that only language models have") {
  const Sandbox sandbox;
  expect_refused(
      sandbox, with_service(R"(, "slo": {"ttft": "1 s"}, "admission": {"deadline": "1 s"},
                    "autoscaler": "queue", "kv_transfer": {"mode": "closed_form"})"),
      scenario_invalid,
      {"/services/render/slo", "use e2el", "/services/render/admission/deadline",
       "/services/render/autoscaler", "/services/render/kv_transfer", "tokenfab: 4 problems"});
  expect_refused(sandbox, with_pool(R"("role": "decode")"), scenario_invalid,
                 {"/services/render/pools/main/role"});
}

TEST_CASE("diffusion: everything that does not fit at once") {
  const Sandbox sandbox;
  RenderScenario scenario;
  scenario.model = "flux.1-dev";
  scenario.engine = R"("ulysses_degree": 5, "cfg_parallel_size": 2, "max_batch_size": 512)";
  scenario.mix = R"("a": {}, "b": {"frames": 9}, "c": {"width": 2048, "height": 2048})";
  expect_refused(sandbox, scenario.text(), infeasible,
                 {"/services/render/pools/main", "24 attention heads do not divide",
                  "cfg_parallel_size 2", "do not fit", "smallest fix: "});
  expect_refused(sandbox, with_pool(R"("replicas": 17)"), infeasible,
                 {"its pools need 17 chips, it has 16"});
}

}  // namespace
}  // namespace tokenfab::program

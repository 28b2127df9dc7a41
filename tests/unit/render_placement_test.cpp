// SPDX-License-Identifier: Apache-2.0
// What fits where, and the smallest way out.
#include "models/diffusion/render_placement.hpp"

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr GenerationShape wan_clip{832, 480, 81, 0, 1};

}  // namespace

TEST_CASE("render placement: sizes by hand") {
  auto engine = diffusion_engine();
  const auto wan = diffusion_model("wan2.2-t2v-a14b");
  const auto alone = place_render(wan, chip("h200"), engine, wan_clip);
  REQUIRE(alone.obstacles.empty());
  // Both experts, 27 B, and the text encoder, 5.7 B, in two bytes.
  REQUIRE(alone.weights_per_chip.si() == Approx(2 * (27e9 + 5.7e9)));
  REQUIRE(alone.activations_per_chip.si() == Approx(2.0 * (32760 + 512) * (8 * 5120 + 2 * 13824)));
  engine.tensor_parallel_size = 2;
  engine.quantization = Precision::Fp8;
  const auto cut = place_render(wan, chip("h200"), engine, wan_clip);
  REQUIRE(cut.weights_per_chip.si() == Approx(27e9 / 2 + 2 * 5.7e9));
  engine.tensor_parallel_size = 1;
  engine.ulysses_degree = 4;
  const auto shared = place_render(wan, chip("h200"), engine, wan_clip);
  REQUIRE(shared.weights_per_chip.si() == Approx(27e9 + 2 * 5.7e9));
  REQUIRE(shared.activations_per_chip.si() == Approx(2.0 * (8190 + 512) * (8 * 5120 + 2 * 13824)));
}

TEST_CASE("render placement: largest batches that ran, and the next that did not") {
  // ML.ENERGY leaderboard v3: on one H100 HunyuanVideo ran up to batch 2, Wan 2.1 14B up to 8,
  // CogVideoX 1.5 5B up to 4.
  struct Figure {
    const char* id;
    GenerationShape shape;
    std::int64_t batch;
  };
  const Figure figures[] = {{"hunyuanvideo", {1280, 720, 129, 0, 1}, 2},
                            {"wan2.1-t2v-14b", wan_clip, 8},
                            {"cogvideox1.5-5b", {1360, 768, 81, 0, 1}, 4}};
  for (const auto& figure : figures) {
    INFO(figure.id);
    auto engine = diffusion_engine();
    const auto model = diffusion_model(figure.id);
    engine.max_batch_size = figure.batch;
    REQUIRE(place_render(model, chip("h100-sxm"), engine, figure.shape).obstacles.empty());
    engine.max_batch_size = 2 * figure.batch;
    const auto placement = place_render(model, chip("h100-sxm"), engine, figure.shape);
    REQUIRE(placement.obstacles.size() == 1);
    REQUIRE(placement.obstacles[0].fix ==
            "smallest fix: max_batch_size " + std::to_string(figure.batch));
  }
}

TEST_CASE("render placement: every obstacle at once") {
  auto engine = diffusion_engine();
  engine.ulysses_degree = 16;
  engine.cfg_parallel_size = 2;
  engine.quantization = Precision::Fp4;
  engine.max_batch_size = 1000;
  const auto placement = place_render(diffusion_model("hunyuanvideo"), chip("h100-sxm"), engine,
                                      {1281, 720, 129, 0, 1});
  REQUIRE(placement.obstacles.size() == 6);
  REQUIRE(placement.obstacles[0].message.find("width 1281") == 0);
  REQUIRE(placement.obstacles[1].message.find("24 attention heads do not divide") == 0);
  REQUIRE(placement.obstacles[1].fix == "nearest: ulysses_degree 12 and ring_degree for the rest");
  REQUIRE(placement.obstacles[2].message.find("exceeds the 8 chips") != std::string::npos);
  REQUIRE(placement.obstacles[3].message ==
          "cfg_parallel_size 2 does not divide the 1 passes of a step");
  REQUIRE(placement.obstacles[4].message == "H100 SXM5 80GB has no calibrated fp4 matrix products");
  REQUIRE(placement.obstacles[5].message.find("do not fit in 85.9 GB x 0.95") != std::string::npos);
}

TEST_CASE("render placement: weights that fit nowhere but cut or smaller") {
  auto engine = diffusion_engine();
  auto model = diffusion_model("wan2.2-t2v-a14b");
  model.stored_parameters = 50e9;
  auto found = place_render(model, chip("h100-sxm"), engine, wan_clip).obstacles;
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].fix == "smallest fix: tensor_parallel_size 2");
  engine.tensor_parallel_size = 8;
  model.stored_parameters = 400e9;
  found = place_render(model, chip("h100-sxm"), engine, wan_clip).obstacles;
  REQUIRE(found.back().fix == "smallest fix: quantization fp8");
  engine.tensor_parallel_size = 1;
  found = place_render(diffusion_model("sdxl"), chip("h100-sxm"), engine, {1024, 1024, 1, 0, 1})
              .obstacles;
  REQUIRE(found.empty());
  engine.ulysses_degree = 2;
  found = place_render(diffusion_model("sdxl"), chip("h100-sxm"), engine, {1024, 1024, 1, 0, 1})
              .obstacles;
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].message == "a U-Net is not cut over chips");
}

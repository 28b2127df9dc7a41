// SPDX-License-Identifier: Apache-2.0
// Tokens, weights and arithmetic of diffusion models against hand counts and published figures.
#include "models/diffusion/diffusion_model.hpp"

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

GenerationShape shape_of(const DiffusionModelConfig& model) {
  return {static_cast<std::uint16_t>(model.width), static_cast<std::uint16_t>(model.height),
          static_cast<std::uint16_t>(model.frames), 0, 1};
}

}  // namespace

TEST_CASE("diffusion model: tokens by hand") {
  const auto flux = diffusion_model("flux.1-dev");
  // 1024 / (8 x 2) = 64 along each side.
  REQUIRE(diffusion_tokens(flux, {1024, 1024, 1, 0, 1}) == 4096);
  REQUIRE(diffusion_tokens(flux, {512, 1024, 1, 0, 4}) == 2048);
  const auto wan = diffusion_model("wan2.1-t2v-14b");
  REQUIRE(latent_frames(wan, 81) == 21);  // 1 + 80 / 4
  REQUIRE(latent_frames(wan, 1) == 1);
  REQUIRE(latent_frames(wan, 82) == 22);  // padded
  REQUIRE(diffusion_tokens(wan, {832, 480, 81, 0, 1}) == 21 * 52 * 30);
  REQUIRE(diffusion_tokens(wan, {1280, 720, 81, 0, 1}) == 75600);
  REQUIRE(diffusion_tokens(diffusion_model("hunyuanvideo"), {1280, 720, 129, 0, 1}) == 118800);
  // 16 x 16 x 4 VAE: 31 x 22 x 40.
  REQUIRE(diffusion_tokens(diffusion_model("wan2.2-ti2v-5b"), {1280, 704, 121, 0, 1}) == 27280);
  // 21 latent frames in patches of 2, the last one padded: 11 x 48 x 85.
  REQUIRE(diffusion_tokens(diffusion_model("cogvideox1.5-5b"), {1360, 768, 81, 0, 1}) == 44880);
  REQUIRE(diffusion_tokens(diffusion_model("sana-1.5-1.6b"), {1024, 1024, 1, 0, 1}) == 1024);
}

TEST_CASE("diffusion model: FLOP of a pass as published counts have it") {
  struct Figure {
    const char* id;
    GenerationShape shape;
    double pflop;
  };
  // Two FLOP per multiply-add, attention included: the shapes' own tables, to their digits.
  const Figure figures[] = {
      {"wan2.1-t2v-1.3b", {832, 480, 81, 0, 1}, 0.283},
      {"wan2.1-t2v-14b", {832, 480, 81, 0, 1}, 1.678},
      {"wan2.1-t2v-14b", {1280, 720, 81, 0, 1}, 6.523},
      {"wan2.2-ti2v-5b", {1280, 704, 121, 0, 1}, 0.517},
      {"hunyuanvideo", {1280, 720, 129, 0, 1}, 12.0684},
      {"hunyuanvideo", {960, 544, 129, 0, 1}, 4.2851},
      {"open-sora-2.0", {768, 768, 129, 0, 1}, 5.0919},
      {"flux.1-dev", {1024, 1024, 1, 0, 1}, 0.0744},
      {"sd3.5-large", {1024, 1024, 1, 0, 1}, 0.0311},
  };
  for (const auto& figure : figures) {
    INFO(figure.id);
    const double flop = flop_per_pass(diffusion_model(figure.id), figure.shape);
    REQUIRE(flop == Approx(figure.pflop * 1e15).epsilon(0.004));
  }
}

TEST_CASE("diffusion model: block weights come to the published totals") {
  const EmbeddedTables tables;
  REQUIRE(tables.ids("diffusion_models").size() >= 17);
  for (const auto& id : tables.ids("diffusion_models")) {
    INFO(id);
    const auto model = diffusion_model(id);
    REQUIRE(contradictions(model).empty());
    REQUIRE(shape_obstacles(model, shape_of(model)).empty());
    if (!model.unet) {
      REQUIRE(block_parameters(model) == Approx(model.parameters).epsilon(0.16));
    }
  }
  // 30 x (8 x 1536^2 + 2 x 1536 x 8960).
  REQUIRE(block_parameters(diffusion_model("wan2.1-t2v-1.3b")) == 1'391'984'640);
}

TEST_CASE("diffusion model: every contradiction is told at once") {
  DiffusionModelConfig model;
  model.hidden_size = 100;
  model.ffn_dim = 400;
  model.num_attention_heads = 3;
  model.dual_attention_blocks = 1;
  model.skip_blocks = 2;
  model.parameters = 10;
  model.stored_parameters = 5;
  const auto found = contradictions(model);
  REQUIRE(found.size() == 5);
  REQUIRE(found[0].find("no blocks") != std::string::npos);
  REQUIRE(found[1] == "hidden_size 100 does not divide by num_attention_heads 3");
  auto both = diffusion_model("sdxl");
  both.single_blocks = 1;
  REQUIRE(contradictions(both).front() == "a model has either unet or blocks, not both");
}

TEST_CASE("diffusion model: shapes that cannot be made") {
  const auto flux = diffusion_model("flux.1-dev");
  REQUIRE(shape_obstacles(flux, {1024, 1024, 1, 0, 1}).empty());
  const auto found = shape_obstacles(flux, {1021, 1024, 8, 0, 0});
  REQUIRE(found.size() == 3);
  REQUIRE(found[1].find("8 frames from a model of still images") == 0);
  REQUIRE(found[2] == "width 1021 is no multiple of the VAE's stride 8; nearest: 1024");
}

// SPDX-License-Identifier: Apache-2.0
#include "models/llm/transformer.hpp"

#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

double billions(const std::string& id) { return parameter_count(transformer(id)).total() / 1e9; }

double layer_weights(const ParameterCount& count) { return count.attention + count.dense_ffn; }

/// Scores and values of one pair of tokens, all layers.
double pair_flop(const TransformerConfig& config) {
  const auto kind = attention_layers(config).front();
  return static_cast<double>(kind.layers) * kind.flop_per_pair();
}

double flop_of(const TransformerStepModel& model, const StepShape& shape) {
  return model.cost(shape).first.flop;
}

}  // namespace

TEST_CASE("transformer: parameters of the published models") {
  // "The Llama 3 Herd of Models" and the model cards: 8.03, 70.55 and 405.85 billion.
  REQUIRE(billions("llama-3.1-8b") == Approx(8.03).margin(0.005));
  REQUIRE(billions("llama-3.1-70b") == Approx(70.55).margin(0.005));
  REQUIRE(billions("llama-3.1-405b") == Approx(405.85).margin(0.005));
  // Model cards of Qwen3: 0.6 B (0.44 B without embedding), 32.8 B (31.2 B without embedding).
  REQUIRE(billions("qwen3-0.6b") == Approx(0.6).margin(0.005));
  REQUIRE(billions("qwen3-32b") == Approx(32.8).margin(0.05));
}

TEST_CASE("transformer: parameters of a tiny model, term by term") {
  TransformerConfig tiny;
  tiny.num_hidden_layers = 2;
  tiny.hidden_size = 8;
  tiny.num_attention_heads = 4;
  tiny.num_key_value_heads = 2;
  tiny.intermediate_size = 10;
  tiny.vocab_size = 100;
  tiny.max_position_embeddings = 64;
  // Head size 2. Per layer: q 64, k 32, v 32, o 64, feed-forward 3 x 80; norms 16 per layer + 8.
  auto count = parameter_count(tiny);
  REQUIRE(count.embedding == 800);
  REQUIRE(count.head == 800);
  REQUIRE(count.attention == 2 * 192);
  REQUIRE(count.dense_ffn == 2 * 240);
  REQUIRE(count.norms == 2 * 16 + 8);
  tiny.tie_word_embeddings = true;
  tiny.attention_bias = true;  // 8 + 4 + 4 per layer
  tiny.query_key_norm = true;  // 2 x 2 per layer
  tiny.head_dim = 2;
  count = parameter_count(tiny);
  REQUIRE(count.head == 0);
  REQUIRE(count.norms == 2 * (16 + 16 + 4) + 8);
  // Keys and values: 2 x 2 heads x 2 x 2 layers. Scores and values: 4 x 4 heads x 2 x 2 layers.
  REQUIRE(cache_elements_per_token(tiny) == 16);
  REQUIRE(pair_flop(tiny) == 64);
}

TEST_CASE("transformer: KV cache per token") {
  // 2 (K, V) x 8 heads x 128 x 80 layers x 2 B; 8B: 32 layers; 405B: 126 layers.
  REQUIRE(cache_elements_per_token(transformer("llama-3.1-70b")) * 2 == 327'680);
  REQUIRE(cache_elements_per_token(transformer("llama-3.1-8b")) * 2 == 131'072);
  REQUIRE(cache_elements_per_token(transformer("llama-3.1-405b")) * 2 == 516'096);
}

TEST_CASE("transformer: matrix products hold all weights of the layers and the head") {
  for (const auto* id : {"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b", "qwen3-0.6b"}) {
    const auto config = transformer(id);
    double layers = 0;
    double head = 0;
    for (const auto& product : matrix_products(config)) {
      const double weights = static_cast<double>(product.n) * static_cast<double>(product.k) *
                             static_cast<double>(product.count);
      (product.rows == ProductRows::SampledTokens ? head : layers) += weights;
    }
    REQUIRE(layers == layer_weights(parameter_count(config)));
    REQUIRE(head == parameter_count(config).embedding);
  }
}

TEST_CASE("transformer: a step's FLOP follow the 2 P rule") {
  const auto config = transformer("llama-3.1-70b");
  auto engine = engine_with();
  engine.tensor_parallel_size = 8;
  const TransformerStepModel model(config, chip("h100-sxm"), engine, Watts(0));
  const auto parameters = parameter_count(config);
  const double head = parameters.head;
  const double pair = pair_flop(config);
  // 64 sequences that attend 1,000 tokens each: 2 (layers + head) and 1,000 pairs per token.
  const double decode = flop_of(model, {64, 64'000, {}});
  REQUIRE(decode == Approx(64 * 2 * (layer_weights(parameters) + head) + 64'000 * pair));
  // Without attention and embedding that is 2 P to the share of norms and biases.
  const double per_token = (decode - 64'000 * pair) / 64;
  REQUIRE(per_token == Approx(2 * (parameters.total() - parameters.embedding)).epsilon(1e-4));
  // 512 tokens after 1,024: causal, 512 x 1024 + 512^2 / 2 pairs; the head runs for one token.
  const std::vector<PrefillChunk> last{{512, 1024, true}};
  const double pairs = 512 * 1024 + 512 * 512 / 2;
  REQUIRE(flop_of(model, {0, 0, last}) ==
          Approx(512 * 2 * layer_weights(parameters) + 2 * head + pairs * pair));
  const std::vector<PrefillChunk> middle{{512, 1024, false}};
  REQUIRE(flop_of(model, {0, 0, middle}) ==
          Approx(512 * 2 * layer_weights(parameters) + pairs * pair));
  // A prompt in two chunks costs what it costs whole.
  const std::vector<PrefillChunk> whole{{1536, 0, true}};
  const std::vector<PrefillChunk> first{{1024, 0, false}};
  REQUIRE(flop_of(model, {0, 0, first}) + flop_of(model, {0, 0, last}) ==
          Approx(flop_of(model, {0, 0, whole})));
}

TEST_CASE("transformer: contradictions") {
  REQUIRE(contradictions(transformer("llama-3.1-8b")).empty());
  auto config = transformer("llama-3.1-8b");
  config.num_key_value_heads = 5;
  REQUIRE(contradictions(config).size() == 1);
  REQUIRE(contradictions(config).front().find("num_key_value_heads 5") != std::string::npos);
  config.hidden_size = 4097;
  REQUIRE(contradictions(config).size() == 2);
  config.head_dim = 128;  // then the hidden size is free
  REQUIRE(contradictions(config).size() == 1);
}

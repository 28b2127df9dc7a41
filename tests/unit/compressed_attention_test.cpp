// SPDX-License-Identifier: Apache-2.0
#include "models/llm/compressed_attention.hpp"

#include "models/serving/kv_size.hpp"
#include "models/serving/layer_cost.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Two layers of each kind of DeepSeek-V4 but small: one sparse, one dense, one of the window only.
TransformerConfig small_model() {
  TransformerConfig c;
  c.num_hidden_layers = 3;
  c.hidden_size = 64;
  c.num_attention_heads = 4;
  c.num_key_value_heads = 1;
  c.head_dim = 32;
  c.intermediate_size = 128;
  c.vocab_size = 1000;
  c.max_position_embeddings = 4096;
  auto& compressed = c.compressed_attention.emplace();
  compressed.q_lora_rank = 16;
  compressed.o_lora_rank = 8;
  compressed.o_groups = 2;
  compressed.window = 10;
  compressed.sparse_layers = 1;
  compressed.index_heads = 2;
  compressed.index_head_dim = 6;
  compressed.top_k = 5;
  compressed.dense_layers = 1;
  compressed.dense_ratio = 16;
  return c;
}

}  // namespace

TEST_CASE("compressed attention: weights by hand") {
  const auto c = small_model();
  REQUIRE(contradictions(c).empty());
  // q_a, q_b, kv_a, groups of the output (2 x 8 from 64 each), output: per layer
  const double layer = 64 * 16 + 16 * 128 + 64 * 32 + 16 * 64 + 16 * 64;
  const double sparse = 4 * 32 * 64 + 2 * 6 * 16 + 4 * 6 * 64 + 2 * 64;
  const double dense = 2 * 32 * 64;
  REQUIRE(parameter_count(c).attention == Approx(3 * layer + sparse + dense));
}

TEST_CASE("compressed attention: the cache by hand") {
  const auto c = small_model();
  const auto kinds = attention_layers(c);
  REQUIRE(kinds.size() == 3);
  REQUIRE(kinds[0].cache_elements == Approx(32 / 4.0));
  REQUIRE(kinds[0].index_cache_elements == Approx(6 / 4.0));
  REQUIRE(*kinds[0].top_k == 20);  // 5 entries of 4 tokens
  REQUIRE(kinds[1].cache_elements == Approx(32 / 16.0));
  REQUIRE_FALSE(kinds[1].top_k);
  // 10 of the last tokens, spread over the reach of 20, in all three layers
  REQUIRE(kinds[2].layers == 3);
  REQUIRE(kinds[2].cache_elements * 20 == Approx(32 * 10));
  const double bytes = kv_cache_size(c, Precision::Bf16, 100).si();
  REQUIRE(bytes == Approx(2 * (100 * (8 + 1.5) + 100 * 2 + 3 * 320)));
  // 4 heads x (32 + 32) x 2 FLOP per entry: a quarter of one a token
  REQUIRE(kinds[0].flop_per_pair() == Approx(512 / 4.0));
}

TEST_CASE("compressed attention: a window alone") {
  auto c = small_model();
  c.compressed_attention->sparse_layers = c.compressed_attention->dense_layers = 0;
  const auto kinds = attention_layers(c);
  REQUIRE(kinds.size() == 1);
  REQUIRE(*kinds[0].window == 10);
  REQUIRE(kinds[0].entries_per_token == 1);
  REQUIRE_FALSE(kinds[0].shares_launch);
}

TEST_CASE("compressed attention: time falls with compression, launches are paid once a layer") {
  const auto c = small_model();
  const auto h100 = chip("h100-sxm");
  const auto engine = engine_with();
  const auto kinds = attention_layers(c);
  auto plain = kinds[1];
  plain.entries_per_token = 1;
  plain.cache_elements = 32;
  const auto whole = attention_cost(plain, h100, engine, 1);
  const auto dense = attention_cost(kinds[1], h100, engine, 1);
  REQUIRE(whole.decode.per_context_token.si() / dense.decode.per_context_token.si() == Approx(16));
  REQUIRE(whole.prefill.per_pair.si() / dense.prefill.per_pair.si() == Approx(16));
  REQUIRE(whole.decode.fixed == dense.decode.fixed);
  REQUIRE(attention_cost(kinds[2], h100, engine, 1).decode.fixed == Seconds());
}

TEST_CASE("compressed attention: contradictions") {
  auto c = small_model();
  c.compressed_attention->o_groups = 3;
  c.compressed_attention->top_k = 0;
  c.num_key_value_heads = 2;
  REQUIRE(contradictions(c).size() == 3);
  c = small_model();
  c.compressed_attention->dense_layers = 3;
  REQUIRE(contradictions(c).size() == 1);
}

// DeepSeek-V4 model cards (2026-04): 284 B and 13 B active, 1.6 T and 49 B active.
TEST_CASE("compressed attention: DeepSeek-V4 comes to its published sizes") {
  const auto flash = parameter_count(transformer("deepseek-v4-flash"));
  REQUIRE(flash.total() == Approx(284e9).epsilon(0.01));
  REQUIRE(flash.active() == Approx(13e9).epsilon(0.07));  // embedding and head counted
  const auto pro = parameter_count(transformer("deepseek-ai/DeepSeek-V4-Pro"));
  REQUIRE(pro.total() == Approx(1.6e12).epsilon(0.02));
  REQUIRE(pro.active() == Approx(49e9).epsilon(0.03));
}

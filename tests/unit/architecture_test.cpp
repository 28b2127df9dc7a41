// SPDX-License-Identifier: Apache-2.0
// Parameters, matrix products, caches and contradictions of architectures, and the sizes of the
// catalogue's models against their published ones.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/catalog.hpp"
#include "models/llm/transformer.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/catalogue.hpp"

#undef CHECK
#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

TransformerConfig catalogue_model(const std::string& id) {
  const EmbeddedTables tables;
  const Node* values = tables.find("models", id);
  REQUIRE(values != nullptr);
  TransformerConfig config;
  std::vector<Problem> problems;
  if (const Node* use = values->find("use")) {
    return catalogue_model(use->text);
  }
  read_object({plugin_table(), tables, {}}, schema_of<TransformerConfig>(), *values, "", &config,
              problems);
  for (const auto& problem : problems) {
    FAIL(id << ": " << describe(problem));
  }
  CHECK(contradictions(config) == std::vector<std::string>{});
  return config;
}

double product_weights(const TransformerConfig& config, const std::string& name) {
  double sum = 0;
  for (const auto& p : matrix_products(config)) {
    if (p.name == name) {
      sum += static_cast<double>(p.n) * static_cast<double>(p.k) *
             static_cast<double>(p.count * p.experts);
    }
  }
  return sum;
}

TransformerConfig small_dense() {
  TransformerConfig config;
  config.num_hidden_layers = 4;
  config.hidden_size = 64;
  config.num_attention_heads = 8;
  config.num_key_value_heads = 2;
  config.intermediate_size = 128;
  config.vocab_size = 1000;
  config.max_position_embeddings = 512;
  return config;
}

std::string first_contradiction(const TransformerConfig& config) {
  const auto all = contradictions(config);
  return all.empty() ? "" : all.front();
}

TEST_CASE("architecture: dense with grouped queries") {
  // Llama-3.1-8B, h = 4096. Embedding and head 2 x 128256 h; 32 layers of queries and output h h
  // each and keys and values h 1024 each; networks 3 h 14336; norms 2 x 32 + 1 of h.
  const auto count = parameter_count(catalogue_model("llama-3.1-8b"));
  CHECK(count.embedding + count.head == 1050673152);
  CHECK(count.attention == 1342177280);
  CHECK(count.dense_ffn == 5637144576);
  CHECK(count.norms == 266240);
  CHECK(count.total() == 8030261248);
  CHECK(count.active() == count.total());
}

TEST_CASE("architecture: mixture of experts") {
  // Mixtral-8x7B, h = 4096: as above but 8 experts of 3 h 14336 and a router of 8 h per layer, and
  // a vocabulary of 32000.
  const auto count = parameter_count(catalogue_model("mixtral-8x7b-v0.1"));
  CHECK(count.experts == 45097156608);
  CHECK(count.shared_ffn == 1048576);
  CHECK(count.total() == 46702792704);
  CHECK(count.active_experts == count.experts / 4);  // 2 of 8
}

TEST_CASE("architecture: latent attention and shared experts") {
  // DeepSeek-V3, h = 7168: one layer's attention is h 1536 (queries down) + 1536 x 128 x 192 (up) +
  // h 576 (keys and values down) + 512 x 128 x 256 (up) + 16384 h (output) = 187105280. 58 layers
  // with 256 + 1 experts of 3 h 2048 and a router 256 h, 3 with a network 3 h 18432. Norms: two of
  // h per layer, one at the end, one over each of the ranks 1536 and 512.
  const auto config = catalogue_model("deepseek-v3");
  const auto count = parameter_count(config);
  CHECK(count.attention == 61 * 187105280.0);
  CHECK(count.dense_ffn == 1189085184);
  CHECK(count.experts == 653908770816);
  CHECK(count.shared_ffn == 58 * (44040192.0 + 1835008));
  CHECK(count.norms == 123 * 7168 + 61 * 2048);
  CHECK(count.total() == Approx(671.03e9).epsilon(1e-4));
  // README of the weights: 671 B, 37 B of them active, and 11.5 B for prediction of a second token.
  CHECK(count.active() == Approx(37.55e9).epsilon(1e-3));
  CHECK(config.mtp_parameters == Approx(11.5e9).epsilon(0.01));

  const auto kinds = attention_layers(config);
  REQUIRE(kinds.size() == 1);
  CHECK(kinds[0].is_latent);
  CHECK(kinds[0].kv_heads == 1);
  CHECK(kinds[0].cache_elements == 512 + 64);
  CHECK(kinds[0].flop_per_pair() == 2.0 * 128 * (2 * 512 + 64));
  CHECK(kinds[0].prefill_flop_per_pair() == 2.0 * 128 * (128 + 64 + 128));
  CHECK(kinds[0].prefill_expand_flop == 2.0 * 512 * 128 * (128 + 128));
  CHECK(2 * cache_elements_per_token(config) == 70272);  // bytes in bf16, as published
}

TEST_CASE("architecture: an indexer chooses the tokens") {
  // DeepSeek-V3.2: V3 and 61 indexers of 1536 x 64 x 128 (queries), h 128 (key), h 64 (weights).
  const auto plain = parameter_count(catalogue_model("deepseek-v3"));
  const auto config = catalogue_model("deepseek-v3.2");
  CHECK(parameter_count(config).total() - plain.total() == 61 * (12582912.0 + 917504 + 458752));
  const auto kinds = attention_layers(config);
  REQUIRE(kinds.size() == 1);
  CHECK(kinds[0].top_k == 2048);
  CHECK(kinds[0].index_cache_elements == 128);
  CHECK(kinds[0].index_flop_per_pair == 2.0 * 64 * 129);
  CHECK(kinds[0].prefill_flop_per_pair() == kinds[0].flop_per_pair());  // absorbed always
  // GLM-5.2 has an indexer in 21 of 78 layers; the others follow.
  const auto shared = attention_layers(catalogue_model("glm-5.2"));
  REQUIRE(shared.size() == 2);
  CHECK(shared[0].layers == 21);
  CHECK(shared[1].layers == 57);
  CHECK(shared[1].index_flop_per_pair == 0);
  CHECK(shared[1].top_k == 2048);
  // MiniMax-M3: 57 of 60 layers choose 16 blocks of 128 tokens.
  const auto blocks = attention_layers(catalogue_model("minimax-m3"));
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].layers == 57);
  CHECK(blocks[0].top_k == 2048);
  CHECK(blocks[1].layers == 3);
  CHECK_FALSE(blocks[1].top_k);
}

TEST_CASE("architecture: recurrent layers between full ones") {
  // Qwen3.5-35B-A3B, h = 2048: 10 of 40 layers with 16 heads of 256, gate and 2 KV heads; 30 with
  // queries and keys of 16 x 128, values and gate of 32 x 128, two gates per value head, output
  // 4096 h, a convolution of 4 over 8192 channels, 2 x 32 decays and a norm of 128.
  const auto config = catalogue_model("qwen3.5-35b-a3b");
  const auto count = parameter_count(config);
  const double mixer = 2048.0 * (2 * 2048 + 2 * 4096 + 64) + 4096 * 2048.0 + 8192 * 4 + 64 + 128;
  CHECK(config.linear_attention->parameters == mixer);
  CHECK(count.attention == 30 * mixer + 10 * (2048.0 * (4096 + 4096 + 1024) + 4096 * 2048.0));
  CHECK(count.total() == 34660528768.0);
  CHECK(state_elements_per_sequence(config) == 30 * (32 * 128 * 128 + 8192 * 3));
  CHECK(recurrence_flop_per_token(config) == 7.0 * 30 * 32 * 128 * 128);
  CHECK(2 * cache_elements_per_token(config) == 2 * 10 * 2 * 2 * 256);
  CHECK(product_weights(config, "linear attention output") == 30 * 4096 * 2048.0);
  // The input projections alone: what the convolution and the small parts do not have.
  CHECK(product_weights(config, "linear attention input") ==
        Approx(30 * 2048.0 * (2 * 2048 + 2 * 4096 + 64)).epsilon(1e-4));
}

TEST_CASE("architecture: windows in every other layer") {
  // gpt-oss-20b, h = 2880: 64 heads of 64, 8 KV heads, with biases; 32 experts of 3 h h and biases
  // 3 h; a router 32 h.
  const auto config = catalogue_model("gpt-oss-20b");
  const auto count = parameter_count(config);
  CHECK(count.attention == 24 * (2880.0 * 5120 + 4096 * 2880.0));
  CHECK(count.experts == 24 * 32 * (3 * 2880.0 * 2880 + 3 * 2880));
  CHECK(count.total() == Approx(20.91e9).epsilon(1e-3));
  const auto kinds = attention_layers(config);
  REQUIRE(kinds.size() == 2);
  CHECK(kinds[0].layers == 12);
  CHECK_FALSE(kinds[0].window);
  CHECK(kinds[1].window == 128);
  // MiMo-V2-Flash: keys of 192, values of 128; 4 KV heads in full layers, 8 in windows.
  const auto mimo = attention_layers(catalogue_model("mimo-v2-flash"));
  REQUIRE(mimo.size() == 2);
  CHECK(mimo[0].cache_elements == 4 * (192 + 128));
  CHECK(mimo[1].cache_elements == 8 * (192 + 128));
  CHECK(mimo[0].layers + mimo[1].layers == 48);
}

TEST_CASE("architecture: full layers without values") {
  // Gemma 4 26B-A4B, h = 2816: windows with 16 heads of 256 and 8 KV heads in 25 layers; full ones
  // with 16 heads of 512 and 2 key heads in 5; a network of 2112 beside 128 experts of 704.
  const auto config = catalogue_model("gemma-4-26b-a4b");
  const auto count = parameter_count(config);
  CHECK(count.attention == 25 * 2816.0 * (3 * 4096) + 5 * 2816.0 * (8192 + 1024 + 8192));
  CHECK(count.head == 0);
  CHECK(count.shared_ffn == 30 * 2816.0 * (3 * 2112 + 128));
  CHECK(attention_layers(config)[0].cache_elements ==
        2 * 2 * 512);  // values are cached all the same
}

TEST_CASE("architecture: layers that are one thing only") {
  auto config = small_dense();
  config.num_hidden_layers = 10;
  config.full_attention_layers = 2;
  config.dense_ffn_layers = 5;
  config.gated_mlp = false;
  config.linear_attention = LinearAttentionConfig{3, 30000, 4, 16, 16, 128, 4};
  CHECK(contradictions(config).empty());
  const auto count = parameter_count(config);
  // 2 layers of queries and output 64 x 64 and keys and values 64 x 16; 5 of 2 x 64 x 128.
  CHECK(count.attention == 2 * (2 * 4096 + 2 * 1024) + 3 * 30000);
  CHECK(count.dense_ffn == 5 * 2 * 64 * 128);
  CHECK(count.norms == 11 * 64);
  CHECK(config.mixer_layers() == 5);
  CHECK(config.ffn_layers() == 5);
}

TEST_CASE("architecture: products hold the weights of every model") {
  const EmbeddedTables tables;
  for (const auto& id : tables.ids("models")) {
    const auto config = catalogue_model(id);
    const auto count = parameter_count(config);
    double experts = 0;
    double rest = 0;
    for (const auto& p : matrix_products(config)) {
      const double weights = static_cast<double>(p.n) * static_cast<double>(p.k) *
                             static_cast<double>(p.count * p.experts);
      (p.rows == ProductRows::RoutedTokens ? experts : rest) += weights;
      CHECK(p.n > 0);
      CHECK(p.k > 0);
      CHECK(p.count > 0);
    }
    INFO(id);
    CHECK(experts == Approx(count.experts).epsilon(1e-3));
    const double head = count.head > 0 ? count.head : count.embedding;
    CHECK(rest == Approx(count.attention + count.dense_ffn + count.shared_ffn + count.other + head)
                      .epsilon(1e-3));
  }
}

TEST_CASE("architecture: what fields contradict") {
  const auto check = [](auto change, const std::string& expected) {
    auto config = small_dense();
    change(config);
    CHECK(first_contradiction(config) == expected);
  };
  check([](auto&) {}, "");
  check([](auto& c) { c.num_attention_heads = 6; },
        "hidden_size 64 is not a multiple of num_attention_heads 6, and no head_dim is given");
  check([](auto& c) { c.num_key_value_heads = 3; },
        "num_attention_heads 8 is not a multiple of num_key_value_heads 3");
  check([](auto& c) { c.num_hidden_layers = 0; }, "num_hidden_layers is 0; it must be at least 1");
  check([](auto& c) { c.full_attention_layers = 5; },
        "the attention layers (full_attention_layers 5, window_attention 0, linear_attention 0) "
        "are more than num_hidden_layers 4");
  check([](auto& c) { c.window_attention.emplace().layers = 5; },
        "the attention layers (full_attention_layers 0, window_attention 5, linear_attention 0) "
        "are more than num_hidden_layers 4");
  check(
      [](auto& c) { c.dense_ffn_layers = 5; },
      "the feed-forward layers (dense_ffn_layers 5, mixture 0) are more than num_hidden_layers 4");
  check(
      [](auto& c) {
        c.full_attention_layers = 1;
        c.dense_ffn_layers = 1;
      },
      "1 attention layers and 1 feed-forward layers do not make num_hidden_layers 4");
  check([](auto& c) { c.intermediate_size = 0; },
        "intermediate_size is missing or 0, but 4 layers have a dense feed-forward network");
  check([](auto& c) { c.mixture = MixtureConfig{4, 8, 9, 64, 0, 0}; },
        "num_experts_per_tok 9 is more than num_experts 8");
  check(
      [](auto& c) {
        c.sparse_attention = SparseAttentionConfig{4, 16, 64, 5, 1};
      },
      "sparse_attention: layers 5 is more than the 4 full layers");
  check(
      [](auto& c) {
        c.sparse_attention = SparseAttentionConfig{4, 16, 64, 2, 3};
      },
      "sparse_attention: index_layers 3 does not fit the 2 sparse layers");
  check([](auto& c) { c.linear_attention = LinearAttentionConfig{2, 100, 4, 16, 16, 0, 0}; },
        "linear_attention: parameters 100 is no more than its output projection and convolution "
        "have alone, 4096");
  check([](auto& c) { c.mixture = MixtureConfig{4, 1000000000000, 8, 64, 0, 0}; },
        "the sizes make 4.94e+16 parameters; more than 1e+14 cannot be meant (hidden_size, "
        "num_hidden_layers, num_experts)");
}

/// What a published size counts besides the language model's own weights, or leaves out.
enum class Counts { Model, WithMtpCopies, WithVisionTower, WithoutEmbeddings };

struct Published {
  const char* id;
  double billions;
  double decimals;  // of the published figure: 1 for whole billions
  Counts counts = Counts::Model;
};

// Model cards and papers. The vision tower of Gemma 4 has 27 layers of 1152 with networks of 4304.
const std::vector<Published>& published_sizes() {
  static const std::vector<Published> sizes{
      {"llama-2-7b", 6.74, 0.01},
      {"llama-2-13b", 13.02, 0.01},
      {"llama-2-70b", 68.98, 0.01},
      {"llama-3-8b", 8.03, 0.01},
      {"llama-3-70b", 70.55, 0.01},
      {"llama-3.1-8b", 8.03, 0.01},
      {"llama-3.1-70b", 70.6, 0.1},
      {"llama-3.1-405b", 405.9, 0.1},
      {"llama-4-scout", 109, 1},
      {"llama-4-maverick", 400, 1},
      {"mixtral-8x7b-v0.1", 46.7, 0.1},
      {"mixtral-8x22b-v0.1", 140.6, 0.1},
      {"qwen2.5-7b", 7.62, 0.01},
      {"qwen2.5-14b", 14.77, 0.01},
      {"qwen2.5-32b", 32.76, 0.01},
      {"qwen2.5-72b", 72.7, 0.1},
      {"qwen3-0.6b", 0.6, 0.1},
      {"qwen3-1.7b", 1.7, 0.1},
      {"qwen3-4b", 4.02, 0.01},
      {"qwen3-8b", 8.2, 0.1},
      {"qwen3-14b", 14.77, 0.01},
      {"qwen3-32b", 32.8, 0.1},
      {"qwen3-30b-a3b", 30.5, 0.1},
      {"qwen3-235b-a22b", 235, 1},
      {"qwen3-coder-480b-a35b", 480, 1},
      {"qwen3.5-27b", 27, 1},
      {"qwen3.5-35b-a3b", 35, 1},
      {"qwen3.5-122b-a10b", 122, 1},
      {"qwen3.5-397b-a17b", 397, 1},
      {"deepseek-v2", 236, 1},
      {"deepseek-v2-lite", 15.7, 0.1},
      {"deepseek-v3", 671, 1},
      {"deepseek-r1", 671, 1},
      {"deepseek-v3.2", 685, 1, Counts::WithMtpCopies},
      {"kimi-k2", 1026, 1},
      {"kimi-k2.5", 1026, 1},
      {"glm-4.5", 355, 1},
      {"glm-4.5-air", 106, 1},
      {"glm-5", 744, 1},
      {"minimax-m1", 456, 1},
      {"minimax-m2.5", 229, 1},
      {"minimax-m2.7", 229, 1},
      {"mimo-v2-flash", 309, 1},
      {"gpt-oss-20b", 20.9, 0.1},
      {"gpt-oss-120b", 116.8, 0.1},
      {"gemma-4-26b-a4b", 26, 1, Counts::WithVisionTower},
      {"pangu-embedded-7b", 7, 1, Counts::WithoutEmbeddings},
      {"pangu-pro-moe", 72, 1},
      {"pangu-ultra-moe", 718, 1},
  };
  return sizes;
}

double counted(const TransformerConfig& config, Counts counts) {
  const auto count = parameter_count(config);
  switch (counts) {
    case Counts::Model:
      return count.total();
    case Counts::WithMtpCopies:  // the files also repeat embedding and head for the extra layer
      return count.total() + config.mtp_parameters + count.embedding + count.head;
    case Counts::WithVisionTower:
      return count.total() + 27 * (4 * 1152.0 * 1152 + 3 * 1152.0 * 4304);
    case Counts::WithoutEmbeddings:
      return count.total() - count.embedding - count.head;
  }
  return 0;
}

TEST_CASE("architecture: published sizes come out within 2 % or their rounding") {
  fmt::print("{:<28}{:>10}{:>10}{:>8}\n", "model", "published", "counted", "active");
  for (const auto& [id, billions, decimals, counts] : published_sizes()) {
    const auto config = catalogue_model(id);
    const double size = counted(config, counts) / 1e9;
    fmt::print("{:<28}{:>10}{:>10.2f}{:>8.2f}\n", id, billions, size,
               parameter_count(config).active() / 1e9);
    INFO(id << ": " << size);
    CHECK(std::abs(size - billions) <= std::max(0.02 * billions, decimals / 2));
  }
}

}  // namespace
}  // namespace tokenfab

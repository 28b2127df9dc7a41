// SPDX-License-Identifier: Apache-2.0
// DeepSeek-V3/R1 as published from production and from its vendor's profiles, in closed form: one
// full batch, or one prefill budget, priced by the step model. Nothing is fitted to these figures:
// H800 has the kernels of the H100 table and the exchange of DeepEP's own tests, Ascend 910C the
// efficiencies of the 910B, and each engine the overheads of its profile.
#include <fmt/format.h>

#include <cmath>

#include "models/serving/placement.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "tests/catalogue_entries.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// A unit of chips that share the experts; one of decode_batch and prefill_tokens is 0.
struct Published {
  const char* what;
  const char* chip;
  const char* profile;
  Precision precision;
  std::int64_t chips;
  std::int64_t copies;       // redundant experts
  std::int64_t domains_max;  // node-limited exchange; 0: none
  double accepted;           // first draft of one MTP layer; 0: no speculation
  std::uint32_t batch;       // decoding sequences per chip, or prompts of a step per chip
  std::uint32_t tokens;      // mean context, or prompt
  double tokens_per_s;       // per chip, published
  double limit;              // percent
};

EngineConfig engine_of(const Published& row, bool is_prefill) {
  auto engine = engine_with(row.profile);
  engine.data_parallel_size = engine.expert_parallel_size = row.chips;
  engine.redundant_experts = row.copies;
  if (row.domains_max > 0) {
    engine.expert_domains_max = row.domains_max;
  }
  engine.quantization = row.precision;
  engine.enable_two_batch_overlap = true;
  engine.max_num_seqs = 256;
  engine.max_num_batched_tokens = is_prefill ? 16384 : 1024;
  if (row.accepted > 0) {
    engine.speculative.emplace().acceptance = {{"1", row.accepted}};
  }
  return engine;
}

void compare(const Published& row, bool is_prefill) {
  const auto model = transformer("deepseek-v3");
  const auto engine = engine_of(row, is_prefill);
  const auto placement = place(model, chip(row.chip), engine);
  REQUIRE(placement.obstacle == "");
  const auto held = static_cast<std::uint64_t>(row.chips) * row.batch * row.tokens;
  REQUIRE(placement.kv_tokens > held);
  const TransformerStepModel steps(model, chip(row.chip), engine, Watts(0));
  const auto all = static_cast<std::uint32_t>(row.chips) * row.batch;
  StepShape shape;
  const std::vector<PrefillChunk> prompts(all, {row.tokens, 0, true});
  if (is_prefill) {
    shape.prefills = prompts;
  } else {
    shape.decode_sequences = all;
    shape.decode_context_tokens = std::uint64_t{all} * row.tokens;
  }
  const double step_s = steps.cost(shape).first.time().seconds();
  const double gained =
      is_prefill ? static_cast<double>(row.tokens) : steps.decode_rate().tokens_per_step / 1024.0;
  const double simulated = row.batch * gained / step_s;
  const double error = 100 * (simulated / row.tokens_per_s - 1);
  fmt::print("{:<56} {:>9.0f} {:>9.0f} {:>+7.1f} {:>6.0f} {:>9.2f}\n", row.what, row.tokens_per_s,
             simulated, error, row.limit, step_s * 1e3);
  INFO(row.what << ": " << simulated << " instead of " << row.tokens_per_s);
  REQUIRE(std::abs(error) < row.limit);
}

void print_header() {
  fmt::print("{:<56} {:>9} {:>9} {:>7} {:>6} {:>9}\n", "tokens/s per chip", "published",
             "simulated", "error%", "limit", "step ms");
}

}  // namespace

// Decode: DeepSeek open-infra-index, day 6 (2025-03-01), means over 24 hours: 14.8k output tokens/s
// per node of 8, 20 to 22 tokens/s per user, so 88 users per GPU, 4,989 tokens of cache per output
// token; EP144 with 32 redundant experts. deepseek-ai/profile-data (2025-02, rates as computed by
// the LMSYS blog of 2025-05-05), balanced: EP128 with 128 requests per GPU on 4,096 tokens.
// CloudMatrix384, arXiv:2506.12708 (2025-06): EP320 on the 320 dies of 160 packages, 96 requests
// per package, 4,096 tokens of cache, one MTP draft. The 70 % of accepted drafts are the paper's
// assumption as we remember it.
TEST_CASE("Production decode of DeepSeek-V3 is as fast as published") {
  print_header();
  compare({"H800, EP144, production mean", "h800", "sglang", Precision::Fp8, 144, 32, 0, 0, 88,
           4989, 1850, 20},
          false);
  compare({"H800, EP128, batch 128, balanced profile", "h800", "sglang", Precision::Fp8, 128, 0, 0,
           0, 128, 4096, 2324.75, 20},
          false);
  compare({"Ascend 910C, EP320, batch 96, MTP", "ascend-910c", "mindie", Precision::Int8, 160, 64,
           0, 0.7, 96, 4096, 1943, 20},
          false);
}

// Prefill: profile-data as above, EP32 with 16,384 tokens per GPU in prompts of 4,096, routed to at
// most 4 nodes; CloudMatrix384, 16 packages, 4,096-token prompts.
TEST_CASE("Production prefill of DeepSeek-V3 is as fast as published") {
  print_header();
  compare({"H800, EP32, 4,096-token prompts, balanced profile", "h800", "sglang", Precision::Fp8,
           32, 32, 4, 0, 4, 4096, 7839.12, 20},
          true);
  compare({"Ascend 910C, EP32, 4,096-token prompts", "ascend-910c", "mindie", Precision::Int8, 16,
           32, 0, 0, 4, 4096, 6688, 20},
          true);
}

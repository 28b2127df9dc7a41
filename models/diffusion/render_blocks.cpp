// SPDX-License-Identifier: Apache-2.0
// What one pass through the blocks of each kind costs one chip.
#include <algorithm>

#include "models/chip/kernel_time.hpp"
#include "models/diffusion/render_cost.hpp"

namespace tokenfab {
namespace {

constexpr double activation_bytes = 2;
constexpr double activation_accesses = 3;  // per feed-forward element
constexpr double copies_per_exchange = 4;
constexpr double exchanges = 4;        // queries, keys, values, outputs
constexpr double merge_accesses = 19;  // per element and ring hop

double cut(double size, std::int64_t ranks) { return size / static_cast<double>(ranks); }

}  // namespace

double RenderCost::columns_s(std::int64_t rows, std::int64_t n, std::int64_t k) const {
  const auto split = engine_.tensor_parallel_size;
  return matmul_time(chip_, engine_.quantization, rows, (n + split - 1) / split, k).total().si();
}

double RenderCost::rows_s(std::int64_t rows, std::int64_t n, std::int64_t k) const {
  const auto split = engine_.tensor_parallel_size;
  const auto product = matmul_time(chip_, engine_.quantization, rows, n, (k + split - 1) / split);
  const Bytes message(activation_bytes * static_cast<double>(rows * n));
  return (product.total() + AllReduceTime(chip_, split)(message)).si();
}

double RenderCost::attention_s(const Rows& rows, double queries, double keys) const {
  const auto& fit = chip_.attention.at(name_of(Precision::Bf16));
  const double pairs = queries * keys * static_cast<double>(rows.sequences);
  const double flop = 4 * pairs * static_cast<double>(model_.hidden_size);
  const auto chips = engine_.tensor_parallel_size * engine_.sequence_parallel_size();
  return cut(flop, chips) / (chip_.peak_bf16.si() * fit.prefill_compute_efficiency);
}

double RenderCost::self_attention_s(const Rows& rows, double tokens) const {
  const auto head = static_cast<double>(model_.hidden_size / model_.num_attention_heads);
  const bool is_linear = model_.attention == DiffusionAttention::Linear;
  return attention_s(rows, tokens, is_linear ? head : tokens);
}

double RenderCost::exchange_s(const Rows& rows) const {
  const double elements =
      cut(static_cast<double>(rows.image * model_.hidden_size), engine_.tensor_parallel_size);
  const Bytes buffer(activation_bytes * elements);
  const double hops = static_cast<double>(engine_.ring_degree - 1);
  return exchanges * all_to_all(ulysses_link_, engine_.ulysses_degree, buffer).si() +
         hops * point_to_point(ring_link_, 2 * buffer).si();
}

double RenderCost::exchange_accesses(const Rows& rows) const {
  const double elements =
      cut(static_cast<double>(rows.image * model_.hidden_size), engine_.tensor_parallel_size);
  const double ulysses = engine_.ulysses_degree > 1 ? exchanges * copies_per_exchange : 0;
  const double ring =
      engine_.ring_degree > 1 ? merge_accesses * static_cast<double>(engine_.ring_degree) : 0;
  return (ulysses + ring) * elements;
}

double RenderCost::small_kernel_passes() const {
  return model_.query_key_norm ? cut(engine_.profile.query_key_passes, engine_.tensor_parallel_size)
                               : 0;
}

void RenderCost::add_cross_blocks(const Rows& rows, Pass& pass) const {
  const auto& profile = engine_.profile;
  const auto h = model_.hidden_size;
  const auto f = model_.ffn_dim;
  const auto count = static_cast<double>(model_.cross_blocks);
  const auto text_width = model_.cross_text_dim > 0 ? model_.cross_text_dim : h;
  const bool is_gated = model_.feed_forward == DiffusionFeedForward::GatedConv;
  double matmul = columns_s(rows.image, 3 * h, h) + rows_s(rows.image, h, h);
  matmul += columns_s(rows.image, h, h) + rows_s(rows.image, h, h) +
            columns_s(rows.whole_text, 2 * h, text_width);
  matmul += columns_s(rows.image, f, h) + rows_s(rows.image, h, is_gated ? f / 2 : f);
  pass.matmul_s += count * matmul;
  pass.attention_s += count * (self_attention_s(rows, rows.image_tokens) +
                               attention_s(rows, rows.image_tokens, rows.text_tokens));
  pass.exchange_s += count * exchange_s(rows);
  const double per_row =
      static_cast<double>(h) * (3 * profile.sublayer_passes + small_kernel_passes()) +
      cut(static_cast<double>(f) *
              (activation_accesses + (is_gated ? profile.convolution_passes : 0)),
          engine_.tensor_parallel_size);
  pass.accesses += count * (static_cast<double>(rows.image) * per_row + exchange_accesses(rows));
  pass.sublayers += 3 * count;
  pass.attentions += count;
  // Skips lie across blocks of every kind: earlier output joined, normalized and projected.
  const auto skips = static_cast<double>(model_.skip_blocks);
  pass.matmul_s += skips * columns_s(rows.image, h, 2 * h);
  pass.accesses += skips * static_cast<double>(rows.image * h) * 2 * profile.sublayer_passes;
  pass.sublayers += skips;
}

void RenderCost::add_double_blocks(const Rows& rows, Pass& pass) const {
  if (model_.double_blocks == 0) {
    return;
  }
  const auto h = model_.hidden_size;
  const auto f = model_.ffn_dim;
  const auto count = static_cast<double>(model_.double_blocks);
  const auto dual = static_cast<double>(model_.dual_attention_blocks);
  double matmul = 0;
  for (const auto stream : {rows.image, rows.text}) {
    matmul += columns_s(stream, 3 * h, h) + rows_s(stream, h, h) + columns_s(stream, f, h) +
              rows_s(stream, h, f);
  }
  if (model_.double_modulation > 0) {
    const auto input = model_.modulation_dim > 0 ? model_.modulation_dim : h;
    matmul += columns_s(rows.sequences, model_.double_modulation * h, input);
  }
  pass.matmul_s +=
      count * matmul + dual * (columns_s(rows.image, 3 * h, h) + rows_s(rows.image, h, h));
  pass.attention_s += count * self_attention_s(rows, rows.image_tokens + rows.text_tokens) +
                      dual * self_attention_s(rows, rows.image_tokens);
  pass.exchange_s += count * exchange_s(rows);
  const double per_row =
      static_cast<double>(h) * (2 * engine_.profile.sublayer_passes + small_kernel_passes()) +
      cut(activation_accesses * static_cast<double>(f), engine_.tensor_parallel_size);
  pass.accesses +=
      count * (static_cast<double>(rows.image + rows.text) * per_row + exchange_accesses(rows));
  pass.sublayers += 4 * count + 2 * dual;
  pass.attentions += count + dual;
}

void RenderCost::add_single_blocks(const Rows& rows, Pass& pass) const {
  if (model_.single_blocks == 0) {
    return;
  }
  const auto h = model_.hidden_size;
  const auto f = model_.ffn_dim;
  const auto count = static_cast<double>(model_.single_blocks);
  const auto all = rows.image + rows.text;
  double matmul = columns_s(all, 3 * h + f, h) + rows_s(all, h, h + f);
  if (model_.single_modulation > 0) {
    const auto input = model_.modulation_dim > 0 ? model_.modulation_dim : h;
    matmul += columns_s(rows.sequences, model_.single_modulation * h, input);
  }
  pass.matmul_s += count * matmul;
  pass.attention_s += count * self_attention_s(rows, rows.image_tokens + rows.text_tokens);
  pass.exchange_s += count * exchange_s(rows);
  const double per_row =
      static_cast<double>(h) * (engine_.profile.sublayer_passes + small_kernel_passes()) +
      cut(activation_accesses * static_cast<double>(f), engine_.tensor_parallel_size);
  pass.accesses += count * (static_cast<double>(all) * per_row + exchange_accesses(rows));
  pass.sublayers += count;
  pass.attentions += count;
}

void RenderCost::add_unet(const GenerationShape& shape, std::int64_t items, Pass& pass) const {
  const auto& fit = chip_.matmul.at(name_of(engine_.quantization));
  const auto sequences = static_cast<double>(
      items * (model_.guidance_batched ? model_.guidance_passes / engine_.cfg_parallel_size : 1));
  const double rate = peak(chip_, engine_.quantization)->si() * fit.compute_efficiency;
  const double weights = model_.parameters * bytes_per_element(engine_.quantization) /
                         (chip_.memory_bandwidth.si() * fit.memory_efficiency);
  pass.matmul_s = std::max(sequences * flop_per_pass(model_, shape) / rate, weights);
}

}  // namespace tokenfab

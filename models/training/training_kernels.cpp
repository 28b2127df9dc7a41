// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_kernels.hpp"

#include <algorithm>

#include "models/chip/kernel_time.hpp"

namespace tokenfab {
namespace {

constexpr double activation_bytes = 2;  // bf16 or fp16 between kernels

// An operand of an 8-bit product is read in 2 bytes and written twice in 1, as it is and
// transposed for the gradients (Transformer Engine, arXiv:2209.05433 in practice).
constexpr double cast_bytes = 4;

// Bytes per logit: the loss reads 2, writes 4 of fp32, reads them for the maximum, the sum and the
// target, and its gradient reads 4 and writes 2.
constexpr double loss_forward_bytes = 14;
constexpr double loss_backward_bytes = 6;

// Estimate: the scan of linear attention (Triton kernels) runs at a quarter of attention's rate;
// at its full rate steps of Nemotron-H come out a fifth too short.
constexpr double scan_slowdown = 4;

double ceil_of(std::int64_t a, std::int64_t b) { return static_cast<double>((a + b - 1) / b); }

bool is_inner_width(const MatrixProduct& p) {
  return p.name == "gate and up" || p.name == "expert gate and up" ||
         p.name == "shared gate and up";
}

bool is_made_again(const MatrixProduct& p, Recompute recompute) {
  switch (recompute) {
    case Recompute::None:
    case Recompute::Selective:
      return false;
    case Recompute::MlaUpProjections:
      return p.name == "q_b" || p.name == "kv_b";
    case Recompute::FeedForward:
      return is_inner_width(p);
    case Recompute::Full:
      return p.rows != ProductRows::SampledTokens;
  }
  return false;
}

}  // namespace

KernelSeconds& KernelSeconds::operator+=(const KernelSeconds& other) {
  matmul += other.matmul;
  attention += other.attention;
  memory += other.memory;
  return *this;
}

KernelSeconds KernelSeconds::operator*(double factor) const {
  return {matmul * factor, attention * factor, memory * factor};
}

KernelSeconds PassSeconds::all() const {
  KernelSeconds sum = forward;
  sum += recompute;
  sum += input_gradient;
  sum += weight_gradient;
  return sum;
}

PassSeconds PassSeconds::operator*(double factor) const {
  return {forward * factor, recompute * factor, input_gradient * factor, weight_gradient * factor};
}

PassSeconds& PassSeconds::operator+=(const PassSeconds& other) {
  forward += other.forward;
  recompute += other.recompute;
  input_gradient += other.input_gradient;
  weight_gradient += other.weight_gradient;
  return *this;
}

TrainingKernels::TrainingKernels(const TransformerConfig& model, const ChipConfig& chip,
                                 const TrainingConfig& config)
    : model_(model), chip_(chip), config_(config) {
  for (auto& [precision, fit] : chip_.matmul) {  // casts are priced here, with their transposes
    fit.quantize_row = Seconds(0);
    fit.quantize_element = Seconds(0);
  }
}

double TrainingKernels::memory_s(double bytes) const {
  return config_.engine.small_kernel_factor * bytes /
         (chip_.memory_bandwidth.si() * chip_.training.small_kernel_efficiency);
}

double TrainingKernels::quantization_s(double elements) const {
  return config_.engine.quantization_share * memory_s(cast_bytes * elements);
}

void TrainingKernels::add_product(const MatrixProduct& p, PassSeconds& passes) const {
  const bool is_routed = p.rows == ProductRows::RoutedTokens;
  const auto split = is_routed ? config_.expert_tensor_size() : config_.tensor_parallel_size;
  const double n = p.split == TensorSplit::Columns ? ceil_of(p.n, split) : static_cast<double>(p.n);
  const double k = p.split == TensorSplit::Rows ? ceil_of(p.k, split) : static_cast<double>(p.k);
  const auto precision = p.is_quantizable ? config_.precision : Precision::Bf16;
  double rows = static_cast<double>(config_.rows());
  double groups = 1;
  if (is_routed) {
    rows *= static_cast<double>(p.top_k) * config_.expert_imbalance *
            static_cast<double>(config_.expert_tensor_size()) /
            static_cast<double>(config_.tensor_parallel_size);
    groups = static_cast<double>(p.experts) / static_cast<double>(config_.expert_parallel_size);
  } else if (p.split == TensorSplit::None && config_.sequence_parallel) {
    rows /= static_cast<double>(config_.tensor_parallel_size);
  }
  const double factor = static_cast<double>(p.count) * config_.engine.matmul_factor *
                        (is_routed ? config_.engine.expert_factor : 1) *
                        chip_.training.matmul_factor_of(calibration_key(precision));
  const auto time = [&](double m, double inner_groups, double columns, double inner) {
    return factor * grouped_matmul_time(chip_, precision, m, inner_groups,
                                        static_cast<std::int64_t>(columns),
                                        static_cast<std::int64_t>(inner))
                        .total()
                        .si();
  };
  const double forward = time(rows, groups, n, k);
  passes.forward.matmul += forward;
  passes.input_gradient.matmul += time(rows, groups, k, n);
  const bool trains_weights = !config_.adapters;
  if (trains_weights) {  // each group's outputs are its own weights
    passes.weight_gradient.matmul += time(k * groups, groups, n, rows / groups);
  }
  if (is_made_again(p, config_.recompute)) {
    passes.recompute.matmul += forward;
  }
  if (config_.precision == Precision::Fp8 && p.is_quantizable) {
    const auto count = static_cast<double>(p.count);
    passes.forward.memory += count * quantization_s(rows * k);
    passes.input_gradient.memory += count * quantization_s(rows * n);
  }
}

void TrainingKernels::add_attention(const AttentionLayers& kind, PassSeconds& passes) const {
  const auto split = config_.tensor_parallel_size;
  const auto at_least_one = [split](std::int64_t heads) {
    return std::max<std::int64_t>(1, heads / split);
  };
  const AttentionShape shape{at_least_one(kind.heads), at_least_one(kind.prefill_kv_heads),
                             kind.prefill_key_dim, kind.prefill_value_dim};
  const auto time = prefill_attention_time(chip_, Precision::Bf16, shape);
  const auto sequence = static_cast<double>(config_.sequence_length);
  const auto rows = static_cast<double>(config_.rows());
  const auto layers = static_cast<double>(kind.layers);
  KernelSeconds forward;
  KernelSeconds backward;
  const double factor = config_.engine.attention_factor * chip_.training.attention_factor;
  if (config_.engine.flash_attention) {
    const double reach = static_cast<double>(kind.window.value_or(config_.sequence_length));
    const double seen = reach < sequence ? reach * (1 - reach / (2 * sequence)) : sequence / 2;
    const double pairs = rows * seen * time.per_pair.si() * kind.entries_per_token;
    const double io = time.launch.si() + rows * (time.per_new_token + time.per_read_token).si();
    forward.attention = layers * factor * (io + pairs);
    backward.attention =
        layers * factor * (2 * io + 2.5 * chip_.training.attention_backward_factor * pairs);
  } else {
    const auto heads = static_cast<double>(shape.heads);
    const double pairs = rows * sequence * kind.entries_per_token;
    // Batched products of head_dim inner size run at about the rate of large ones over two.
    const double product =
        pairs * 2 * heads * static_cast<double>(kind.key_dim + kind.value_dim) /
        (chip_.peak_bf16.si() * chip_.matmul.at(name_of(Precision::Bf16)).compute_efficiency);
    forward.attention = layers * (factor * product + memory_s(13 * heads * pairs));
    backward.attention = layers * (2 * factor * product + memory_s(19 * heads * pairs));
  }
  passes.forward += forward;
  passes.input_gradient += backward;
  const bool is_selective =
      config_.recompute == Recompute::Selective && !config_.engine.flash_attention;
  if (is_selective || config_.recompute == Recompute::Full) {
    passes.recompute += forward;
  }
}

void TrainingKernels::add_small_kernels(PassSeconds& passes) const {
  // Elements per token: two norms per layer with residual, read and written twice each; rotary
  // embedding reads and writes queries and keys; the gated activation reads two and writes one;
  // experts gather and scatter rows.
  const auto split = static_cast<double>(config_.tensor_parallel_size);
  const auto hidden = static_cast<double>(model_.hidden_size);
  const auto rows = static_cast<double>(config_.rows());
  const double norm_split = config_.sequence_parallel ? split : 1;
  const double norms = 8 * hidden * static_cast<double>(model_.num_hidden_layers) / norm_split;
  double elements = norms;
  for (const auto& kind : attention_layers(model_)) {
    elements += static_cast<double>(kind.layers * kind.prefill_key_dim) *
                static_cast<double>(2 * kind.heads + 2 * kind.prefill_kv_heads) / split;
  }
  const double per_width = model_.gated_mlp ? 3 : 2;
  const double width =
      per_width * static_cast<double>(model_.dense_layers() * model_.intermediate_size) / split;
  double inner = width;
  if (model_.mixture) {
    const auto& m = *model_.mixture;
    const auto top_k = static_cast<double>(m.num_experts_per_tok);
    inner += per_width * static_cast<double>(m.layers) *
             (top_k * static_cast<double>(m.moe_intermediate_size) * config_.expert_imbalance +
              static_cast<double>(m.shared_intermediate_size)) /
             split;
    elements +=
        static_cast<double>(m.layers) * config_.engine.expert_row_passes * top_k * hidden / split;
  }
  if (model_.linear_attention) {
    // Convolution reads and writes its channels, the scan reads them and writes values, gate and
    // norm read two and write one of these (arXiv:2405.21060, figure 6).
    const auto& linear = *model_.linear_attention;
    const auto values = static_cast<double>(linear.value_heads * linear.value_head_dim);
    elements += static_cast<double>(linear.layers) *
                (3 * static_cast<double>(linear.conv_channels) + 4 * values) / split;
  }
  elements += inner;
  const double forward = memory_s(activation_bytes * rows * elements);
  passes.forward.memory += forward;
  passes.input_gradient.memory += 2 * forward;  // reads gradients beside the inputs
  if (config_.recompute == Recompute::Full) {
    passes.recompute.memory += forward;
  } else if (config_.recompute == Recompute::FeedForward) {
    passes.recompute.memory += memory_s(activation_bytes * rows * inner);
  } else if (config_.recompute == Recompute::MlaUpProjections) {
    passes.recompute.memory += memory_s(activation_bytes * rows * (norms + inner));
  }
}

void TrainingKernels::add_recurrence(PassSeconds& passes) const {
  if (!model_.linear_attention) {
    return;
  }
  const double forward = scan_slowdown * config_.engine.attention_factor *
                         chip_.training.attention_factor * recurrence_flop_per_token(model_) *
                         static_cast<double>(config_.rows()) /
                         static_cast<double>(config_.tensor_parallel_size) /
                         (chip_.peak_bf16.si() *
                          chip_.attention.at(name_of(Precision::Bf16)).prefill_compute_efficiency);
  passes.forward.attention += forward;
  passes.input_gradient.attention += 2.5 * chip_.training.attention_backward_factor * forward;
  if (config_.recompute == Recompute::Full) {
    passes.recompute.attention += forward;
  }
}

PassSeconds TrainingKernels::layers() const {
  PassSeconds passes;
  for (const auto& product : matrix_products(model_)) {
    if (product.rows != ProductRows::SampledTokens) {
      add_product(product, passes);
    }
  }
  for (const auto& kind : attention_layers(model_)) {
    add_attention(kind, passes);
  }
  add_recurrence(passes);
  add_small_kernels(passes);
  return passes;
}

PassSeconds TrainingKernels::head() const {
  PassSeconds passes;
  for (const auto& product : matrix_products(model_)) {
    if (product.rows == ProductRows::SampledTokens) {
      add_product(product, passes);
    }
  }
  const double logits = static_cast<double>(config_.rows()) *
                        static_cast<double>(model_.vocab_size) /
                        static_cast<double>(config_.tensor_parallel_size);
  passes.forward.memory += memory_s(loss_forward_bytes * logits);
  passes.input_gradient.memory += memory_s(loss_backward_bytes * logits);
  return passes;
}

}  // namespace tokenfab

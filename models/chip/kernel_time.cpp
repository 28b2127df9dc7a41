// SPDX-License-Identifier: Apache-2.0
#include "models/chip/kernel_time.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// Exponent of the norm that joins compute and memory time: a sharp but smooth roofline. Fitted with
// the calibration (2, 3 and 4 were tried on the kernel tables; docs/validation.md).
double smooth_maximum(double a, double b) { return std::cbrt(a * a * a + b * b * b); }

constexpr double bf16_bytes = 2;

KernelTime roofline(double compute, double memory, Seconds fixed) {
  const double both = smooth_maximum(compute, memory);
  const double compute_cubed = compute * compute * compute;
  const double compute_share = compute_cubed / (compute_cubed + memory * memory * memory);
  return {Seconds(both * (1 - compute_share)), Seconds(both * compute_share), fixed};
}

/// Weights of `groups` matrices, rows in and rows out in bf16.
double product_bytes(ProductFormat format, double rows, double groups, double n, double k) {
  const double element = bytes_per_element(format.activations);
  const double narrowing = bytes_per_element(format.weights) / element;
  return element * (groups * n * k * narrowing + rows * k) + bf16_bytes * rows * n;
}

}  // namespace

KernelTime grouped_matmul_time(const ChipConfig& chip, ProductFormat format, double rows,
                               double groups, std::int64_t n, std::int64_t k) {
  const auto peak_rate = peak(chip, format.activations);
  const auto found = chip.matmul.find(calibration_key(format.activations));
  CHECK(peak_rate && found != chip.matmul.end(), "{} has no {} matmul", chip.name,
        name_of(format.activations));
  const MatmulCalibration& fit = found->second;
  const auto columns = static_cast<double>(n);
  const auto inner = static_cast<double>(k);
  const double compute =
      2 * inner * (rows * columns + fit.fill_outputs) / (peak_rate->si() * fit.compute_efficiency);
  const double memory = product_bytes(format, rows, groups, columns, inner) /
                        (chip.memory_bandwidth.si() * fit.memory_efficiency);
  return roofline(compute, memory,
                  fit.launch + fit.per_k * inner + fit.quantize_row * rows +
                      fit.quantize_element * (rows * inner));
}

KernelTime routed_product_time(const ChipConfig& chip, ProductFormat format,
                               const RoutedRows& routed, std::int64_t n, std::int64_t k) {
  const auto* fit = moe_calibration(chip, format);
  if (fit == nullptr) {
    return grouped_matmul_time(chip, format, routed.rows, routed.experts, n, k);
  }
  const auto peak_rate = peak(chip, format.activations);
  CHECK(peak_rate, "{} has no {} peak", chip.name, name_of(format.activations));
  const auto columns = static_cast<double>(n);
  const auto inner = static_cast<double>(k);
  const double compute = 2 * columns * inner * (routed.rows + routed.experts * fit->fill_rows) /
                         (peak_rate->si() * fit->compute_efficiency);
  const double bandwidth = chip.memory_bandwidth.si();
  const double memory = product_bytes(format, routed.rows, routed.experts, columns, inner) /
                        (bandwidth * fit->memory_efficiency);
  const double permuting = routed.rows * routed.width * fit->row_traffic / bandwidth;
  return roofline(compute, memory, (fit->launch + Seconds(permuting)) / 2);
}

KernelTime matmul_time(const ChipConfig& chip, ProductFormat format, std::int64_t m, std::int64_t n,
                       std::int64_t k) {
  return grouped_matmul_time(chip, format, static_cast<double>(m), 1, n, k);
}

namespace {

constexpr double reference_dims = 256;  // key and value of 128 elements

const AttentionCalibration& attention_fit(const ChipConfig& chip, Precision kv) {
  const auto found = chip.attention.find(calibration_key(kv));
  CHECK(found != chip.attention.end(), "{} has no attention with a {} cache", chip.name,
        name_of(kv));
  return found->second;
}

}  // namespace

DecodeAttentionTime decode_attention_time(const ChipConfig& chip, Precision kv,
                                          const AttentionShape& shape) {
  const AttentionCalibration& fit = attention_fit(chip, kv);
  const auto heads = static_cast<double>(shape.heads);
  const double memory =
      shape.cache_bytes / (chip.memory_bandwidth * fit.decode_memory_efficiency).si();
  const double compute = 2 * heads * static_cast<double>(shape.queries) *
                         static_cast<double>(shape.key_dim + shape.value_dim) /
                         (chip.peak_bf16 * fit.prefill_compute_efficiency).si();
  return {fit.decode_launch, fit.decode_per_sequence_head * static_cast<double>(shape.kv_heads),
          Seconds(std::max(memory, compute)), compute > memory};
}

PrefillAttentionTime prefill_attention_time(const ChipConfig& chip, Precision kv,
                                            const AttentionShape& shape) {
  const AttentionCalibration& fit = attention_fit(chip, kv);
  const auto bandwidth = chip.memory_bandwidth * fit.prefill_io_efficiency;
  const auto dims = static_cast<double>(shape.key_dim + shape.value_dim);
  const auto heads = static_cast<double>(shape.heads);
  // Queries in and outputs out per new token, keys and values per token read.
  const Bytes per_new(heads * dims * bf16_bytes);
  const Bytes per_read(static_cast<double>(shape.kv_heads) * dims * bf16_bytes);
  const double softmax = fit.prefill_softmax_dims;
  const double work = (dims + softmax) * reference_dims / (reference_dims + softmax);
  const Flop per_pair(2 * heads * work);
  const auto rate = chip.peak_bf16 * fit.prefill_compute_efficiency;
  const Flop per_filled(2 * work * fit.prefill_fill_rows);
  return {fit.prefill_launch, per_new / bandwidth, per_read / bandwidth, per_pair / rate,
          per_filled / rate};
}

namespace {

/// Latency at a group size: linear in log2(size) through the two nearest sizes of the table.
AllReduceLatency latency_at(const AllReduceCalibration& fit, double chips) {
  std::map<double, AllReduceLatency> by_size;
  for (const auto& [size, latency] : fit.latency) {
    by_size[std::strtod(size.c_str(), nullptr)] = latency;
  }
  CHECK(!by_size.empty(), "no all-reduce latency");
  if (by_size.size() == 1) {
    return by_size.begin()->second;
  }
  auto high = by_size.lower_bound(chips);
  high = high == by_size.begin() ? std::next(high) : high;
  high = high == by_size.end() ? std::prev(high) : high;
  const auto low = std::prev(high);
  const double at = std::log2(chips / low->first) / std::log2(high->first / low->first);
  const auto between = [at](Seconds a, Seconds b) {
    return std::max(Seconds(0), a + (b - a) * at);
  };
  return {between(low->second.one_shot, high->second.one_shot),
          between(low->second.two_shot, high->second.two_shot)};
}

}  // namespace

AllReduceTime::AllReduceTime(const ChipConfig& chip, std::int64_t chips) : is_alone_(chips <= 1) {
  if (is_alone_) {
    return;
  }
  const auto group = static_cast<double>(chips);
  latency_ = latency_at(chip.all_reduce, group);
  const auto link = chip.scale_up_bandwidth;
  one_shot_rate_ = link * chip.all_reduce.one_shot_efficiency / (group - 1);
  two_shot_rate_ = link * chip.all_reduce.two_shot_efficiency * group / (2 * (group - 1));
}

Seconds AllReduceTime::operator()(Bytes size) const {
  if (is_alone_) {
    return Seconds(0);
  }
  return std::min(latency_.one_shot + size / one_shot_rate_,
                  latency_.two_shot + size / two_shot_rate_);
}

}  // namespace tokenfab

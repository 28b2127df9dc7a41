// SPDX-License-Identifier: Apache-2.0
#include "models/chip/kernel_time.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// Exponent of the norm that joins compute and memory time: a sharp but smooth roofline. Fitted with
// the calibration (2, 3 and 4 were tried on the kernel tables; docs/validation.md).
double smooth_maximum(double a, double b) { return std::cbrt(a * a * a + b * b * b); }

constexpr double bf16_bytes = 2;

}  // namespace

KernelTime matmul_time(const ChipConfig& chip, Precision precision, std::int64_t m, std::int64_t n,
                       std::int64_t k) {
  const auto peak_rate = peak(chip, precision);
  const auto found = chip.matmul.find(name_of(precision));
  CHECK(peak_rate && found != chip.matmul.end(), "{} has no {} matmul", chip.name,
        name_of(precision));
  const MatmulCalibration& fit = found->second;
  const auto rows = static_cast<double>(m);
  const auto columns = static_cast<double>(n);
  const auto inner = static_cast<double>(k);
  const double element = bytes_per_element(precision);
  const double compute = 2 * inner * (rows * columns + fit.fill_outputs) /
                         (peak_rate->si() * fit.compute_efficiency);
  const double bytes = element * (columns * inner + rows * inner) + bf16_bytes * rows * columns;
  const double memory = bytes / (chip.memory_bandwidth.si() * fit.memory_efficiency);
  const double both = smooth_maximum(compute, memory);
  const double compute_cubed = compute * compute * compute;
  const double compute_share = compute_cubed / (compute_cubed + memory * memory * memory);
  KernelTime time;
  time.compute = Seconds(both * compute_share);
  time.memory = Seconds(both * (1 - compute_share));
  time.fixed = fit.launch + fit.per_k * inner + fit.quantize_row * rows +
               fit.quantize_element * (rows * inner);
  return time;
}

namespace {

const AttentionCalibration& attention_fit(const ChipConfig& chip, Precision kv) {
  const auto found = chip.attention.find(name_of(kv));
  CHECK(found != chip.attention.end(), "{} has no attention with a {} cache", chip.name,
        name_of(kv));
  return found->second;
}

}  // namespace

DecodeAttentionTime decode_attention_time(const ChipConfig& chip, Precision kv,
                                          std::int64_t kv_heads, std::int64_t head_dim) {
  const AttentionCalibration& fit = attention_fit(chip, kv);
  const auto heads = static_cast<double>(kv_heads);
  const Bytes per_token(2 * heads * static_cast<double>(head_dim) * bytes_per_element(kv));
  return {fit.decode_launch, fit.decode_per_sequence_head * heads,
          per_token / (chip.memory_bandwidth * fit.decode_memory_efficiency)};
}

PrefillAttentionTime prefill_attention_time(const ChipConfig& chip, Precision kv,
                                            std::int64_t heads, std::int64_t kv_heads,
                                            std::int64_t head_dim) {
  const AttentionCalibration& fit = attention_fit(chip, kv);
  const auto bandwidth = chip.memory_bandwidth * fit.prefill_io_efficiency;
  const auto head = static_cast<double>(head_dim);
  // Queries in and outputs out per new token, keys and values per token read.
  const Bytes per_new(2 * static_cast<double>(heads) * head * bf16_bytes);
  const Bytes per_read(2 * static_cast<double>(kv_heads) * head * bf16_bytes);
  const Flop per_pair(4 * static_cast<double>(heads) * head);
  return {fit.prefill_launch, per_new / bandwidth, per_read / bandwidth,
          per_pair / (chip.peak_bf16 * fit.prefill_compute_efficiency)};
}

Seconds all_reduce_time(const ChipConfig& chip, std::int64_t chips, Bytes size) {
  if (chips <= 1) {
    return Seconds(0);
  }
  const AllReduceCalibration& fit = chip.all_reduce;
  const auto group = static_cast<double>(chips);
  const double doublings = std::log2(group);
  const auto link = chip.scale_up_bandwidth;
  const auto one_shot = fit.one_shot_latency + fit.one_shot_latency_per_doubling * doublings +
                        (group - 1) * size / (link * fit.one_shot_efficiency);
  const auto two_shot = fit.two_shot_latency + fit.two_shot_latency_per_doubling * doublings +
                        2 * (group - 1) / group * size / (link * fit.two_shot_efficiency);
  return std::min(one_shot, two_shot);
}

}  // namespace tokenfab

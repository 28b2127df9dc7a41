// SPDX-License-Identifier: Apache-2.0
// An accelerator as a planner knows it (data sheet) and as its kernels measure (calibration).
//
// The calibration turns sizes into times with a handful of physical numbers per chip and precision,
// fitted to single-kernel timings; docs/validation.md prints the fit and its hold-out error.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/api/field.hpp"

namespace tokenfab {

/// Matrix product [m, k] x [k, n]: launch + per_k k + m (quantize_row + quantize_element k)
/// + p-norm of compute time 2 k (m n + fill_outputs) / (peak compute_efficiency) and memory time
/// bytes / (bandwidth memory_efficiency).
struct MatmulCalibration {
  Seconds launch;
  double compute_efficiency = 0;
  double fill_outputs = 0;  // outputs' worth of work lost filling and draining the cores
  double memory_efficiency = 0;
  Seconds per_k;
  Seconds quantize_row;
  Seconds quantize_element;
  static void describe(Describe<MatmulCalibration>& d);
};

/// One attention launch. Decode: launch + n kv_heads per_sequence_head + KV bytes / (bandwidth
/// memory_efficiency). Prefill: launch + I/O bytes / (bandwidth io_efficiency) + FLOP / (bf16 peak
/// compute_efficiency).
struct AttentionCalibration {
  Seconds decode_launch;
  Seconds decode_per_sequence_head;
  double decode_memory_efficiency = 0;
  Seconds prefill_launch;
  double prefill_io_efficiency = 0;
  double prefill_compute_efficiency = 0;
  static void describe(Describe<AttentionCalibration>& d);
};

/// Latency of an all-reduce over a group of chips.
struct AllReduceLatency {
  Seconds one_shot;
  Seconds two_shot;
  static void describe(Describe<AllReduceLatency>& d);
};

/// All-reduce of S bytes over t chips of one scale-up domain, the better of
/// one shot: a1(t) + (t - 1) S / (link one_shot_efficiency) and
/// two shots: a2(t) + 2 (t - 1) / t S / (link two_shot_efficiency).
/// Bandwidth terms: Thakur, Rabenseifner, Gropp 2005, doi:10.1177/1094342005051521. Latencies are
/// measured per group size and linear in log2(t) between and beyond the sizes given.
struct AllReduceCalibration {
  std::map<std::string, AllReduceLatency> latency;  // by group size
  double one_shot_efficiency = 0;
  double two_shot_efficiency = 0;
  static void describe(Describe<AllReduceCalibration>& d);
};

/// Dispatch or combine of the rows of spread experts: latency + the slower of the bytes for chips
/// of the own scale-up domain over its links and of the other bytes over the network.
struct ExpertExchangeCalibration {
  Seconds latency{35e-6};
  double scale_up_efficiency = 0.8;
  double scale_out_efficiency = 0.92;
  static void describe(Describe<ExpertExchangeCalibration>& d);
};

/// What a model adds to its products and attentions on this chip, as the reference engine
/// (profile vllm-2025-10) serves it.
struct ServingCalibration {
  Seconds layer_gap;                   // launch gaps of a layer's small kernels
  double small_kernel_efficiency = 0;  // their share of memory bandwidth
  Seconds host_layer_time;             // host time to launch a layer without a CUDA graph
  double communication_factor = 1;     // served collectives against single ones
  static void describe(Describe<ServingCalibration>& d);
};

/// Power while a kind of work runs, as a share of the way from idle to the power limit.
struct PowerLevels {
  double weights = 0;
  double kv_cache = 0;
  double matmul = 0;
  double attention = 0;
  double communication = 0;
  double overhead = 0;
  double sampling = 0;
  static void describe(Describe<PowerLevels>& d);
};

struct ChipConfig {
  std::string name;
  std::string vendor;
  FlopPerSecond peak_bf16;                // dense
  std::optional<FlopPerSecond> peak_fp8;  // dense; absent: the chip has no such units
  std::optional<FlopPerSecond> peak_int8;
  std::optional<FlopPerSecond> peak_fp4;
  Bytes memory_capacity;
  BytesPerSecond memory_bandwidth;
  BytesPerSecond scale_up_bandwidth;   // one direction
  std::int64_t scale_up_domain = 1;    // chips that reach each other at that bandwidth
  BytesPerSecond scale_out_bandwidth;  // one direction
  Watts power_limit;
  Watts power_idle;
  Dollars price;
  DollarsPerSecond rent;
  std::map<std::string, MatmulCalibration> matmul;        // by precision
  std::map<std::string, AttentionCalibration> attention;  // by KV cache precision
  AllReduceCalibration all_reduce;
  ExpertExchangeCalibration expert_exchange;
  ServingCalibration serving;
  PowerLevels power_level;

  static void describe(Describe<ChipConfig>& d);
};

/// Number formats of weights, activations and caches.
enum class Precision { Bf16, Fp8, Int8, Fp4, Fp16 };

inline const std::vector<std::string>& precision_names() {
  static const std::vector<std::string> names{"bf16", "fp8", "int8", "fp4", "fp16"};
  return names;
}
inline const std::string& name_of(Precision precision) {
  return precision_names()[static_cast<std::size_t>(precision)];
}
/// The key of its calibrations: fp16 runs on the units of bf16 at their rate.
inline const std::string& calibration_key(Precision precision) {
  return name_of(precision == Precision::Fp16 ? Precision::Bf16 : precision);
}

/// Formats of the two inputs of a matrix product. Weights narrower than the activations are widened
/// on their way to the units, which costs no memory traffic and, kernels being built for it, next
/// to no time (MARLIN, arXiv:2408.11743); the arithmetic is that of the activations.
struct ProductFormat {
  // Implicit: most products have one format.
  ProductFormat(Precision both) : weights(both), activations(both) {}
  ProductFormat(Precision weight_format, Precision activation_format)
      : weights(weight_format), activations(activation_format) {}
  Precision weights;
  Precision activations;
};

/// Bytes per element, block scales included: FP4 with one FP8 scale per 16 elements (OCP
/// microscaling style, NVFP4) takes 0.5625.
double bytes_per_element(Precision precision);

/// Dense peak of a precision; nullopt if the chip has none.
std::optional<FlopPerSecond> peak(const ChipConfig& chip, Precision precision);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// An accelerator as a planner knows it (data sheet) and as its kernels measure (calibration).
//
// The calibration turns sizes into times with a handful of physical numbers per chip and precision,
// fitted to single-kernel timings; docs/validation.md prints the fit and its hold-out error.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "models/chip/collective_library.hpp"
#include "sim/api/field.hpp"
#include "sim/api/step.hpp"

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

/// The feed-forward layer of routed experts, from the choice of experts to the sum of their
/// outputs: launch + rows width row_traffic / bandwidth + for each of its two products, over
/// `experts` that get a row, the 3-norm of 2 n k (rows + experts fill_rows) / (peak
/// compute_efficiency) and bytes / (bandwidth memory_efficiency). Without it experts cost what one
/// product of their rows does, which leaves out routing, permuting and tiles that are not full.
struct MoeCalibration {
  Seconds launch;
  double compute_efficiency = 0;
  double fill_rows = 0;  // rows' worth of work that each expert's tiles are not full of
  double memory_efficiency = 0;
  double row_traffic = 0;  // bytes moved per routed row and element of the layer's width
  static void describe(Describe<MoeCalibration>& d);
};

/// One attention launch. Decode: launch + n kv_heads per_sequence_head + KV bytes / (bandwidth
/// memory_efficiency). Prefill: launch + I/O bytes / (bandwidth io_efficiency) + FLOP / (bf16 peak
/// compute_efficiency), where the longest sequence counts fill_rows query rows (times heads) more:
/// short or few heads do not fill the chip. A pair's softmax takes as long as softmax_dims elements
/// of its key and value together; compute_efficiency is that of heads with 128 elements each.
struct AttentionCalibration {
  Seconds decode_launch;
  Seconds decode_per_sequence_head;
  double decode_memory_efficiency = 0;
  Seconds prefill_launch;
  double prefill_io_efficiency = 0;
  double prefill_compute_efficiency = 0;
  double prefill_fill_rows = 0;
  double prefill_softmax_dims = 0;
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

/// What training adds to the kernel tables on this chip: long runs of large products at the power
/// limit, backward passes, and norms, activations and losses bound by memory. Fitted to published
/// training steps (docs/training.md).
struct TrainingCalibration {
  std::map<std::string, double> matmul_factor;  // time over the tables', by precision; 1 if absent
  double attention_factor = 1;                  // forward
  double attention_backward_factor = 1.25;      // per FLOP, over the forward pass
  double small_kernel_efficiency = 0.7;         // share of memory bandwidth

  double matmul_factor_of(const std::string& precision) const {
    const auto found = matmul_factor.find(precision);
    return found == matmul_factor.end() ? 1 : found->second;
  }
  static void describe(Describe<TrainingCalibration>& d);
};

/// Power while a kind of work runs at full clock, as a share of the way from idle to the data
/// sheet's power limit.
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

/// Share of a part's power above idle that memories, links and their interfaces draw, whose clocks
/// are not the core's. Estimates from the energy of a bit: 6 pJ for HBM2e, 5 for HBM3, 4.5 for
/// HBM3e (Rambus and kylolab memory comparison: 6.0 pJ/bit for HBM2e; O'Connor et al., MICRO 2017:
/// 3.9 pJ/bit in the stack of HBM2, without the interface) at the traffic of the part.
struct MemoryShares {
  double weights = 0.28;
  double kv_cache = 0.2;
  double matmul = 0.1;
  double attention = 0.08;
  double communication = 0.4;
  double overhead = 0.2;
  double sampling = 0.1;
  static void describe(Describe<MemoryShares>& d);
};

/// What the core clock f does, as a share of the clock that the calibration was measured at.
/// Voltage is flat below a knee and linear above it (Schoonhoven et al., PMBS 2022,
/// arXiv:2211.07260; the same two regimes on A100 to H200: arXiv:2607.00819):
///   v(f) = 1 - voltage_slope (1 - max(f, voltage_knee)).
/// The core's part of a power level goes with (1 - leakage_share) f v^2 + leakage_share v, the
/// memory's part with the traffic, which in compute-bound parts follows f.
struct DvfsConfig {
  double clock_min = 0.2;
  double clock_step = 0.05;
  double voltage_knee = 0.72;
  double voltage_slope = 0.73;
  double leakage_share = 0.15;
  double bandwidth_knee = 0.5;  // below it the memory bandwidth falls with the clock
  double latency_share = 0.3;   // of fixed kernel times, that goes with 1 / f
  MemoryShares memory_share;
  static void describe(Describe<DvfsConfig>& d);
};

enum class ChipStatus { Available, Announced, ExportVariant };

struct ChipConfig {
  std::string name;
  std::string vendor;
  std::string origin;   // country of its maker
  std::string launch;   // of general availability: year, month, quarter or half
  std::string process;  // foundry node
  ChipStatus status = ChipStatus::Available;
  FlopPerSecond peak_bf16;                // dense
  std::optional<FlopPerSecond> peak_fp8;  // dense; absent: the chip has no such units
  std::optional<FlopPerSecond> peak_int8;
  std::optional<FlopPerSecond> peak_fp4;
  std::string memory_type;
  Bytes memory_capacity;
  BytesPerSecond memory_bandwidth;
  BytesPerSecond scale_up_bandwidth;   // one direction
  std::int64_t scale_up_domain = 1;    // chips that reach each other at that bandwidth
  BytesPerSecond scale_out_bandwidth;  // one direction
  Watts power_limit;                   // configured
  std::optional<Watts> power_rated;    // the data sheet's; absent: power_limit
  Watts power_idle;
  Dollars price;
  DollarsPerSecond rent;
  std::map<std::string, MatmulCalibration> matmul;        // by precision
  std::map<std::string, MoeCalibration> moe;              // by moe_key(); may be empty
  std::map<std::string, AttentionCalibration> attention;  // by KV cache precision
  AllReduceCalibration all_reduce;
  ExpertExchangeCalibration expert_exchange;
  CollectiveLibraryConfig collectives;
  ServingCalibration serving;
  TrainingCalibration training;
  PowerLevels power_level;
  DvfsConfig dvfs;
  double clock = 1;  // set by at_clock (clock.hpp), not configured

  Watts rated_power() const { return power_rated.value_or(power_limit); }
  /// What a level of 1 draws above idle.
  Watts power_span() const { return rated_power() - power_idle; }

  static void describe(Describe<ChipConfig>& d);
};

/// One number per TimePart.
using PartNumbers = std::array<double, time_part_count>;
PartNumbers by_part(const PowerLevels& levels);
PartNumbers by_part(const MemoryShares& shares);

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

/// "fp8", or "fp4_bf16" for fp4 weights with bf16 activations.
std::string moe_key(ProductFormat format);
/// The format's own calibration, or that of its activations; null if the chip has neither.
const MoeCalibration* moe_calibration(const ChipConfig& chip, ProductFormat format);

/// Bytes per element, block scales included: FP4 with one FP8 scale per 16 elements (OCP
/// microscaling style, NVFP4) takes 0.5625.
double bytes_per_element(Precision precision);

/// Dense peak of a precision; nullopt if the chip has none.
std::optional<FlopPerSecond> peak(const ChipConfig& chip, Precision precision);

}  // namespace tokenfab

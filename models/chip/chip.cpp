// SPDX-License-Identifier: Apache-2.0
#include "models/chip/chip.hpp"

namespace tokenfab {

void MatmulCalibration::describe(Describe<MatmulCalibration>& d) {
  using C = MatmulCalibration;
  d.field("launch", &C::launch, "Fixed time of one product").required().range(0, 1e-3);
  d.field("compute_efficiency", &C::compute_efficiency,
          "Share of the dense peak when compute-bound")
      .required()
      .range(0.01, 1);
  d.field("fill_outputs", &C::fill_outputs, "Output elements' worth of work lost per product")
      .required()
      .range(0, 1e9);
  d.field("memory_efficiency", &C::memory_efficiency, "Share of memory bandwidth when memory-bound")
      .required()
      .range(0.01, 1);
  d.field("per_k", &C::per_k, "Pipeline time per unit of the inner dimension").range(0, 1e-6);
  d.field("quantize_row", &C::quantize_row, "Activation quantization, per row").range(0, 1e-6);
  d.field("quantize_element", &C::quantize_element, "Activation quantization, per element")
      .range(0, 1e-6);
}

void MoeCalibration::describe(Describe<MoeCalibration>& d) {
  using C = MoeCalibration;
  d.field("launch", &C::launch, "Fixed time of routing, both products and the combination")
      .required()
      .range(0, 1e-2);
  d.field("compute_efficiency", &C::compute_efficiency,
          "Share of the dense peak when compute-bound")
      .required()
      .range(0.01, 1);
  d.field("fill_rows", &C::fill_rows, "Rows' worth of work lost per expert to tiles not full")
      .required()
      .range(0, 1e4);
  d.field("memory_efficiency", &C::memory_efficiency, "Share of memory bandwidth when memory-bound")
      .required()
      .range(0.01, 1);
  d.field("row_traffic", &C::row_traffic,
          "Bytes that permuting and combining move per routed row and element of the width")
      .required()
      .range(0, 1e3);
}

void AttentionCalibration::describe(Describe<AttentionCalibration>& d) {
  using C = AttentionCalibration;
  d.field("decode_launch", &C::decode_launch, "Fixed time of a decode attention")
      .required()
      .range(0, 1e-3);
  d.field("decode_per_sequence_head", &C::decode_per_sequence_head,
          "Time per sequence and KV head of a decode attention")
      .required()
      .range(0, 1e-3);
  d.field("decode_memory_efficiency", &C::decode_memory_efficiency,
          "Share of memory bandwidth when reading the KV cache")
      .required()
      .range(0.01, 1);
  d.field("prefill_launch", &C::prefill_launch, "Fixed time of a prefill attention")
      .required()
      .range(0, 1e-3);
  d.field("prefill_io_efficiency", &C::prefill_io_efficiency,
          "Share of memory bandwidth for queries, keys, values and outputs of a prefill")
      .required()
      .range(0.01, 1);
  d.field("prefill_compute_efficiency", &C::prefill_compute_efficiency,
          "Share of the bf16 peak of a prefill attention")
      .required()
      .range(0.01, 1);
  d.field("prefill_fill_rows", &C::prefill_fill_rows,
          "Query rows, counted per head, that a prefill attention computes beside its own")
      .range(0, 1e7);
  d.field("prefill_softmax_dims", &C::prefill_softmax_dims,
          "Elements of key and value that a pair's softmax takes as long as")
      .range(0, 1e4);
}

void AllReduceLatency::describe(Describe<AllReduceLatency>& d) {
  using C = AllReduceLatency;
  d.field("one_shot", &C::one_shot, "Every chip reads all others at once")
      .required()
      .range(0, 1e-2);
  d.field("two_shot", &C::two_shot, "Reduce-scatter, then all-gather").required().range(0, 1e-2);
}

void AllReduceCalibration::describe(Describe<AllReduceCalibration>& d) {
  using C = AllReduceCalibration;
  d.map("latency", &C::latency, "Latency by group size, such as \"8\"").required();
  d.field("one_shot_efficiency", &C::one_shot_efficiency, "Share of the link's bandwidth")
      .required()
      .range(0.01, 1);
  d.field("two_shot_efficiency", &C::two_shot_efficiency,
          "Share of the link's bandwidth; above 1 with in-network reduction")
      .required()
      .range(0.01, 2);
}

void ExpertExchangeCalibration::describe(Describe<ExpertExchangeCalibration>& d) {
  using C = ExpertExchangeCalibration;
  // Six points of H800 nodes, 128 rows to 8 experts on 8, 16 and 256 chips, to 7 % (DeepEP
  // low-latency kernels, deepseek-ai/DeepEP docs/legacy.md): tests/unit/expert_exchange_test.cpp.
  const std::string deep_ep = "fit to DeepEP's published low-latency kernels on H800 (2025-02)";
  d.field("latency", &C::latency, "Fixed time of a dispatch or combine")
      .range(0, 1e-2)
      .source(deep_ep);
  d.field("scale_up_efficiency", &C::scale_up_efficiency,
          "Share of the scale-up bandwidth that an exchange reaches")
      .range(0.01, 1)
      .source(deep_ep);
  d.field("scale_out_efficiency", &C::scale_out_efficiency,
          "Share of the network bandwidth that an exchange reaches")
      .range(0.01, 1)
      .source(deep_ep);
}

void ServingCalibration::describe(Describe<ServingCalibration>& d) {
  using C = ServingCalibration;
  d.field("layer_gap", &C::layer_gap, "Launch gaps of a layer's small kernels")
      .required()
      .range(0, 1);
  d.field("small_kernel_efficiency", &C::small_kernel_efficiency,
          "Share of memory bandwidth reached by norms, rotary embedding and activation")
      .required()
      .range(0.01, 1);
  d.field("host_layer_time", &C::host_layer_time,
          "Host time to launch a layer when the batch exceeds the engine's CUDA graphs")
      .required()
      .range(0, 1);
  d.field("communication_factor", &C::communication_factor,
          "Served collectives against single ones")
      .range(0.1, 10);
}

void TrainingCalibration::describe(Describe<TrainingCalibration>& d) {
  using C = TrainingCalibration;
  d.field("matmul_factor", &C::matmul_factor,
          "Time of a training step's products against the kernel tables, by precision");
  d.field("attention_factor", &C::attention_factor,
          "Time of forward attention against the kernel tables")
      .range(0.1, 10);
  // Fitted chips lie between 1 and 1.6; FlashAttention-3, arXiv:2407.08608, figures 5 and 6.
  d.field("attention_backward_factor", &C::attention_backward_factor,
          "Time of a backward pass's operations against forward ones")
      .range(0.1, 10)
      .source("Estimate: between the chips that are fitted");
  d.field("small_kernel_efficiency", &C::small_kernel_efficiency,
          "Share of memory bandwidth reached by norms, activations, loss and optimizer")
      .range(0.01, 1)
      .source("Estimate: between the chips that are fitted");
}

void PowerLevels::describe(Describe<PowerLevels>& d) {
  using C = PowerLevels;
  d.field("weights", &C::weights, "While weights are read").required().range(0, 1);
  d.field("kv_cache", &C::kv_cache, "While the KV cache is read").required().range(0, 1);
  d.field("matmul", &C::matmul, "In compute-bound matrix products").required().range(0, 1);
  d.field("attention", &C::attention, "In prefill attention").required().range(0, 1);
  d.field("communication", &C::communication, "In collectives").required().range(0, 1);
  d.field("overhead", &C::overhead, "Between kernels").required().range(0, 1);
  d.field("sampling", &C::sampling, "While tokens are sampled").required().range(0, 1);
}

void MemoryShares::describe(Describe<MemoryShares>& d) {
  using C = MemoryShares;
  d.field("weights", &C::weights, "While weights are read").range(0, 1);
  d.field("kv_cache", &C::kv_cache, "While the KV cache is read").range(0, 1);
  d.field("matmul", &C::matmul, "In compute-bound matrix products").range(0, 1);
  d.field("attention", &C::attention, "In prefill attention").range(0, 1);
  d.field("communication", &C::communication, "In collectives: links").range(0, 1);
  d.field("overhead", &C::overhead, "Between kernels").range(0, 1);
  d.field("sampling", &C::sampling, "While tokens are sampled").range(0, 1);
}

void DvfsConfig::describe(Describe<DvfsConfig>& d) {
  using C = DvfsConfig;
  // NVIDIA lets 210 of 1,410 MHz (A100) and 345 of 1,980 MHz (H100) be set; slower is no use.
  d.field("clock_min", &C::clock_min, "Lowest core clock, as a share of full clock").range(0.05, 1);
  d.field("clock_step", &C::clock_step, "Distance of the clocks that can be set").range(0.001, 0.5);
  d.field("voltage_knee", &C::voltage_knee, "Clock below which the voltage stays the same")
      .range(0, 1)
      .source(
          "estimate: 0.8 of full voltage as the floor; energy is least at 1,005 of 1,410 MHz "
          "on A100 (SAI Lab, Voltana, 2026)");
  d.field("voltage_slope", &C::voltage_slope, "Relative voltage over relative clock above it")
      .range(0, 1)
      .source(
          "GA100 at 1,350 MHz: 174.6 W, with the voltage of 1,050 MHz 132.0 W "
          "(Consensus-Protocol/cmp170hx wiki, 2026), 30 W of them not of the core");
  d.field("leakage_share", &C::leakage_share, "Share of the core's power that is no switching")
      .range(0, 1)
      .source("estimate");
  d.field("bandwidth_knee", &C::bandwidth_knee,
          "Clock below which the memory bandwidth falls in proportion")
      .range(0.01, 1)
      .source("estimate: decode slows 1 to 6 % at much lower clocks (arXiv:2501.08219)");
  d.field("latency_share", &C::latency_share,
          "Share of fixed kernel times that goes with the core clock's period")
      .range(0, 1)
      .source("estimate");
  d.object("memory_share", &C::memory_share, "Share of power that does not follow the core clock");
}

void ChipConfig::describe(Describe<ChipConfig>& d) {
  using C = ChipConfig;
  d.field("name", &C::name, "Name in reports");
  d.field("vendor", &C::vendor, "Maker of the chip");
  d.field("origin", &C::origin, "Country of its maker, two letters");
  d.field("launch", &C::launch, "When it became available, or is announced to");
  d.field("process", &C::process, "Foundry and node");
  d.choice(
      "status", &C::status, {"available", "announced", "export_variant"},
      "Whether it can be had: announced parts may never be; export variants are cut for rules");
  d.field("peak_bf16", &C::peak_bf16, "Dense peak with bf16 inputs").required().range(1e9, 1e18);
  d.field("peak_fp8", &C::peak_fp8, "Dense peak with fp8 inputs").range(1e9, 1e18);
  d.field("peak_int8", &C::peak_int8, "Dense peak with int8 inputs").range(1e9, 1e18);
  d.field("peak_fp4", &C::peak_fp4, "Dense peak with fp4 inputs").range(1e9, 1e18);
  d.field("memory_type", &C::memory_type, "Kind of device memory");
  d.field("memory_capacity", &C::memory_capacity, "Device memory").required().range(1e6, 1e14);
  d.field("memory_bandwidth", &C::memory_bandwidth, "Peak device memory bandwidth")
      .required()
      .range(1e8, 1e16);
  d.field("scale_up_bandwidth", &C::scale_up_bandwidth,
          "Bandwidth to the other chips of the scale-up domain, one direction")
      .required()
      .range(1e6, 1e15);
  d.field("scale_up_domain", &C::scale_up_domain, "Chips in one scale-up domain").range(1, 1e5);
  d.field("scale_out_bandwidth", &C::scale_out_bandwidth, "Network bandwidth, one direction")
      .required()
      .range(1e6, 1e15);
  d.field("power_limit", &C::power_limit, "Board power limit as set").required().range(0.1, 1e5);
  d.field("power_rated", &C::power_rated,
          "Board power limit of the data sheet; power_limit if left out")
      .range(0.1, 1e5);
  d.field("power_idle", &C::power_idle, "Power with nothing to do").required().range(0, 1e5);
  d.field("price", &C::price, "Purchase price of one chip").required().range(0, 1e7);
  d.field("rent", &C::rent, "Market rent of one chip, hosting and energy included")
      .required()
      .range(0, 1);
  d.map("matmul", &C::matmul, "Calibration of matrix products, by precision");
  d.map("moe", &C::moe,
        "Calibration of routed experts, by the precision of weights and activations");
  d.map("attention", &C::attention, "Calibration of attention, by KV cache precision");
  d.object("all_reduce", &C::all_reduce, "Calibration of the all-reduce").required();
  d.object("expert_exchange", &C::expert_exchange, "Calibration of dispatch and combine");
  d.object("collectives", &C::collectives, "What its communication library makes of the links")
      .catalogue("collectives")
      .uses_by_default("unmeasured");
  d.object("serving", &C::serving, "Calibration of served models").required();
  d.object("training", &C::training, "Calibration of training steps");
  d.object("power_level", &C::power_level, "Power by kind of work").required();
  d.object("dvfs", &C::dvfs, "Power and speed against the core clock");
}

PartNumbers by_part(const PowerLevels& levels) {
  return {levels.weights,       levels.kv_cache, levels.matmul,  levels.attention,
          levels.communication, levels.overhead, levels.sampling};
}

PartNumbers by_part(const MemoryShares& shares) {
  return {shares.weights,       shares.kv_cache, shares.matmul,  shares.attention,
          shares.communication, shares.overhead, shares.sampling};
}

double bytes_per_element(Precision precision) {
  switch (precision) {
    case Precision::Bf16:
    case Precision::Fp16:
      return 2;
    case Precision::Fp8:
    case Precision::Int8:
      return 1;
    case Precision::Fp4:
      return 0.5 + 1.0 / 16;
  }
  return 2;
}

std::string moe_key(ProductFormat format) {
  const auto& weights = calibration_key(format.weights);
  const auto& activations = calibration_key(format.activations);
  return weights == activations ? weights : weights + "_" + activations;
}

const MoeCalibration* moe_calibration(const ChipConfig& chip, ProductFormat format) {
  for (const auto& key : {moe_key(format), calibration_key(format.activations)}) {
    if (const auto found = chip.moe.find(key); found != chip.moe.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

std::optional<FlopPerSecond> peak(const ChipConfig& chip, Precision precision) {
  switch (precision) {
    case Precision::Bf16:
    case Precision::Fp16:
      return chip.peak_bf16;
    case Precision::Fp8:
      return chip.peak_fp8;
    case Precision::Int8:
      return chip.peak_int8;
    case Precision::Fp4:
      return chip.peak_fp4;
  }
  return std::nullopt;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_engine.hpp"

namespace tokenfab {

void TrainingEngineConfig::describe(Describe<TrainingEngineConfig>& d) {
  using C = TrainingEngineConfig;
  d.field("engine", &C::engine, "Name of the training framework").required();
  d.field("version", &C::version, "Version the numbers were fitted to").required();
  d.field("date", &C::date, "Date of those measurements").required();
  d.field("flash_attention", &C::flash_attention, "Attention scores are never written to memory");
  d.field("matmul_factor", &C::matmul_factor,
          "Time of matrix products against the chip's training calibration")
      .range(0.1, 10);
  d.field("attention_factor", &C::attention_factor,
          "Time of attention against the chip's training calibration")
      .range(0.1, 10);
  d.field("small_kernel_factor", &C::small_kernel_factor,
          "Time of norms, activations and loss against the chip's training calibration")
      .range(0.1, 10);
  d.field("expert_factor", &C::expert_factor,
          "Time of the grouped products of experts, sorting of rows included, against single ones")
      .range(0.1, 10);
  d.field("quantization_share", &C::quantization_share,
          "Share of casts and transposes for 8-bit products that run as their own kernels")
      .range(0, 5);
  d.field("tensor_overlap", &C::tensor_overlap,
          "Share of tensor-parallel collectives hidden behind products")
      .range(0, 1);
  d.field("data_overlap", &C::data_overlap,
          "Share of the compute beside them that data-parallel collectives can hide behind")
      .range(0, 1);
  d.field("expert_overlap", &C::expert_overlap,
          "Share of the compute beside it that the exchange between experts can hide behind")
      .range(0, 1);
  d.field("expert_row_passes", &C::expert_row_passes,
          "Times that a routed row is read or written by sorting, weighting and merging, forward")
      .range(0, 100);
  d.field("expert_overhead", &C::expert_overhead,
          "Time per mixture layer and micro-batch until the host knows the experts' row counts")
      .range(0, 1);
  d.field("layer_overhead", &C::layer_overhead,
          "Launches and host time of a layer and micro-batch, forward and backward")
      .range(0, 1);
  d.field("step_overhead", &C::step_overhead, "Time of a step outside all layers").range(0, 100);
  d.field("reserved_memory", &C::reserved_memory,
          "Device memory per chip that no tensor of the training takes")
      .range(0, 1e12);
}

}  // namespace tokenfab

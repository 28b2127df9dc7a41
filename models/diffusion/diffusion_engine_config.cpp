// SPDX-License-Identifier: Apache-2.0
#include "models/diffusion/diffusion_engine_config.hpp"

namespace tokenfab {

void DiffusionProfileConfig::describe(Describe<DiffusionProfileConfig>& d) {
  using C = DiffusionProfileConfig;
  d.field("engine", &C::engine, "Name of the software").required();
  d.field("version", &C::version, "Version the numbers were fitted to").required();
  d.field("date", &C::date, "Date of those measurements").required();
  d.field("attention_factor", &C::attention_factor,
          "Attention against the chip's prefill attention kernels")
      .range(0.1, 20);
  d.field("sublayer_passes", &C::sublayer_passes,
          "Memory accesses per output element of a sublayer in small kernels")
      .range(0, 1000);
  d.field("query_key_passes", &C::query_key_passes,
          "Memory accesses per hidden element to normalize and rotate queries and keys")
      .range(0, 1000);
  d.field("convolution_passes", &C::convolution_passes,
          "Memory accesses per feed-forward element of a gated convolution")
      .range(0, 1000);
  d.field("vae_efficiency", &C::vae_efficiency, "Share of the bf16 peak when decoding latents")
      .range(0.001, 1);
  d.field("communication_factor", &C::communication_factor,
          "Exchanges between chips against the link's latency and bandwidth")
      .range(0.1, 100);
  d.field("host_sublayer_time", &C::host_sublayer_time,
          "Host time to launch the kernels of a sublayer")
      .range(0, 1);
  d.field("host_exchange_time", &C::host_exchange_time, "Host time to launch one exchange")
      .range(0, 1);
  d.field("elementwise_power_level", &C::elementwise_power_level,
          "Power of small kernels as a share of the way from idle to the limit")
      .range(0, 1);
  d.field("waiting_power_level", &C::waiting_power_level,
          "Power while the host is behind, as a share of the way from idle to the limit")
      .range(0, 1);
  d.field("reserved_memory", &C::reserved_memory,
          "Device memory per chip that is neither weights nor activations")
      .range(0, 1e12);
}

void DiffusionEngineConfig::describe(Describe<DiffusionEngineConfig>& d) {
  using C = DiffusionEngineConfig;
  d.object("profile", &C::profile, "Software version whose overheads apply")
      .catalogue("diffusion_engines")
      .uses_by_default("xdit-2026-02");
  d.field("tensor_parallel_size", &C::tensor_parallel_size, "Chips that share every block")
      .range(1, 1024);
  d.field("ulysses_degree", &C::ulysses_degree,
          "Chips that share the tokens and exchange them for heads in attention")
      .range(1, 1024);
  d.field("ring_degree", &C::ring_degree,
          "Chips that share the tokens and pass keys and values around in attention")
      .range(1, 1024);
  d.field("cfg_parallel_size", &C::cfg_parallel_size,
          "Groups of chips that share the guidance passes of a step")
      .range(1, 4);
  d.field("max_batch_size", &C::max_batch_size, "Most items made at once").range(1, 1024);
  d.choice("quantization", &C::quantization, precision_names(),
           "Number format of block weights and matrix products");
  d.field("gpu_memory_utilization", &C::gpu_memory_utilization,
          "Share of device memory that may be used")
      .range(0.05, 1);
}

}  // namespace tokenfab

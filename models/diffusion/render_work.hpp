// SPDX-License-Identifier: Apache-2.0
// What making a batch of items takes, and who prices it.
#pragma once

#include <array>
#include <cstdint>

#include "sim/api/generation.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

enum class RenderPart : std::uint8_t {
  TextEncoder,
  Matmul,
  Attention,
  Elementwise,
  Communication,
  HostWait,
  VaeDecode
};
inline constexpr std::size_t render_part_count = 7;

/// Energy above idle, arithmetic and memory traffic of all chips together.
struct RenderWork {
  std::array<Duration, render_part_count> time_by_part{};
  double dynamic_energy_j = 0;
  double flop = 0;          // the model's own, no padding
  double memory_bytes = 0;  // weights and small kernels

  Duration time() const;
  Duration of(RenderPart part) const { return time_by_part[static_cast<std::size_t>(part)]; }
  void add(const RenderWork& other, std::int64_t times);
};

/// Cost function of a batch on one server: const, stateless. Post: time > 0, energy >= 0.
class RenderModel {
 public:
  virtual ~RenderModel() = default;
  /// `prompts` requests of one shape, shape.images items each.
  virtual RenderWork cost(const GenerationShape& shape, std::int64_t prompts) const = 0;
};

}  // namespace tokenfab

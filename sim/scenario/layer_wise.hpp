// SPDX-License-Identifier: Apache-2.0
// Layer-wise transfer of a KV cache: the cache of a layer leaves as soon as the prefill has
// computed it, while the next layers are computed. What is left to see after the prefill are the
// last layer, which nothing can hide, and as much of the others as the link could not carry in the
// meantime:
//     bytes / L + max(0, bytes (L - 1) / L - bandwidth x time)
// Source: Patel et al., "Splitwise", ISCA 2024, arXiv:2311.18677, section 4.3 (KV-cache transfer);
// Qin et al., "Mooncake", arXiv:2407.00079, section 5.2 (layer-wise prefill).
// Left out: contention of the hidden part with other traffic, which sees the link free meanwhile;
// layers of unequal size; the interference of sending with computing.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/check.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// The bytes still to move when the prefill ends, of `total` in `layers` >= 1 equal layers.
/// `overlapped` is the time of the computation behind which the other layers move: (L - 1) / L of
/// the prefill where the layers take equal time.
inline Bytes visible_bytes(Bytes total, std::int64_t layers, Seconds overlapped,
                           BytesPerSecond bandwidth) {
  CHECK(layers >= 1, "{} layers", layers);
  const Bytes last = total / static_cast<double>(layers);
  return last + std::max(Bytes(), total - last - bandwidth * overlapped);
}

}  // namespace tokenfab

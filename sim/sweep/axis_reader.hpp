// SPDX-License-Identifier: Apache-2.0
// The axes of a sweep file, in one of these forms:
//
//   "/json/pointer": [VALUE, ...]                                   named by its last key
//   "NAME": {"pointer": P, "values": [VALUE, ...]}
//   "NAME": {"pointer": P, "linear": {"from": A, "to": B, "points": N}}     "log" likewise
//   "NAME": {"pointer": P, "latin_hypercube": {"from": A, "to": B, "scale": "linear|log"}}
//   "NAME": {"zip": {P: [VALUE, ...], Q: [VALUE, ...]}}             pointers that move together
//   "NAME": {"list": [{P: VALUE, Q: VALUE}, ...]}                   explicit points
//
// "pointers": [P, Q] sets one value in several places; "labels" names the values.
#pragma once

#include <vector>

#include "sim/config/document.hpp"
#include "sim/core/errors.hpp"
#include "sim/sweep/axis.hpp"

namespace tokenfab {

/// What the axes of a latin hypercube share.
struct HypercubeSamples {
  std::int64_t count = 0;  // 0: the sweep has none
  std::int64_t seed = 1;
};

/// The axes in the order of the file. Appends all that is wrong to `problems`; an axis with
/// problems is left out.
std::vector<Axis> read_axes(const Node& axes, const HypercubeSamples& samples,
                            std::vector<Problem>& problems);

}  // namespace tokenfab

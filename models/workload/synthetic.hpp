// SPDX-License-Identifier: Apache-2.0
// The arithmetic of synthetic open-loop arrivals: independent gamma inter-arrival times with mean
// 1 / rate and shape = burstiness, as vLLM defines them (benchmarks/benchmark_serving.py,
// get_request: gamma(shape=burstiness, scale=1 / (rate * burstiness))). Burstiness 1 is a Poisson
// process, below 1 is burstier; the coefficient of variation is 1 / sqrt(burstiness). Later vLLM
// also stretches each finite run to end at requests / rate exactly; this process does not.
// No clock here; the daily pattern is put on top (diurnal_pattern.hpp).
#pragma once

#include <optional>

#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

class ArrivalProcess {
 public:
  /// Throws std::invalid_argument unless the rate is between 1e-12 / s and 1e12 / s, and the
  /// burstiness is one that GammaSampler takes.
  ArrivalProcess(PerSecond rate, double burstiness);

  /// The time from one arrival to the next.
  Duration next_gap(RandomStream& random) const;

 private:
  double scale_s_;
  std::optional<GammaSampler> gamma_;  // none: exponential
};

}  // namespace tokenfab

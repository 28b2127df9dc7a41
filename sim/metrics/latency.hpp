// SPDX-License-Identifier: Apache-2.0
// Latencies of served requests, as vLLM's benchmark defines them: TTFT from arrival to first token;
// TPOT = (E2EL - TTFT) / (output tokens - 1) per request with more than one; ITL every single gap.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/quantile_sketch.hpp"

namespace tokenfab {

/// What a service promises; absent: no promise.
struct ServiceLevel {
  std::optional<Duration> ttft;
  std::optional<Duration> tpot;
  std::optional<Duration> e2el;
  bool is_set() const { return ttft || tpot || e2el; }
};

/// One request's latencies once it is answered.
struct RequestLatency {
  std::optional<Duration> ttft;  // absent for images and video
  Duration e2el;
  std::optional<Duration> tpot;  // absent for one-token answers

  static RequestLatency of(Instant arrival, Instant first_token, Instant end,
                           std::uint32_t output_tokens) {
    RequestLatency latency{first_token - arrival, end - arrival, {}};
    if (output_tokens > 1) {
      latency.tpot = (end - first_token) / (output_tokens - 1);
    }
    return latency;
  }

  bool meets(const ServiceLevel& level) const {
    return (!level.ttft || !ttft || *ttft <= *level.ttft) &&
           (!level.tpot || !tpot || *tpot <= *level.tpot) && (!level.e2el || e2el <= *level.e2el);
  }
};

struct LatencyStats {
  QuantileSketch ttft;
  QuantileSketch tpot;
  QuantileSketch itl;
  QuantileSketch e2el;

  void add(const RequestLatency& latency) {
    if (latency.ttft) {
      ttft.add(*latency.ttft);
    }
    e2el.add(latency.e2el);
    if (latency.tpot) {
      tpot.add(*latency.tpot);
    }
  }
  void merge(const LatencyStats& other) {
    ttft.merge(other.ttft);
    tpot.merge(other.tpot);
    itl.merge(other.itl);
    e2el.merge(other.e2el);
  }
};

}  // namespace tokenfab

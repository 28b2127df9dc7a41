// SPDX-License-Identifier: Apache-2.0
// Time to send rows to the chips that hold their experts (dispatch) and to bring the results back
// (combine), in closed form; physics and calibration: ExpertExchangeCalibration in chip.hpp.
//
// A rank with T rows sends T k copies of hidden elements, quantized activations with an fp32 scale
// per 128 elements, and gets T k copies in bf16 back (DeepEP, github.com/deepseek-ai/DeepEP). Of
// EP chips, g share the scale-up domain, so (g - 1) / EP of the bytes use its links and
// (EP - g) / EP the network, both at once.
// Where a row goes to at most M domains (node-limited routing, DeepSeek-V3, arXiv:2412.19437,
// section 2.1.2), it crosses the network once per domain and is forwarded inside: the network
// carries min(M, N (1 - (1 - 1/N)^k)) (N - 1) / N copies over N domains instead of k, the scale-up
// links all k (g - 1) / g.
// Left out: contention with other traffic, time that the exchange takes from the compute units.
#pragma once

#include <cstdint>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/engine_config.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

class ExpertExchange {
 public:
  ExpertExchange(const TransformerConfig& model, const ChipConfig& chip,
                 const EngineConfig& engine);

  /// Dispatch and combine of one layer for `rows` rows on every rank. Tensor ranks send their
  /// share of a rank's rows each. Zero where experts are not spread.
  Seconds operator()(std::int64_t rows) const;

  /// Its two halves.
  Seconds dispatch(std::int64_t rows) const;
  Seconds combine(std::int64_t rows) const;

 private:
  bool is_needed_ = false;
  Seconds latency_;
  Seconds dispatch_per_row_;
  Seconds combine_per_row_;
};

}  // namespace tokenfab

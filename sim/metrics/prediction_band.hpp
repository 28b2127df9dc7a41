// SPDX-License-Identifier: Apache-2.0
// How far a prediction of this run is to be trusted: the errors of earlier predictions of its kind
// against measurements (docs/uncertainty.md).
#pragma once

#include <cstdint>
#include <string>

namespace tokenfab {

enum class BandStatus {
  Validated,     // compared on this chip, engine, format and model, in this range of loads
  Sibling,       // the nearest kind that was compared stands in for it
  NotValidated,  // nothing near enough was compared
};

struct PredictionBand {
  std::string service;  // and its pool, or
  std::string pool;
  std::string job;       // a training job
  std::string quantity;  // as measurements call it: "tpot"
  BandStatus status = BandStatus::NotValidated;
  // Relative errors in percent, unless it is not validated.
  double median_pct = 0;
  double p90_pct = 0;
  double bias_pct = 0;  // median with its sign; + is too slow or too much
  std::int64_t rows = 0;
  std::string basis;   // what was compared; empty: nothing
  std::string reason;  // unless validated: what is missing or differs
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Predictions beside measurements as the catalogue's table of error bands
// (models/data/error_bands).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/measured/measured_case.hpp"

namespace tokenfab {

/// One predicted value and the measured one, under the ids of the catalogue.
struct BandSample {
  Observable quantity = Observable::TimePerOutputToken;
  std::string chip;
  std::string engine;  // profile; empty where there is none (collectives)
  std::string model;
  std::string precision;
  std::string regime;
  std::int64_t concurrency = 0;  // 0: not known
  std::int64_t context = 0;      // prompt and answer, tokens; 0: not known
  double simulated = 0;
  double measured = 0;
  bool is_held_out = false;  // no fit has seen it
};

/// Where the table says that it comes from.
struct BandSource {
  std::string text;
  std::string date;  // "2026-11"
};

/// The whole table as JSON: an entry per quantity, chip, engine, precision and regime, and one per
/// quantity, engine family and vendor where it joins several chips. Samples whose measured value is
/// not above zero are left out.
std::string error_bands_json(std::span<const BandSample> samples, const BandSource& source);

}  // namespace tokenfab

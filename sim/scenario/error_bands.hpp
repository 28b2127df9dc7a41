// SPDX-License-Identifier: Apache-2.0
// The catalogue's table of error bands, and which of them a prediction comes under.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/metrics/prediction_band.hpp"
#include "sim/scenario/catalogue_identity.hpp"

namespace tokenfab {

/// The errors of one group of predictions against measurements; an entry of table error_bands, as
/// `tokenfab validate-against ... --bands` writes it.
struct ErrorBandConfig {
  std::string quantity;       // "tpot"
  std::string chip;           // of the catalogue; empty: all chips of the vendor
  std::string vendor;         // of the chip
  std::string engine;         // the profile; empty: all of the family
  std::string engine_family;  // the profile's "engine"
  std::string precision;      // of weights; empty: all
  std::string regime;         // how it was measured: "closed loop"
  std::vector<std::string> models;
  std::int64_t rows = 0;
  double median_pct = 0;  // of the size of relative errors
  double p90_pct = 0;
  double bias_pct = 0;                          // median with its sign
  std::optional<std::int64_t> concurrency_max;  // largest number of requests at once
  std::optional<std::int64_t> context_max;      // longest prompt and answer together, in tokens
  std::optional<double> hold_out_median_pct;    // of the rows that no fit has seen

  static void describe(Describe<ErrorBandConfig>& d);
};

/// By entry; throws ConfigError where an entry does not read.
using ErrorBands = std::vector<std::pair<std::string, ErrorBandConfig>>;
const ErrorBands& shipped_error_bands();

/// What is predicted, under the names that measurements have. Names are for people.
struct PredictionKind {
  std::string quantity;
  CatalogueIdentity chip;
  std::string chip_name;
  std::string vendor;
  CatalogueIdentity engine;
  std::string engine_family;
  CatalogueIdentity model;
  std::string model_name;
  std::string precision;
  std::string regime;
  std::optional<double> concurrency;  // mean of requests at once on a replica
  std::optional<double> context;      // mean of prompt and answer together, in tokens
};

/// The nearest band: of the same engine family and vendor, as alike as possible in range of load,
/// chip, engine version, format, regime and model, in this order; the one with more rows of two.
PredictionBand find_band(const ErrorBands& bands, const PredictionKind& kind);

}  // namespace tokenfab

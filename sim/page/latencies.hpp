// SPDX-License-Identifier: Apache-2.0
// Distributions of TTFT, TPOT and end-to-end latency of every service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"

namespace tokenfab {

struct QuantilePoint {
  double share = 0;  // of the requests that were at most ...
  double value_s = 0;
};

struct LatencyLine {
  std::string service;
  std::string quantity;               // "ttft", "tpot", "e2el"
  std::vector<QuantilePoint> points;  // by rising share
  std::optional<double> limit_s;      // of the service level
  bool is_of_rows = false;            // of requests.csv; else of the report's percentiles
};

/// From the rows of requests.csv that were completed and arrived after the warmup, else from what
/// the report says. Services without any latency have no line. Throws DataError.
std::vector<LatencyLine> read_latencies(const RunInput& run);

/// One panel per quantity.
Node latencies_json(const std::vector<LatencyLine>& lines);
PageTable latency_table(const std::vector<LatencyLine>& lines);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// curve.csv read back: cost against interactivity by chip, from each point of view.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"

namespace tokenfab {

struct CurveSample {
  std::string tensor_parallel_size;
  std::string concurrency;
  double interactivity = 0;  // output tokens per second as one user sees them
  std::optional<double> ttft_mean_s;
  std::optional<double> output_tokens_per_s_per_chip;
  std::optional<double> energy_per_output_token_j;
  std::optional<double> cost_input_usd;  // per million tokens, as the others
  std::optional<double> cost_output_usd;
  std::optional<double> cost_usd;
  bool is_frontier = false;
};

struct CurveOfChip {
  std::string label;
  std::vector<CurveSample> points;  // those that could be played, by rising interactivity
};

struct CurveSetView {
  std::string name;
  std::vector<CurveOfChip> lines;
};

struct CurveSet {
  std::string name;
  std::vector<CurveSetView> views;  // without lines that have no point
};

/// Throws DataError.
CurveSet read_curves(const CurveInput& input);

Node curves_json(const CurveSet& set);
/// The frontiers.
PageTable curves_table(const CurveSet& set, const CurveSetView& view);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A published training step as a job of a scenario.
#pragma once

#include <string>
#include <string_view>

#include "models/training/training_config.hpp"
#include "sim/measured/case_scenario.hpp"
#include "sim/measured/measured_case.hpp"

namespace tokenfab {

struct TrainingRow {
  std::string model;       // as published
  std::string model_json;  // as a scenario's "models" has it
  Overrides chip_sets;     // what the chip has that the catalogue's has not
  TrainingConfig config;   // without data_parallel_size; `engine` is not read
  std::int64_t chips = 0;
  double tokens_per_s = 0;
  CaseLabels labels;    // chip, model, engine, software, regime
  std::string skipped;  // why, if it is
};

/// Id of the catalogue for "H100", "DGX-GB200", "a100_80gb", ...; empty: none.
std::string training_chip(std::string_view published);

/// Job "train" of the row. Throws ConfigError where the row contradicts itself.
Scenario training_scenario(const TrainingRow& row, const Overrides& more);

/// Fills what follows from the number of chips.
MeasuredCase training_case(TrainingRow row, std::size_t line);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Published training steps as configurations to predict.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"

namespace tokenfab::validation {

struct TrainingRow {
  std::string source;   // which table
  std::string release;  // of the framework
  std::string name;     // of the model, as published
  std::string chip_id;  // of the catalogue
  std::string engine_id;
  ChipConfig chip;
  TransformerConfig model;
  TrainingConfig config;  // the engine's profile is left to the caller
  double tokens_per_s = 0;
  bool is_assumed = false;  // the layout is not published, ours stands for it

  /// Rows that differ in the number of copies only.
  std::string layout() const;
};

struct TrainingRows {
  std::vector<TrainingRow> rows;
  std::map<std::string, int> left_out;  // by reason
};

/// All tables; copies of earlier releases left out.
TrainingRows training_rows();

}  // namespace tokenfab::validation

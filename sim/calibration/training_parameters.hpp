// SPDX-License-Identifier: Apache-2.0
// The constants of training steps that are fitted: per generation of chips and precision, and per
// version of a training framework. None belongs to a model, a layout or a number of chips.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/training/training_engine.hpp"
#include "sim/calibration/least_squares.hpp"

namespace tokenfab {

/// What a step takes from the catalogue and the fit moves.
struct StepConstants {
  TrainingCalibration chip;
  TrainingEngineConfig engine;
};

/// A constant with the entries of the catalogue that share it.
struct TrainingParameter {
  /// The precision of a product's factor, or a field.
  using Place = std::variant<std::string, double TrainingCalibration::*,
                             double TrainingEngineConfig::*, Seconds TrainingEngineConfig::*>;

  Parameter range;  // in SI units; `name` is "entry/field", `start` the prior
  std::string field;
  Place place;
  std::vector<std::string> entries;  // of "chips" or of "training_engines"
  double prior = 0;                  // what it is held to where the rows do not tell it
  double prior_width = 0;            // as a logarithm where range.is_log, else in SI units
  /// Name of the parameter whose value is the prior while it is fitted too: chips take after chips.
  std::string like;

  bool is_of_chip() const { return place.index() < 2; }
  bool is_time() const { return place.index() == 3; }
  void set(StepConstants& constants, double value) const;
};

/// The entry of "chips" whose training constants a chip has: that of the same cores; "" if none is
/// fitted.
std::string training_generation(std::string_view chip);

std::vector<TrainingParameter> training_parameters();

}  // namespace tokenfab

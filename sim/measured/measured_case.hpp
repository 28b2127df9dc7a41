// SPDX-License-Identifier: Apache-2.0
// One row of a published measurement as something to be predicted: what was measured, under which
// labels it is counted, and how the simulator says the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokenfab {

/// What is compared. Times in seconds, rates per second, power in watts, energy in joules.
enum class Observable {
  TimeToFirstToken,    // mean over requests
  TimePerOutputToken,  // mean over requests
  OutputRatePerChip,   // output tokens per second and chip
  PowerPerChip,        // mean, chip only
  EnergyPerToken,      // per output token, chips only
  ItemLatency,         // of one image or video
  EnergyPerItem,       // chips only
  TrainingRate,        // tokens (or samples) per second of the whole job
  CollectiveTime       // of one call
};
inline constexpr std::size_t observable_count = 9;

/// As results and tables call it: "tpot".
std::string_view name_of(Observable quantity);
/// As a heading: "time per output token".
std::string_view title_of(Observable quantity);
/// Of its values, for axes: "s".
std::string_view unit_of(Observable quantity);

struct Measurement {
  Observable quantity;
  double value = 0;
};

/// What errors are told apart by; ids are those of the catalogue.
struct CaseLabels {
  std::string chip;
  std::string model;     // empty where there is none (collectives)
  std::string engine;    // the profile that predicts it
  std::string software;  // the version that was measured, as published
  std::string precision;
  std::string regime;               // "closed loop", "offline", "disaggregated", "leaderboard", ...
  std::string layout;               // "tp4 ep4"
  std::int64_t concurrency = 0;     // 0: not of this kind
  std::string date;                 // of the measurement, as far as known
  std::int64_t context_tokens = 0;  // longest prompt and answer; 0: not of this kind
};

/// JSON pointer into the scenario of a case, and its value: how calibration moves parameters.
using Overrides = std::vector<std::pair<std::string, std::string>>;

struct ServingScenario;
struct TrainingRow;

struct MeasuredCase {
  std::size_t line = 0;  // in the file
  CaseLabels labels;
  std::vector<Measurement> measured;
  std::string skipped;  // why it is not run; empty: it is
  /// What the simulator says, of the quantities measured. Runs at most once per process (one engine
  /// per process); throws where the case does not fit.
  std::function<std::vector<Measurement>(const Overrides& more)> predict;
  /// The scenario that predict() plays, of a single service of text; null otherwise.
  std::shared_ptr<const ServingScenario> served;
  /// The step of training that predict() prices; null otherwise.
  std::shared_ptr<const TrainingRow> trained;
};

}  // namespace tokenfab

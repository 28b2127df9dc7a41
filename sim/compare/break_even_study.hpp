// SPDX-License-Identifier: Apache-2.0
// Two scenarios played along an axis until it is known where they break even.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "sim/compare/break_even.hpp"
#include "sim/compare/break_even_axis.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

struct BreakEvenSubject {
  std::string name;
  ScenarioRequest request;
  Node resolved;  // what the axis is looked up in
};

/// Of one run, beside the metric that breaks even.
struct RunFacts {
  std::string reason;             // why there are no numbers; empty: there are
  std::string broken_assertions;  // of the scenario; empty: all hold
  std::optional<double> chip_utilization;
  std::optional<double> output_tokens_per_s;
  std::optional<double> ttft_mean_s;
};

struct BreakEvenStudy {
  BreakEvenAxis axis;
  std::string metric;
  std::array<std::string, 2> names;
  BreakEven found;
  std::map<double, std::array<RunFacts, 2>> facts;  // by place
  std::array<Settings, 2> settings_of_load;         // at 1 x load
  std::size_t runs = 0;
};

/// `processes` at a time; `watch`, if given, hears how many runs are done. Throws ConfigError with
/// all that is wrong with pointers, values or the metric, and DataError.
BreakEvenStudy study_break_even(const BreakEvenAxis& axis, const std::string& metric,
                                const std::array<BreakEvenSubject, 2>& subjects,
                                std::size_t processes,
                                const std::function<void(std::size_t)>& watch = {});

}  // namespace tokenfab

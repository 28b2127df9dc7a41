// SPDX-License-Identifier: Apache-2.0
// What a break-even is searched over: a field of the scenarios, or the load that they are under.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/compare/break_even.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// JSON pointer and value, for ScenarioRequest::overrides.
using Settings = std::vector<std::pair<std::string, std::string>>;

struct BreakEvenAxis {
  std::string pattern;  // of pointers (pointer_pattern.hpp); empty: the load
  std::string unit;     // as the user wrote it; empty: none
  std::optional<std::size_t> subject = std::nullopt;  // the only one it is set in: 0 is A, 1 is B
  BreakEvenRange range;

  bool is_load() const { return pattern.empty(); }
  bool is_set_in(std::size_t of) const { return !subject || *subject == of; }
  std::string title() const;
  /// "0.473 CNY/kWh", "0.42 x load".
  std::string text_of(double x) const;
};

/// "POINTER = 0.2 CNY/kWh .. 1.2 CNY/kWh", "load = 0.1 .. 4", or "utilization", which is the load
/// over its own range; "B: POINTER = ..." sets it in the second scenario only. Appends to
/// `problems` what is wrong.
BreakEvenAxis break_even_axis(std::string_view text, std::vector<std::string>& problems);

/// What is set in a scenario whose resolved document this is. Of the load: every rate, number of
/// users and speedup of its workloads, times x. Empty: the scenario has nothing of the kind.
Settings settings_at(const BreakEvenAxis& axis, const Node& resolved, double x);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a gate lets pass: rules and waivers by patterns of checks' names (check.hpp), as a file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/report/frontier.hpp"

namespace tokenfab {

/// Which changes harm.
enum class Direction { Inherit, LowerIsBetter, HigherIsBetter, Both };
/// What a harmful change beyond the tolerance is.
enum class Severity { Inherit, Error, Warning, Ignore };

/// What is not set comes from the next less exact pattern, in the end from ours.
struct GateRule {
  Direction direction = Direction::Inherit;
  Severity severity = Severity::Inherit;
  std::optional<double> relative;
  std::optional<double> absolute;
  std::optional<bool> required;
  std::optional<bool> fail_on_improvement;
  static void describe(Describe<GateRule>& d);
};

struct GateWaiver {
  std::string reason;
  std::string expires;          // 2027-01-31: the last day on which it counts
  std::optional<double> limit;  // of the relative change
  static void describe(Describe<GateWaiver>& d);
};

struct GatePolicy {
  std::int64_t policy_version = 1;
  std::map<std::string, GateRule> rules;      // by pattern
  std::map<std::string, GateWaiver> waivers;  // by pattern
  double tie = break_even_tolerance;
  std::vector<std::string> record;
  std::vector<std::string> benchmark;
  static void describe(Describe<GatePolicy>& d);
};

/// `file` names the text in messages. Throws ConfigError with everything that is wrong.
GatePolicy read_policy(std::string_view text, const std::string& file);

/// Whether it is a day of the calendar, written 2027-01-31; days in this form are in the order of
/// their characters.
bool is_day(const std::string& text);

/// Whether any of the patterns matches; an empty list matches everything.
bool is_listed(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace tokenfab

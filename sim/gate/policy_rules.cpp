// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/policy_rules.hpp"

#include <algorithm>
#include <cstddef>

#include "sim/metrics/better.hpp"
#include "sim/sweep/glob.hpp"

namespace tokenfab {
namespace {

constexpr double default_relative = 1e-6;
// Where two lines cross at a small angle, a change of their costs moves the crossing by many times
// as much.
constexpr double default_break_even_relative = 0.01;

/// Characters that stand for themselves: the more, the more exact the pattern is.
std::ptrdiff_t exactness(const std::string& pattern) {
  return static_cast<std::ptrdiff_t>(pattern.size()) -
         std::count(pattern.begin(), pattern.end(), '*');
}

}  // namespace

bool CheckRule::harms(double baseline, double now) const {
  switch (direction) {
    case Direction::LowerIsBetter:
      return now > baseline;
    case Direction::HigherIsBetter:
      return now < baseline;
    default:
      return now != baseline;
  }
}

Direction harmful_direction(std::string_view metric) {
  switch (better_of(metric)) {
    case Better::Lower:
      return Direction::LowerIsBetter;
    case Better::Higher:
      return Direction::HigherIsBetter;
    case Better::Neither:
      return Direction::Both;
  }
  return Direction::Both;
}

CheckRule default_rule(const CheckName& name) {
  CheckRule rule;
  rule.direction = harmful_direction(name.item);
  rule.tolerance.relative = default_relative;
  if (name.item.starts_with("break_even/")) {
    rule.tolerance.relative = default_break_even_relative;
  }
  if (name.item == "front") {
    rule.severity = Severity::Warning;
  }
  return rule;
}

bool pattern_covers(const std::string& pattern, const CheckName& name) {
  const bool is_whole = pattern.find(':') != std::string::npos;
  return matches_glob(pattern, is_whole ? name.text() : name.item);
}

PolicyRules::PolicyRules(const GatePolicy& policy)
    : tie_(policy.tie), rules_(policy.rules.begin(), policy.rules.end()) {
  std::stable_sort(rules_.begin(), rules_.end(), [](const auto& a, const auto& b) {
    return exactness(a.first) > exactness(b.first);
  });
}

CheckRule PolicyRules::rule_for(const CheckName& name) const {
  auto rule = default_rule(name);
  for (auto each = rules_.rbegin(); each != rules_.rend(); ++each) {
    const auto& [pattern, own] = *each;
    if (!pattern_covers(pattern, name)) {
      continue;
    }
    if (own.direction != Direction::Inherit) {
      rule.direction = own.direction;
    }
    if (own.severity != Severity::Inherit) {
      rule.severity = own.severity;
    }
    rule.tolerance.relative = own.relative.value_or(rule.tolerance.relative);
    rule.tolerance.absolute = own.absolute.value_or(rule.tolerance.absolute);
    rule.required = own.required.value_or(rule.required);
    rule.fail_on_improvement = own.fail_on_improvement.value_or(rule.fail_on_improvement);
  }
  return rule;
}

bool PolicyRules::sets_direction(const CheckName& name) const {
  return std::any_of(rules_.begin(), rules_.end(), [&name](const auto& each) {
    return each.second.direction != Direction::Inherit && pattern_covers(each.first, name);
  });
}

}  // namespace tokenfab

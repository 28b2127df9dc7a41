// SPDX-License-Identifier: Apache-2.0
// The rule that holds for a check: the policy's patterns over ours.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/gate/check.hpp"
#include "sim/gate/policy.hpp"
#include "sim/gate/tolerance.hpp"

namespace tokenfab {

/// A rule with nothing left open.
struct CheckRule {
  Direction direction = Direction::Both;
  Severity severity = Severity::Error;
  Tolerance tolerance;
  bool required = true;
  bool fail_on_improvement = false;

  /// Whether a change to `now` harms, whatever its size.
  bool harms(double baseline, double now) const;
};

/// Without a policy. Identical programs write identical numbers, so hardly anything is tolerated:
/// one part in a million passes what only reorders floating-point sums.
CheckRule default_rule(const CheckName& name);

/// Which changes of a metric or a ledger's line harm, by its name (better_of).
Direction harmful_direction(std::string_view metric);

/// A * stands for any characters. A pattern with a colon is for the whole name, one without for
/// what follows its first colon.
bool pattern_covers(const std::string& pattern, const CheckName& name);

class PolicyRules {
 public:
  explicit PolicyRules(const GatePolicy& policy);

  CheckRule rule_for(const CheckName& name) const;
  double tie() const { return tie_; }
  /// Whether the policy itself says which changes harm.
  bool sets_direction(const CheckName& name) const;

 private:
  double tie_ = 0;
  std::vector<std::pair<std::string, GateRule>> rules_;  // the most exact pattern first
};

}  // namespace tokenfab

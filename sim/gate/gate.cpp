// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/gate/compare_curves.hpp"
#include "sim/gate/compare_numbers.hpp"

namespace tokenfab {
namespace {

/// A result or a family of the baseline that was not given.
void add_absent(const std::string& name, GateOutcome& outcome) {
  GateCheck check;
  check.name = {name, "result"};
  judge_missing(CheckRule(), "is in the baseline, but no such result was given", check);
  outcome.checks.push_back(std::move(check));
}

/// What is compared, for people.
struct Names {
  const char* one;
  const char* many;
};

template <class Items, class Compare>
void compare_each(const Items& baseline, const Items& now, bool allows_absent, const Names& names,
                  GateOutcome& outcome, Compare compare) {
  std::size_t absent = 0;
  for (const auto& [name, before] : baseline) {
    if (const auto found = now.find(name); found != now.end()) {
      compare(name, before, found->second);
    } else if (allows_absent) {
      ++absent;
    } else {
      add_absent(name, outcome);
    }
  }
  if (absent > 0) {
    outcome.notes.push_back(fmt::format("of the baseline {} {} not given", absent,
                                        absent == 1 ? names.one : names.many));
  }
  for (const auto& [name, after] : now) {
    if (baseline.count(name) == 0) {
      outcome.notes.push_back(fmt::format("{}: not in the baseline; --update adds it", name));
    }
  }
}

bool is_within(const GateWaiver& waiver, const GateCheck& check) {
  return !waiver.limit || (check.relative && std::abs(*check.relative) <= *waiver.limit);
}

/// A rule that is for no check may be a slip of the pen; a required one must be for some.
void add_idle_rules(const GatePolicy& policy, GateOutcome& outcome) {
  for (const auto& [pattern, rule] : policy.rules) {
    const bool covers_any =
        std::any_of(outcome.checks.begin(), outcome.checks.end(),
                    [&p = pattern](const GateCheck& each) { return pattern_covers(p, each.name); });
    if (covers_any || rule.severity == Severity::Ignore) {
      continue;
    }
    if (!rule.required.value_or(false)) {
      outcome.notes.push_back(fmt::format("the rule \"{}\" is for no check", pattern));
      continue;
    }
    GateCheck check;
    check.name = {"policy", pattern};
    check.verdict = Verdict::Failed;
    check.message = "is required by the policy, but the baseline has nothing of this name";
    outcome.checks.push_back(std::move(check));
  }
}

}  // namespace

void apply_waivers(const GatePolicy& policy, const std::string& today, GateOutcome& outcome) {
  for (const auto& [pattern, waiver] : policy.waivers) {
    bool is_needed = false;
    const bool is_over = waiver.expires < today;
    for (auto& check : outcome.checks) {
      if (check.verdict != Verdict::Failed || !pattern_covers(pattern, check.name)) {
        continue;
      }
      is_needed = true;
      if (is_over) {
        check.waiver = fmt::format("the waiver \"{}\" ({}) expired on {}", pattern, waiver.reason,
                                   waiver.expires);
      } else if (!is_within(waiver, check)) {
        check.waiver = fmt::format("the waiver \"{}\" ({}) covers no more than {}", pattern,
                                   waiver.reason, change_text(*waiver.limit));
      } else {
        check.verdict = Verdict::Waived;
        check.waiver = fmt::format("waived until {}: {}", waiver.expires, waiver.reason);
      }
    }
    if (!is_needed) {
      outcome.notes.push_back(fmt::format(
          "the waiver \"{}\" ({}) {}", pattern, waiver.reason,
          is_over ? "expired on " + waiver.expires + " and is no longer needed: remove it"
                  : "covers no failure"));
    }
  }
}

GateOutcome pass_gate(const GateQuestion& question) {
  const PolicyRules rules(question.policy);
  GateOutcome outcome;
  compare_each(question.baseline.results, question.now.results, question.allows_absent,
               {"result was", "results were"}, outcome,
               [&](const auto& name, const auto& before, const auto& after) {
                 compare_numbers(name, before, after, rules, question.policy.record, outcome);
               });
  compare_each(question.baseline.curves, question.now.curves, question.allows_absent,
               {"family of curves was", "families of curves were"}, outcome,
               [&](const auto& name, const auto& before, const auto& after) {
                 compare_curves(name, before, after, rules, outcome);
               });
  add_idle_rules(question.policy, outcome);
  apply_waivers(question.policy, question.today, outcome);
  return outcome;
}

}  // namespace tokenfab

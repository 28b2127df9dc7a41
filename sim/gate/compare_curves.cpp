// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/compare_curves.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "sim/gate/compare_numbers.hpp"
#include "sim/gate/crossings.hpp"
#include "sim/gate/curve_gap.hpp"
#include "sim/gate/front_changes.hpp"

namespace tokenfab {
namespace {

// More pairs than anybody reads; a sweep may have thousands of lines.
constexpr std::size_t crossing_lines_most = 64;

/// "2.5 % of its range at the high end".
std::string lost_text(const AlignedCurves::Reach& lost) {
  std::vector<std::string> parts;
  if (lost.low > 0) {
    parts.push_back(fmt::format("{:.3g} % of its range at the low end", 100 * lost.low));
  }
  if (lost.high > 0) {
    parts.push_back(fmt::format("{:.3g} % of its range at the high end", 100 * lost.high));
  }
  return fmt::format("{}", fmt::join(parts, " and "));
}

class CurveChecks {
 public:
  CurveChecks(const std::string& name, const CurveFamily& baseline, const CurveFamily& now,
              const PolicyRules& rules, GateOutcome& outcome)
      : name_(name), baseline_(baseline), now_(now), rules_(rules), outcome_(outcome) {}

  void lines() {
    for (const auto& [label, points] : baseline_.lines) {
      const auto found = now_.lines.find(label);
      if (found == now_.lines.end()) {
        missing_line(label);
      } else {
        line(label, points, found->second);
      }
    }
    for (const auto& [label, points] : now_.lines) {
      if (baseline_.lines.count(label) == 0) {
        outcome_.notes.push_back(
            fmt::format("{}: the line {} is not in the baseline", name_, label));
      }
    }
  }

  void pairs() {
    if (baseline_.lines.size() > crossing_lines_most) {
      outcome_.notes.push_back(fmt::format("{}: {} lines, so break-even points are not looked at",
                                           name_, baseline_.lines.size()));
      return;
    }
    for (auto first = baseline_.lines.begin(); first != baseline_.lines.end(); ++first) {
      for (auto second = std::next(first); second != baseline_.lines.end(); ++second) {
        const auto first_now = now_.lines.find(first->first);
        const auto second_now = now_.lines.find(second->first);
        if (first_now == now_.lines.end() || second_now == now_.lines.end()) {
          continue;  // told as a missing line
        }
        const auto shifts =
            shifts_of(crossings_of(first->second, second->second, rules_.tie()),
                      crossings_of(first_now->second, second_now->second, rules_.tie()));
        pair(first->first, second->first, shifts);
      }
    }
  }

  void front() {
    if (!has_tags(baseline_) || !has_tags(now_)) {
      return;
    }
    auto check = begin("front", CheckKind::Front);
    const auto rule = rule_of(check.name);
    if (rule.severity == Severity::Ignore) {
      return;
    }
    const bool higher_is_better = rule.direction == Direction::HigherIsBetter;
    const auto changes = front_changes(baseline_, now_, higher_is_better);
    if (!changes.joined.empty() || !changes.left.empty()) {
      const auto members = [](const std::vector<std::string>& names) {
        return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, "; "));
      };
      check.message = fmt::format("joined the Pareto front: {}. Left it: {}",
                                  members(changes.joined), members(changes.left));
      check.verdict = rule.severity == Severity::Warning ? Verdict::Warned : Verdict::Failed;
    }
    outcome_.checks.push_back(std::move(check));
  }

 private:
  GateCheck begin(const std::string& item, CheckKind kind) const {
    GateCheck check;
    check.name = {name_, item};
    check.kind = kind;
    return check;
  }

  /// The direction of a curve is that of its y, unless the policy has one.
  CheckRule rule_of(const CheckName& name) const {
    auto rule = rules_.rule_for(name);
    if (!rules_.sets_direction(name)) {
      rule.direction = harmful_direction(baseline_.y);
    }
    return rule;
  }

  static bool has_tags(const CurveFamily& family) {
    return std::any_of(family.lines.begin(), family.lines.end(), [](const auto& line) {
      return std::any_of(line.second.begin(), line.second.end(),
                         [](const TaggedPoint& point) { return !point.tag.empty(); });
    });
  }

  void missing_line(const std::string& label) {
    auto check = begin("gap/" + label, CheckKind::Gap);
    const auto rule = rule_of(check.name);
    if (rule.severity != Severity::Ignore) {
      judge_missing(rule, "the line is in the baseline, not in the result", check);
      outcome_.checks.push_back(std::move(check));
    }
  }

  void line(const std::string& label, const CurveLinePoints& before, const CurveLinePoints& after) {
    auto check = begin("gap/" + label, CheckKind::Gap);
    const auto rule = rule_of(check.name);
    const auto gap = gap_between(before, after, rule.tolerance);
    if (rule.severity != Severity::Ignore) {
      judge_gap(rule, gap, check);
      outcome_.checks.push_back(std::move(check));
    }
    reach(label, gap);
  }

  static bool is_beyond(const CheckRule& rule, const GapAt& gap) {
    return rule.tolerance.is_exceeded(gap.baseline, gap.now);
  }

  void judge_gap(const CheckRule& rule, const CurveGap& gap, GateCheck& check) const {
    if (!gap.has_common_range) {
      judge_missing(rule, fmt::format("shares no {} with the baseline", baseline_.x), check);
      return;
    }
    // What harms counts where it is the worst; else whatever lies the farthest off.
    const auto& tolerance = rule.tolerance;
    const double rise = tolerance.rank(gap.rise.baseline, gap.rise.now);
    const double fall = tolerance.rank(gap.fall.baseline, gap.fall.now);
    const bool rise_fails =
        rule.direction != Direction::HigherIsBetter && is_beyond(rule, gap.rise);
    const bool fall_fails = rule.direction != Direction::LowerIsBetter && is_beyond(rule, gap.fall);
    const bool tells_rise = rise_fails == fall_fails ? rise >= -fall : rise_fails;
    const auto& told = tells_rise ? gap.rise : gap.fall;
    judge_number(rule, told.baseline, told.now, check);
    if (told.baseline != told.now) {
      check.message = fmt::format("largest gap at {} = {}: {}; mean {} over {} to {}{}",
                                  baseline_.x, figure_text(told.x), check.message,
                                  change_text(gap.mean_relative), figure_text(gap.low),
                                  figure_text(gap.high), gap.is_log ? " (logarithmic axis)" : "");
    }
  }

  void reach(const std::string& label, const CurveGap& gap) {
    auto check = begin("reach/" + label, CheckKind::Reach);
    const auto rule = rules_.rule_for(check.name);
    if (rule.severity == Severity::Ignore) {
      return;
    }
    const auto& lost = gap.lost_reach;
    const auto& gained = gap.new_reach;
    check.relative = -(lost.low + lost.high);
    if (lost.low + lost.high > 0) {
      check.message = "no longer reaches " + lost_text(lost);
    }
    if (lost.low + lost.high > rule.tolerance.relative) {
      check.verdict = rule.severity == Severity::Warning ? Verdict::Warned : Verdict::Failed;
    } else if (gained.low + gained.high > rule.tolerance.relative) {
      check.verdict = rule.fail_on_improvement ? Verdict::Failed : Verdict::Improved;
      check.message = fmt::format("reaches farther than the baseline, by {}", lost_text(gained));
    }
    outcome_.checks.push_back(std::move(check));
  }

  void pair(const std::string& first, const std::string& second,
            const std::vector<CrossingShift>& shifts) {
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      const auto number = shifts.size() == 1 ? std::string() : fmt::format("#{}", i + 1);
      auto check =
          begin(fmt::format("break_even/{}|{}{}", first, second, number), CheckKind::BreakEven);
      auto rule = rules_.rule_for(check.name);
      if (rule.severity == Severity::Ignore) {
        continue;
      }
      judge_shift(rule, shifts[i], check);
      const auto& known = shifts[i].baseline ? *shifts[i].baseline : *shifts[i].now;
      check.message +=
          fmt::format("{}beyond it {} is the lower one", check.message.empty() ? "" : "; ",
                      known.first_is_lower_after ? first : second);
      outcome_.checks.push_back(std::move(check));
    }
  }

  /// No direction: another break-even is another conclusion, whoever gains by it.
  void judge_shift(CheckRule rule, const CrossingShift& shift, GateCheck& check) const {
    rule.direction = Direction::Both;
    if (shift.baseline && shift.now) {
      judge_number(rule, shift.baseline->x, shift.now->x, check);
      return;
    }
    const auto& there = shift.baseline ? shift.baseline : shift.now;
    (shift.baseline ? check.baseline : check.now) = there->x;
    check.message = fmt::format("the break-even at {} = {} {}", baseline_.x, figure_text(there->x),
                                shift.baseline ? "has vanished" : "is new");
    check.verdict = rule.severity == Severity::Warning ? Verdict::Warned : Verdict::Failed;
  }

  const std::string& name_;
  const CurveFamily& baseline_;
  const CurveFamily& now_;
  const PolicyRules& rules_;
  GateOutcome& outcome_;
};

}  // namespace

void compare_curves(const std::string& name, const CurveFamily& baseline, const CurveFamily& now,
                    const PolicyRules& rules, GateOutcome& outcome) {
  if (baseline.x != now.x || baseline.y != now.y) {
    GateCheck check;
    check.name = {name, "axes"};
    check.kind = CheckKind::Gap;
    judge_missing(CheckRule(),
                  fmt::format("the baseline is {} over {}, the result {} over {}", baseline.y,
                              baseline.x, now.y, now.x),
                  check);
    outcome.checks.push_back(std::move(check));
    return;
  }
  CurveChecks checks(name, baseline, now, rules, outcome);
  checks.lines();
  checks.pairs();
  checks.front();
}

}  // namespace tokenfab

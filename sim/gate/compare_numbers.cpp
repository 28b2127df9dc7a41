// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/compare_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tokenfab {
namespace {

constexpr std::string_view cost_prefix = "cost/";
constexpr const char* total_name = "cost_total_usd";

bool is_cost(std::string_view name) { return name.starts_with(cost_prefix); }

/// "cost/energy" of "cost/energy/electricity/site"; the name itself of a layer's sum.
std::string layer_of(const std::string& name) {
  return name.substr(0, name.find('/', cost_prefix.size()));
}

bool is_line(const std::string& name) { return is_cost(name) && layer_of(name) != name; }

/// Whether the ledger's lines are all there: they make up the total.
bool is_whole_ledger(const NamedNumbers& numbers) {
  const auto total = numbers.find(total_name);
  if (total == numbers.end()) {
    return false;
  }
  double sum = 0;
  for (const auto& [name, value] : numbers) {
    sum += is_line(name) ? value : 0;
  }
  constexpr double rounding = 1e-9;
  return std::abs(sum - total->second) <= rounding * std::abs(total->second);
}

std::string tolerance_text(const Tolerance& tolerance) {
  auto text = fmt::format("{:.3g} %", 100 * tolerance.relative);
  if (tolerance.absolute > 0) {
    text += fmt::format(" or {}", figure_text(tolerance.absolute));
  }
  return text;
}

void add_new_names(const std::string& result, const NamedNumbers& baseline, const NamedNumbers& now,
                   const std::vector<std::string>& record, GateOutcome& outcome) {
  std::size_t count = 0;
  std::string first;
  for (const auto& [name, value] : now) {
    if (baseline.count(name) == 0 && is_listed(record, name)) {
      first = count++ == 0 ? name : first;
    }
  }
  if (count > 0) {
    outcome.notes.push_back(fmt::format(
        "{}: {} number{} of the result {} not in the baseline ({}{})", result, count,
        count == 1 ? "" : "s", count == 1 ? "is" : "are", first, count == 1 ? "" : ", ..."));
  }
}

void add_costs(const std::string& result, const NamedNumbers& baseline, const NamedNumbers& now,
               GateOutcome& outcome) {
  const auto value_of = [](const NamedNumbers& numbers, const std::string& name) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? 0.0 : found->second;
  };
  auto names = baseline;
  names.insert(now.begin(), now.end());
  const bool is_whole = is_whole_ledger(baseline);
  for (const auto& [name, value] : names) {
    const bool is_told = is_cost(name) && (is_whole || baseline.count(name) != 0);
    if (is_told) {
      outcome.costs.push_back(
          {result, name.substr(cost_prefix.size()), value_of(baseline, name), value_of(now, name)});
    }
  }
}

}  // namespace

void judge_number(const CheckRule& rule, double baseline, double now, GateCheck& check) {
  check.baseline = baseline;
  check.now = now;
  check.relative = relative_change(baseline, now);
  if (baseline != now) {
    check.message = change_text(baseline, now);
  }
  if (!rule.tolerance.is_exceeded(baseline, now)) {
    check.verdict = Verdict::Passed;
    return;
  }
  const bool harms = rule.harms(baseline, now);
  check.message += harms ? fmt::format(", tolerated: {}", tolerance_text(rule.tolerance))
                         : std::string(", for the better");
  if (!harms && !rule.fail_on_improvement) {
    check.verdict = Verdict::Improved;
    return;
  }
  if (!harms) {
    check.message += ": the policy wants the baseline renewed (--update)";
  }
  check.verdict = rule.severity == Severity::Warning ? Verdict::Warned : Verdict::Failed;
}

void judge_missing(const CheckRule& rule, std::string message, GateCheck& check) {
  check.message = std::move(message);
  check.verdict =
      rule.required && rule.severity == Severity::Error ? Verdict::Failed : Verdict::Warned;
}

void add_layer_totals(NamedNumbers& baseline, NamedNumbers& now) {
  const bool is_whole = is_whole_ledger(baseline);
  NamedNumbers totals_before;
  NamedNumbers totals_now;
  for (const auto& [name, value] : baseline) {
    if (is_line(name)) {
      totals_before[layer_of(name)] += value;
      totals_now[layer_of(name)] += 0;
    }
  }
  for (const auto& [name, value] : now) {
    const bool has_sum = baseline.count(layer_of(name)) != 0;  // the sum was written, of all lines
    if (is_line(name) && (is_whole || has_sum || baseline.count(name) != 0)) {
      totals_now[layer_of(name)] += value;
      totals_before[layer_of(name)] += 0;
    }
  }
  baseline.insert(totals_before.begin(), totals_before.end());
  now.insert(totals_now.begin(), totals_now.end());
}

void compare_numbers(const std::string& result, NamedNumbers baseline, NamedNumbers now,
                     const PolicyRules& rules, const std::vector<std::string>& record,
                     GateOutcome& outcome) {
  add_layer_totals(baseline, now);
  for (const auto& [name, before] : baseline) {
    GateCheck check;
    check.name = {result, name};
    check.kind = is_cost(name) ? CheckKind::Cost : CheckKind::Metric;
    const auto rule = rules.rule_for(check.name);
    if (rule.severity == Severity::Ignore) {
      continue;
    }
    if (const auto found = now.find(name); found != now.end()) {
      judge_number(rule, before, found->second, check);
    } else {
      check.baseline = before;
      judge_missing(rule, "is in the baseline, not in the result", check);
    }
    outcome.checks.push_back(std::move(check));
  }
  add_costs(result, baseline, now, outcome);
  add_new_names(result, baseline, now, record, outcome);
}

}  // namespace tokenfab

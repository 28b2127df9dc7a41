// SPDX-License-Identifier: Apache-2.0
// What a gate looked at and what it says.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tokenfab {

/// "azure-day:ttft_p99_s", "azure-day:cost/energy/electricity/site"; of curves "chips:gap/h200",
/// "chips:reach/h200", "chips:break_even/b200|h200", "chips:front".
struct CheckName {
  std::string subject;  // the result or the family of curves
  std::string item;

  std::string text() const { return subject + ":" + item; }
};

enum class CheckKind { Metric, Cost, Gap, Reach, BreakEven, Front };

enum class Verdict {
  Passed,
  Improved,  // a change for the better beyond the tolerance
  Warned,    // harm that the policy only tells
  Waived,    // harm that a waiver accepts for a time
  Failed
};

struct GateCheck {
  CheckName name;
  CheckKind kind = CheckKind::Metric;
  Verdict verdict = Verdict::Passed;
  std::optional<double> baseline;
  std::optional<double> now;
  std::optional<double> relative;  // the change; may be infinite
  std::string message;             // one sentence; empty if nothing changed
  std::string waiver;              // why and until when, if waived; else what the waiver lacks
};

struct CostChange {
  std::string result;
  std::string item;  // "energy" of a layer, "energy/electricity/site" of a line; empty: all
  double baseline = 0;
  double now = 0;
};

struct GateOutcome {
  std::vector<GateCheck> checks;   // results by name, then curves by name
  std::vector<CostChange> costs;   // of results whose costs are in the baseline
  std::vector<std::string> notes;  // what is new, what a waiver no longer covers

  std::size_t count(Verdict verdict) const;
  bool passed() const { return count(Verdict::Failed) == 0; }
};

/// "passed", "improved", "warned", "waived", "failed".
const char* word_of(Verdict verdict);

/// Figures of messages: six digits; "+1.25 %".
std::string figure_text(double value);
std::string change_text(double relative);
/// "0.4 -> 0.42 (+5 %)".
std::string change_text(double baseline, double now);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/gate/tolerance.hpp"

namespace tokenfab {

std::size_t GateOutcome::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(checks.begin(), checks.end(),
                    [verdict](const GateCheck& each) { return each.verdict == verdict; }));
}

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Passed:
      return "passed";
    case Verdict::Improved:
      return "improved";
    case Verdict::Warned:
      return "warned";
    case Verdict::Waived:
      return "waived";
    case Verdict::Failed:
      return "failed";
  }
  return "";
}

std::string figure_text(double value) { return fmt::format("{:.6g}", value); }

std::string change_text(double relative) {
  return std::isfinite(relative) ? fmt::format("{:+.3g} %", 100 * relative) : std::string("from 0");
}

std::string change_text(double baseline, double now) {
  auto before = figure_text(baseline);
  auto after = figure_text(now);
  if (before == after && baseline != now) {  // six digits do not tell them apart
    before = fmt::format("{}", baseline);
    after = fmt::format("{}", now);
  }
  return fmt::format("{} -> {} ({})", before, after, change_text(relative_change(baseline, now)));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Any bytes as a baseline, a policy and a curve.csv. What is read as a baseline is written and
// reads back the same; against itself it passes the gate, against anything else it is told about in
// every form.
#include <string>
#include <string_view>

#include "sim/config/document.hpp"
#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/gate/baseline.hpp"
#include "sim/gate/gate.hpp"
#include "sim/gate/outcome_texts.hpp"
#include "sim/gate/read_results.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {
namespace {

/// The same names with other numbers.
GatedResults changed(GatedResults results) {
  for (auto& [name, numbers] : results.results) {
    for (auto& [metric, value] : numbers) {
      value = 0.9 * value + 0.1;
    }
  }
  for (auto& [name, family] : results.curves) {
    for (auto& [label, line] : family.lines) {
      for (auto& point : line) {
        point.y = 0.9 * point.y + 0.1;
      }
    }
  }
  return results;
}

void check_texts(const GateOutcome& outcome) {
  outcome_text(outcome);
  outcome_markdown(outcome);
  outcome_annotations(outcome, "baseline.json");
  parse_document(outcome_json(outcome), "gate.json");
  parse_document(outcome_benchmark(outcome, {}), "benchmark.json");
  const auto junit = outcome_junit(outcome);
  std::size_t cases = 0;
  for (auto at = junit.find("<testcase "); at != std::string::npos;
       at = junit.find("<testcase ", at + 1)) {
    ++cases;
  }
  CHECK(cases == outcome.checks.size(), "{} cases of {} checks", cases, outcome.checks.size());
}

void check_gate(const GatedResults& baseline, const GatedResults& now, const GatePolicy& policy) {
  check_texts(pass_gate({baseline, now, policy, "2026-11-22", false}));
}

GatedResults sample() {
  GatedResults results;
  results.results["main"] = {{"cost_total_usd", 3}, {"cost/energy/grid/site", 1}, {"mfu", 0.4}};
  results.curves["chips"] = {
      "x", "cost", {{"a", {{1, 1, "t"}, {9, 5, ""}}}, {"b", {{1, 2, "u"}, {30, 4, ""}}}}};
  return results;
}

void run_as_baseline(std::string_view bytes) {
  const auto baseline = read_baseline(bytes, "fuzz.json");
  const auto text = baseline_text(baseline);
  const auto again = read_baseline(text, "again.json");
  CHECK(again.results == baseline.results && again.curves == baseline.curves, "{}", text);
  const auto outcome = pass_gate({baseline, baseline, {}, "2026-11-22", false});
  CHECK(outcome.passed(), "{}", outcome_text(outcome));
  check_gate(baseline, changed(baseline), {});
  check_gate(baseline, sample(), {});
}

template <class Run>
void answered(Run run) {
  try {
    run();
  } catch (const InputError&) {
    // the expected answer to nearly every input
  }
}

}  // namespace

void run_gate_baseline(std::string_view bytes) {
  answered([bytes] { run_as_baseline(bytes); });
  answered([bytes] {
    const auto policy = read_policy(bytes, "fuzz.json");
    check_gate(sample(), changed(sample()), policy);
  });
  answered([bytes] {
    GatedResults results;
    results.curves = curves_of_csv(bytes, "fuzz.csv");
    check_gate(results, changed(results), {});
  });
}

}  // namespace tokenfab::fuzz

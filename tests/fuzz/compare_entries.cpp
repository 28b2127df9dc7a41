// SPDX-License-Identifier: Apache-2.0
// Any bytes as report.json, for all that read one, and as the range of a break-even.
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "sim/compare/break_even_axis.hpp"
#include "sim/compare/comparison_json.hpp"
#include "sim/compare/comparison_text.hpp"
#include "sim/config/document.hpp"
#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/page/page_parts.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {
namespace {

constexpr std::string_view sample_report = R"({"schema_version": 1,
  "stamp": {"version": "0", "commit": "c", "scenario_sha256": "s", "seed": 1, "inputs": {}},
  "metrics": {"cost_total_usd": 3, "ttft_p99_s": 1},
  "cost_ledger": [{"layer": "energy", "item": "grid", "site": "site", "amount_usd": 3}],
  "replications": {"count": 2, "seeds": [1, 2], "metrics": {
    "cost_total_usd": {"mean": 3, "half_width_95": 1, "values": [2, 4]}}}})";

void check_comparison(const Subject& subject) {
  const auto sample = subject_of("sample", sample_report, "sample.json");
  for (const auto& other : {subject, sample}) {
    const auto results = compared({subject, other}, 0);
    parse_document(comparison_json(results), "comparison.json");
    for (const auto format : {TableFormat::Text, TableFormat::Csv, TableFormat::Markdown}) {
      comparison_text(results, format, true);
    }
  }
  CHECK(compared({subject, subject}, 0).difference_count() == 0, "differs from itself");
}

void check_page(std::string_view bytes) {
  PageInputs inputs;
  inputs.runs.resize(2);
  for (auto& run : inputs.runs) {
    run.name = "fuzz";
    run.folder = "no/such/folder";
    run.report = parse_document(bytes, "report.json");
  }
  const auto& run = inputs.runs.front();
  const RunDates dates(run);
  PageParts page;
  add_headline(page, run);
  add_comparison(page, inputs);
  add_flows(page, run);
  add_curves_and_points(page, inputs);
  add_latencies(page, run);
  add_chip_time(page, run);
  add_series(page, run, dates);
  add_events(page, run, dates);
  add_trust(page, run);
  add_all_metrics(page, run);
  const auto data = to_json(page.take_data(), 0);
  CHECK(to_json(parse_document(data, "data"), 0) == data, "{}", data);
}

const Node& sample_scenario() {
  static const auto document = parse_document(R"({"sites": {"a": {"cooling": {"pue": 1.2}},
    "b": {"cooling": {"pue": 1.3}}}, "workloads": {
    "chat": {"request_rate": "2 /s", "num_prompts": 10},
    "agents": {"concurrency": 8, "num_prompts": 10, "speedup": 2}}})",
                                              "scenario.json");
  return document;
}

void check_axis(const BreakEvenAxis& axis) {
  const auto& range = axis.range;
  CHECK(std::isfinite(range.high - range.low) && range.low < range.high, "from {} to {}", range.low,
        range.high);
  CHECK(!axis.is_load() || range.low > 0, "a load of {}", range.low);
  const std::string told = axis.title() + axis.text_of(range.low);
  CHECK(!told.empty(), "an axis without a title");
  for (const double x : {range.low, range.low + (range.high - range.low) / 2, range.high}) {
    for (const auto& [pointer, value] : settings_at(axis, sample_scenario(), x)) {
      CHECK(!value.empty(), "{} is set to nothing", pointer);
    }
  }
}

}  // namespace

void run_report_json(std::string_view bytes) {
  try {
    const auto subject = subject_of("fuzz", bytes, "fuzz.json");
    check_comparison(subject);
    check_page(bytes);
  } catch (const DataError& error) {
    CHECK(!error.problems().empty(), "an error without a problem");
  }
}

void run_break_even(std::string_view bytes) {
  std::vector<std::string> problems;
  const auto axis = break_even_axis(bytes, problems);
  if (problems.empty()) {
    check_axis(axis);
  }
}

}  // namespace tokenfab::fuzz

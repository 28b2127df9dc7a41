// SPDX-License-Identifier: Apache-2.0
// Any bytes as each table of a result folder and as curve.csv: sections of a page or a DataError.
#include <string_view>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/page/curve_lines.hpp"
#include "sim/page/page_parts.hpp"
#include "tests/fuzz/entries.hpp"
#include "tests/fuzz/scratch_folder.hpp"

namespace tokenfab::fuzz {
namespace {

const ScratchFolder& folder() {
  static const ScratchFolder scratch({"series.csv", "events.csv", "fleet.csv", "requests.csv",
                                      "months.csv", "jobs.csv", "curve.csv"});
  return scratch;
}

const PageInputs& inputs() {
  static const PageInputs made = [] {
    RunInput run;
    run.name = "fuzz";
    run.folder = folder().path();
    run.report = parse_document(R"({"metrics": {"duration_s": 3600},
      "services": {"chat": {"ttft_p50_s": 0.1}}})",
                                "report.json");
    run.scenario = parse_document(R"({"start": "2025-07-15T09:00", "warmup": "1 s",
      "services": {"chat": {"slo": {"ttft": "2 s"}}}})",
                                  "scenario.json");
    return PageInputs{{run}, {}, {}};
  }();
  return made;
}

template <class Run>
void answered(Run run) {
  try {
    PageParts page;
    run(page);
    const auto data = to_json(page.take_data(), 0);
    CHECK(to_json(parse_document(data, "data"), 0) == data, "{}", data);
  } catch (const DataError& error) {
    CHECK(!error.problems().empty(), "an error without a problem");
  }
}

}  // namespace

void run_page_rows(std::string_view bytes) {
  folder().fill(bytes);
  const auto& run = inputs().runs.front();
  const RunDates dates(run);
  answered([&](PageParts& page) { add_latencies(page, run); });
  answered([&](PageParts& page) { add_series(page, run, dates); });
  answered([&](PageParts& page) { add_fleet(page, run); });
  answered([&](PageParts& page) { add_events(page, run, dates); });
  answered([&](PageParts& page) {
    const PageInputs curves{{}, {{"curve", folder().file("curve.csv")}}, {}};
    add_curves_and_points(page, curves);
  });
}

}  // namespace tokenfab::fuzz

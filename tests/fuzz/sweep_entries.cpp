// SPDX-License-Identifier: Apache-2.0
// Any bytes as a sweep file, as a constraint, and as what a run sends through its pipe.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/sweep/axis_reader.hpp"
#include "sim/sweep/constraint.hpp"
#include "sim/sweep/grid.hpp"
#include "sim/sweep/run_answer.hpp"
#include "sim/sweep/sweep.hpp"
#include "tests/fuzz/entries.hpp"
#include "tests/fuzz/scratch_folder.hpp"

namespace tokenfab::fuzz {
namespace {

/// Everything of the file but its scenario: a base that is not there ends the reading before any
/// is loaded, whose own fuzzer is run_scenario.
void check_file(Node document) {
  static const ScratchFolder folder({"sweep.json"});
  if (Node* base = document.find("base")) {
    *base = make_text("missing.json", {});
  }
  folder.fill(to_json(document, 0));
  try {
    load_sweep(folder.file("sweep.json"), {});
    CHECK(false, "a sweep of no scenario");
  } catch (const ConfigError& error) {
    CHECK(!error.problems().empty(), "an error without a problem");
  }
}

void check_axis(const Axis& axis) {
  CHECK(!axis.name.empty() && !axis.pointers.empty() && !axis.values.empty(), "{}", axis.name);
  CHECK(std::isfinite(axis.unit_si), "{} is {}", axis.unit, axis.unit_si);
  for (const auto& value : axis.values) {
    CHECK(value.settings.size() == axis.pointers.size(), "{} settings of {}", value.settings.size(),
          axis.name);
    CHECK(!value.number || std::isfinite(*value.number), "{} = {}", axis.name, *value.number);
    for (const auto& setting : value.settings) {
      CHECK(setting.empty() || to_json(parse_document(setting, "setting"), -1) == setting, "{}",
            setting);
    }
  }
}

/// The first, the last and one between.
std::vector<std::int64_t> some_numbers(std::int64_t count) { return {0, count / 2, count - 1}; }

void check_runs(const Sweep& sweep) {
  for (const auto number : some_numbers(sweep.run_count())) {
    const auto run = sweep.run(number);
    CHECK(run.values.size() == sweep.axes.size() && run.seed >= 0, "run {}", number);
    sweep.request_of(run);
  }
}

void check_constraint(const std::string& text, const std::vector<Axis>& axes) {
  try {
    const Constraint constraint(text, axes);
    for (const auto number : some_numbers(static_cast<std::int64_t>(grid_size(axes)))) {
      const auto position = grid_position(axes, number);
      std::vector<const AxisValue*> values;
      for (std::size_t i = 0; i < axes.size(); ++i) {
        values.push_back(&axes[i].values.at(position[i]));
      }
      constraint.allows(values);
    }
  } catch (const std::invalid_argument& error) {
    CHECK(*error.what() != '\0', "a refusal without a word");
  }
}

std::vector<Axis> sample_axes() {
  std::vector<Problem> problems;
  auto axes = read_axes(parse_document(R"({
    "/clusters/c/power_cap": ["5 kW", "700 W"],
    "tp": {"pointer": "/pools/p/tp", "values": [1, 2, 8]},
    "chip": {"pointer": "/nodes/n/chip", "values": ["h100-sxm", "h20"]}
  })",
                                       "axes.json"),
                        {}, problems);
  CHECK(problems.empty(), "{}", describe(problems.front()));
  return axes;
}

void run_axes(const Node& document) {
  const Node* axes = document.find("axes");
  const Node* samples = document.find("samples");
  if (axes == nullptr) {
    return;
  }
  // Few, or most of the time would go into drawing them.
  constexpr std::int64_t samples_max = 100;
  std::vector<Problem> problems;
  const auto count = samples == nullptr ? 0 : std::min(samples->integer, samples_max);
  Sweep sweep;
  sweep.axes = read_axes(*axes, {count, 7}, problems);
  CHECK(!problems.empty() || !sweep.axes.empty(), "neither axes nor problems");
  for (const auto& axis : sweep.axes) {
    check_axis(axis);
  }
  constexpr double grid_max = 1e6;
  if (!problems.empty() || grid_size(sweep.axes) > grid_max) {
    return;
  }
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(grid_size(sweep.axes)); ++i) {
    sweep.points.push_back(i);
  }
  check_runs(sweep);
  if (const Node* constraints = document.find("constraints")) {
    for (const auto& item : constraints->items) {
      check_constraint(item.text, sweep.axes);
    }
  }
}

}  // namespace

void run_sweep(std::string_view bytes) {
  try {
    const auto document = parse_document(bytes, "fuzz.json");
    run_axes(document);
    check_file(document);
  } catch (const ConfigError& error) {
    CHECK(!error.problems().empty(), "an error without a problem");
  }
}

void run_constraint(std::string_view bytes) {
  static const auto axes = sample_axes();
  check_constraint(std::string(bytes), axes);
}

void run_answer(std::string_view bytes) {
  try {
    const auto answer = answer_of_bytes(bytes);
    CHECK(!name_of(answer.status).empty(), "an answer without a status");
    CHECK(bytes_of(answer) == bytes, "{} bytes", bytes.size());
  } catch (const std::runtime_error&) {
    // the expected answer to nearly every input
  }
}

}  // namespace tokenfab::fuzz

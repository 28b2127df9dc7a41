// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/power_report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace tokenfab {
namespace {

/// No interval is narrower than two digits.
double rounded(double value) { return std::round(value * 100) / 100; }

double tenths(double percent) { return std::round(percent * 10) / 10; }

Node error_node(const ErrorSample& errors) {
  Node node = make_object({});
  add_member(node, "rows", make_integer(static_cast<std::int64_t>(errors.size()), {}));
  add_member(node, "median_percent", make_number(tenths(errors.median()), {}));
  add_member(node, "p90_percent", make_number(tenths(errors.p90()), {}));
  add_member(node, "bias_percent", make_number(tenths(errors.bias()), {}));
  return node;
}

Node level_node(const FitResult& fit, std::size_t i) {
  Node node = make_object({});
  add_member(node, "value", make_number(rounded(fit.values[i]), {}));
  if (fit.half_widths_95[i] > 0) {
    add_member(node, "half_width_95", make_number(rounded(fit.half_widths_95[i]), {}));
  }
  if (fit.at_bound[i]) {
    add_member(node, "at_bound", make_boolean(true, {}));
  }
  return node;
}

std::string error_line(const std::string& name, const ErrorSample& errors) {
  return fmt::format("{:<52} {}\n", name, errors.row());
}

}  // namespace

Node power_values(const std::vector<PowerFit>& fits) {
  Node chips = make_object({});
  for (const auto& fit : fits) {
    Node levels = make_object({});
    for (std::size_t i = 0; i < time_part_count; ++i) {
      add_member(levels, power_level_names()[i], make_number(rounded(fit.fit.values[i]), {}));
    }
    Node chip = make_object({});
    add_member(chip, "power_level", std::move(levels));
    add_member(chips, fit.chip, std::move(chip));
  }
  return chips;
}

Node power_fits(const std::vector<PowerFit>& fits) {
  Node all = make_object({});
  for (const auto& fit : fits) {
    Node levels = make_object({});
    for (std::size_t i = 0; i < time_part_count; ++i) {
      add_member(levels, power_level_names()[i], level_node(fit.fit, i));
    }
    Node held_out = make_object({});
    for (const auto& each : fit.held_out) {
      add_member(held_out, each.name, error_node(each.errors));
    }
    Node node = make_object({});
    add_member(node, "levels", std::move(levels));
    add_member(node, "before", error_node(fit.errors_before));
    add_member(node, "after", error_node(fit.errors));
    add_member(node, "held_out", std::move(held_out));
    add_member(all, fit.chip, std::move(node));
  }
  return all;
}

std::string power_table(const std::vector<PowerFit>& fits) {
  std::string text = fmt::format("{:<52} {}\n", "power per chip", ErrorSample::header());
  for (const auto& fit : fits) {
    text += error_line(fit.chip + ", before", fit.errors_before);
    text += error_line(fit.chip + ", fitted", fit.errors);
    for (const auto& each : fit.held_out) {
      text += error_line("  " + each.name, each.errors);
    }
    for (std::size_t i = 0; i < time_part_count; ++i) {
      text += fmt::format("  {:<26} {:>5.2f} +- {:<5.2f} was {:.2f}{}\n", power_level_names()[i],
                          fit.fit.values[i], fit.fit.half_widths_95[i], fit.before[i],
                          fit.fit.at_bound[i] ? " at a bound" : "");
    }
  }
  return text;
}

}  // namespace tokenfab

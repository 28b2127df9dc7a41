// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/kernel_report.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/calibration/fitted_value.hpp"

namespace tokenfab {
namespace {

std::string time_text(double seconds) {
  return seconds < 1e-7 ? fmt::format("{:.4g} ns", seconds * 1e9)
                        : fmt::format("{:.4g} us", seconds * 1e6);
}

Node value_node(double value, bool is_time) {
  return is_time ? make_text(time_text(value), {}) : make_number(four_digits(value), {});
}

Node& member(Node& object, const std::string& key) {
  for (auto& each : object.members) {
    if (each.key == key) {
      return each.value;
    }
  }
  add_member(object, key, make_object({}));
  return object.members.back().value;
}

/// Sets "a/b/c" within `object`.
void set_path(Node& object, const std::string& path, Node value) {
  const auto slash = path.find('/');
  if (slash == std::string::npos) {
    add_member(object, path, std::move(value));
  } else {
    set_path(member(object, path.substr(0, slash)), path.substr(slash + 1), std::move(value));
  }
}

Node count_node(std::size_t count) { return make_integer(static_cast<std::int64_t>(count), {}); }

Node error_node(const ErrorSample& error) {
  Node node = make_object({});
  add_member(node, "rows", count_node(error.size()));
  if (error.size() > 0) {
    add_member(node, "median_pct", make_number(four_digits(error.median()), {}));
    add_member(node, "p90_pct", make_number(four_digits(error.p90()), {}));
    add_member(node, "bias_pct", make_number(four_digits(error.bias()), {}));
  }
  return node;
}

Node errors_node(const KernelFit& fit, const RegionErrors& errors) {
  Node node = make_object({});
  for (std::size_t i = 0; i < errors.size(); ++i) {
    add_member(node, i < fit.regions.size() ? fit.regions[i] : "all", error_node(errors[i]));
  }
  return node;
}

Node parameters_node(const CalibratedKernels& of) {
  const auto& found = of.outcome.fit;
  Node node = make_object({});
  for (std::size_t i = 0; i < found.values.size(); ++i) {
    Node parameter = make_object({});
    add_member(parameter, "value", value_node(found.values[i], of.fit.is_time[i]));
    if (found.at_bound[i]) {
      add_member(parameter, "at_bound", make_boolean(true, {}));
    } else if (!found.is_identified[i]) {
      add_member(parameter, "identified", make_boolean(false, {}));
    } else {
      add_member(parameter, "half_width_95",
                 value_node(found.half_widths_95[i], of.fit.is_time[i]));
    }
    add_member(node, of.fit.parameters[i].name, std::move(parameter));
  }
  return node;
}

}  // namespace

Node kernel_values(const std::vector<CalibratedKernels>& all) {
  Node chips = make_object({});
  for (const auto& of : all) {
    Node& field = member(member(chips, of.chip), of.fit.field);
    Node& target = of.fit.key.empty() ? field : member(field, of.fit.key);
    for (std::size_t i = 0; i < of.fit.parameters.size(); ++i) {
      set_path(target, of.fit.parameters[i].name,
               value_node(of.outcome.fit.values[i], of.fit.is_time[i]));
    }
  }
  return chips;
}

Node kernel_fits(const std::vector<CalibratedKernels>& all) {
  Node fits = make_object({});
  for (const auto& of : all) {
    Node node = make_object({});
    add_member(node, "rows", count_node(of.fit.rows.size()));
    add_member(node, "rows_in_cache", count_node(of.fit.cached_rows));
    add_member(node, "rows_of_other_kernels", count_node(of.fit.other_rows));
    add_member(node, "converged", make_boolean(of.outcome.fit.converged, {}));
    add_member(node, "parameters", parameters_node(of));
    add_member(node, "errors", errors_node(of.fit, of.outcome.fitted));
    add_member(node, "hold_out_errors", errors_node(of.fit, of.outcome.held_out));
    if (!of.before.empty()) {
      add_member(node, "hold_out_errors_before", errors_node(of.fit, of.before));
    }
    Node siblings = make_object({});
    for (const auto& [chip, errors] : of.siblings) {
      add_member(siblings, chip, error_node(errors.back()));
    }
    add_member(node, "errors_with_values_of", std::move(siblings));
    add_member(member(fits, of.chip), of.fit.name(), std::move(node));
  }
  return fits;
}

std::string kernel_table(const std::vector<CalibratedKernels>& all) {
  std::string text = fmt::format("{:<42} {:<16} {} | hold-out{:21} | before\n", "fit", "region",
                                 ErrorSample::header(), "");
  for (const auto& of : all) {
    for (std::size_t i = 0; i < of.outcome.fitted.size(); ++i) {
      const auto& region = i < of.fit.regions.size() ? of.fit.regions[i] : "all";
      const auto& held_out = of.outcome.held_out[i];
      text += fmt::format("{:<42} {:<16} {} | {}", of.chip + " " + of.fit.name(), region,
                          of.outcome.fitted[i].row(), held_out.row());
      text += of.before.empty() ? "\n"
                                : fmt::format(" | {:>6.1f} {:>6.1f}\n", of.before[i].median(),
                                              of.before[i].p90());
    }
  }
  return text;
}

}  // namespace tokenfab

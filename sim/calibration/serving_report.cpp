// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/serving_report.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/calibration/fitted_value.hpp"

namespace tokenfab {
namespace {

Node error_node(const ServingErrors& errors) {
  Node node = make_object({});
  for (const auto& [name, sample] :
       {std::pair{"tpot", &errors.tpot}, {"ttft", &errors.ttft}, {"rate", &errors.rate}}) {
    if (sample->size() == 0) {
      continue;
    }
    Node each = make_object({});
    add_member(each, "rows", make_integer(static_cast<std::int64_t>(sample->size()), {}));
    add_member(each, "median_percent", make_number(four_digits(sample->median()), {}));
    add_member(each, "p90_percent", make_number(four_digits(sample->p90()), {}));
    add_member(each, "bias_percent", make_number(four_digits(sample->bias()), {}));
    add_member(node, name, std::move(each));
  }
  return node;
}

Node parameter_node(const ProfileFit& fit, std::size_t i) {
  const auto& parameter = fit.parameters[i];
  const auto text = [&](double value) { return fitted_node(value, parameter.is_time); };
  Node node = make_object({});
  add_member(node, "value", text(fit.fit.values[i]));
  if (fit.fit.half_widths_95[i] > 0) {
    add_member(node, "half_width_95", text(fit.fit.half_widths_95[i]));
  }
  if (fit.fit.at_bound[i]) {
    add_member(node, "at_bound", make_boolean(true, {}));
  }
  return node;
}

std::string error_columns(const ServingErrors& errors) {
  std::string text;
  for (const auto* sample : {&errors.tpot, &errors.ttft, &errors.rate}) {
    text += sample->size() == 0
                ? fmt::format(" | {:>5} {:>6} {:>6} {:>6}", "", "", "", "")
                : fmt::format(" | {:>5} {:>6.1f} {:>6.1f} {:>+6.1f}", sample->size(),
                              sample->median(), sample->p90(), sample->bias());
  }
  return text + "\n";
}

}  // namespace

Node profile_values(const std::vector<ProfileFit>& fits) {
  Node engines = make_object({});
  for (const auto& fit : fits) {
    Node values = make_object({});
    for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
      const auto& parameter = fit.parameters[i];
      add_member(values, parameter.range.name, fitted_node(fit.fit.values[i], parameter.is_time));
    }
    add_member(engines, fit.profile, std::move(values));
  }
  return engines;
}

Node profile_fits(const std::vector<ProfileFit>& fits) {
  Node all = make_object({});
  for (const auto& fit : fits) {
    Node node = make_object({});
    add_member(node, "rows", make_integer(static_cast<std::int64_t>(fit.rows), {}));
    Node parameters = make_object({});
    for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
      add_member(parameters, fit.parameters[i].range.name, parameter_node(fit, i));
    }
    add_member(node, "parameters", std::move(parameters));
    add_member(node, "before", error_node(fit.before));
    add_member(node, "after", error_node(fit.after));
    Node held_out = make_object({});
    for (const auto& each : fit.held_out) {
      add_member(held_out, "without " + each.kind + " " + each.name, error_node(each.errors));
    }
    add_member(node, "held_out", std::move(held_out));
    add_member(all, fit.profile, std::move(node));
  }
  return all;
}

std::string profile_table(const std::vector<ProfileFit>& fits) {
  std::string text =
      fmt::format("{:<52} | {:^27} | {:^27} | {:^27}\n{:<52}", "", "time per output token",
                  "time to first token", "offline rate per chip", "");
  for (int i = 0; i < 3; ++i) {
    text += fmt::format(" | {:>5} {:>6} {:>6} {:>6}", "rows", "med%", "p90%", "bias%");
  }
  text += '\n';
  for (const auto& fit : fits) {
    text += fmt::format("{:<52}", fit.profile + ", before") + error_columns(fit.before);
    text += fmt::format("{:<52}", fit.profile + ", fitted") + error_columns(fit.after);
    for (const auto& each : fit.held_out) {
      text += fmt::format("{:<52}", fmt::format("  without {} {}", each.kind, each.name)) +
              error_columns(each.errors);
    }
    for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
      const auto& parameter = fit.parameters[i];
      text += fitted_line(parameter.range.name, 26, fit.fit, i, parameter.is_time);
    }
  }
  return text;
}

}  // namespace tokenfab

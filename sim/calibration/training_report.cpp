// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/training_report.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/calibration/fitted_value.hpp"

namespace tokenfab {
namespace {

using Fields = std::map<std::string, Node>;

Node object_of(Fields fields) {
  Node node = make_object({});
  for (auto& [name, value] : fields) {
    add_member(node, name, std::move(value));
  }
  return node;
}

/// The factors of products lie in an object of their own.
Node chip_node(Fields fields) {
  const std::string inner = "matmul_factor/";
  Fields factors;
  std::erase_if(fields, [&](auto& field) {
    const bool is_factor = field.first.starts_with(inner);
    if (is_factor) {
      factors[field.first.substr(inner.size())] = std::move(field.second);
    }
    return is_factor;
  });
  if (!factors.empty()) {
    fields["matmul_factor"] = object_of(std::move(factors));
  }
  Node node = make_object({});
  add_member(node, "training", object_of(std::move(fields)));
  return node;
}

Node values_node(const TrainingFit& fit, bool of_chips) {
  std::map<std::string, Fields> entries;
  for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
    const auto& parameter = fit.parameters[i];
    if (parameter.is_of_chip() == of_chips) {
      for (const auto& entry : parameter.entries) {
        entries[entry][parameter.field] = fitted_node(fit.fit.values[i], parameter.is_time());
      }
    }
  }
  Node node = make_object({});
  for (auto& [entry, fields] : entries) {
    add_member(node, entry, of_chips ? chip_node(std::move(fields)) : object_of(std::move(fields)));
  }
  return node;
}

Node error_node(const ErrorSample& errors) {
  Node node = make_object({});
  add_member(node, "rows", make_integer(static_cast<std::int64_t>(errors.size()), {}));
  add_member(node, "median_percent", make_number(four_digits(errors.median()), {}));
  add_member(node, "p90_percent", make_number(four_digits(errors.p90()), {}));
  add_member(node, "bias_percent", make_number(four_digits(errors.bias()), {}));
  return node;
}

Node parameters_node(const TrainingFit& fit) {
  Node all = make_object({});
  for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
    const auto& parameter = fit.parameters[i];
    Node node = make_object({});
    add_member(node, "value", fitted_node(fit.fit.values[i], parameter.is_time()));
    if (fit.fit.half_widths_95[i] > 0) {
      add_member(node, "half_width_95",
                 fitted_node(fit.fit.half_widths_95[i], parameter.is_time()));
    }
    add_member(node, "prior", fitted_node(parameter.prior, parameter.is_time()));
    if (fit.fit.at_bound[i]) {
      add_member(node, "at_bound", make_boolean(true, {}));
    }
    add_member(all, parameter.range.name, std::move(node));
  }
  return all;
}

std::string label_of(const HeldOutSteps& part) {
  return part.name.empty() ? fmt::format("without one {} in turn", part.kind)
                           : fmt::format("  without {} {}", part.kind, part.name);
}

std::string line(const std::string& name, const ErrorSample& errors) {
  return fmt::format("{:<52} {:>5} {:>6.1f} {:>6.1f} {:>+6.1f}\n", name, errors.size(),
                     errors.median(), errors.p90(), errors.bias());
}

}  // namespace

Node training_node(const TrainingFit& fit) {
  Node node = make_object({});
  add_member(node, "chips", values_node(fit, true));
  add_member(node, "training_engines", values_node(fit, false));
  add_member(node, "parameters", parameters_node(fit));
  Node errors = make_object({});
  add_member(errors, "before", error_node(fit.before));
  add_member(errors, "after", error_node(fit.after));
  for (const auto& group : fit.groups) {
    add_member(errors, group.kind + " " + group.name, error_node(group.errors));
  }
  add_member(node, "errors", std::move(errors));
  Node held_out = make_object({});
  for (const auto& part : fit.held_out) {
    const auto label = label_of(part);
    add_member(held_out, label.substr(label.find_first_not_of(' ')), error_node(part.errors));
  }
  add_member(node, "held_out", std::move(held_out));
  return node;
}

std::string training_table(const TrainingFit& fit) {
  auto text = fmt::format("{:<52} {:>5} {:>6} {:>6} {:>6}\n", "training tokens per second", "rows",
                          "med%", "p90%", "bias%");
  text += line("the catalogue's values", fit.before) + line("fitted", fit.after);
  for (const auto& group : fit.groups) {
    text += line(fmt::format("  {} {}", group.kind, group.name), group.errors);
  }
  for (const auto& part : fit.held_out) {
    text += line(label_of(part), part.errors);
  }
  for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
    const auto& parameter = fit.parameters[i];
    text += fitted_line(parameter.range.name, 46, fit.fit, i, parameter.is_time());
  }
  return text;
}

}  // namespace tokenfab

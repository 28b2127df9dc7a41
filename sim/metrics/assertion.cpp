// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/assertion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/nearest.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

struct Operator {
  std::string_view text;
  Comparison comparison;
};

constexpr std::array operators{
    Operator{"<=", Comparison::AtMost}, Operator{">=", Comparison::AtLeast},
    Operator{"==", Comparison::Equal},  Operator{"!=", Comparison::Unequal},
    Operator{"<", Comparison::Less},    Operator{">", Comparison::Greater},
};

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& section : summary_sections()) {
      list.emplace_back(section.name);
    }
    return list;
  }();
  return names;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) {
    return {};
  }
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::string hint_or_known(const std::string& name, const std::vector<std::string>& known) {
  const auto hint = did_you_mean(name, known);
  return hint.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : hint;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

using Fault = std::optional<AssertionFault>;

const MetricDeclaration* find_metric(const std::string& name) {
  for (const auto& declaration : metric_declarations()) {
    if (declaration.name == name) {
      return &declaration;
    }
  }
  return nullptr;
}

/// Splits "section/object/metric" and checks every part.
Fault read_name(const std::string& name, const AssertionScope& scope, Assertion& assertion) {
  const auto last = name.rfind('/');
  if (last != name.npos) {
    const auto first = name.find('/');
    assertion.section = name.substr(0, first);
    assertion.object = first == last ? "" : name.substr(first + 1, last - first - 1);
    if (!contains(section_names(), assertion.section)) {
      return AssertionFault{fmt::format("there is no section \"{}\"", assertion.section),
                            hint_or_known(assertion.section, section_names())};
    }
    const auto known = scope.objects.find(assertion.section);
    if (known != scope.objects.end() && !contains(known->second, assertion.object)) {
      return AssertionFault{
          fmt::format("there is no \"{}\" among the {}", assertion.object, assertion.section),
          hint_or_known(assertion.object, known->second)};
    }
  }
  assertion.metric = last == name.npos ? name : name.substr(last + 1);
  if (find_metric(assertion.metric) == nullptr) {
    std::vector<std::string> known;
    for (const auto& declaration : metric_declarations()) {
      known.emplace_back(declaration.name);
    }
    const auto hint = did_you_mean(assertion.metric, known);
    return AssertionFault{fmt::format("there is no metric \"{}\"", assertion.metric),
                          hint.empty() ? "tokenfab list metrics shows all" : hint};
  }
  return std::nullopt;
}

/// One of the metric's units in SI, and its dimension.
ParsedQuantity unit_of(const MetricDeclaration& metric) {
  const auto text = metric.unit == "1" ? std::string("1") : fmt::format("1 {}", metric.unit);
  const auto parsed = parse_quantity(text);
  const auto* unit = std::get_if<ParsedQuantity>(&parsed);
  CHECK(unit != nullptr, "metric {} has the unit {}", metric.name, metric.unit);
  return *unit;
}

/// A point on the temperature scale; a bare number is in degrees.
Fault read_temperature(const std::string& text, bool is_bare, Assertion& assertion) {
  const auto outcome = parse_temperature(is_bare ? text + " degC" : text);
  if (const auto* error = std::get_if<UnitError>(&outcome)) {
    return AssertionFault{fmt::format("\"{}\" is no temperature", text), error->message};
  }
  assertion.value = std::get<Celsius>(outcome).degrees();
  return std::nullopt;
}

Fault read_value(const std::string& text, const AssertionScope& scope, Assertion& assertion) {
  const auto& metric = *find_metric(assertion.metric);
  const bool is_bare = text.find_first_not_of("+-.0123456789eE") == text.npos;
  if (metric.unit == "degC") {
    return read_temperature(text, is_bare, assertion);
  }
  const auto outcome = parse_quantity(text);
  if (const auto* error = std::get_if<UnitError>(&outcome)) {
    return AssertionFault{fmt::format("\"{}\" is no value", text), error->message};
  }
  const auto& parsed = std::get<ParsedQuantity>(outcome);
  const auto unit = unit_of(metric);
  if (is_bare) {
    assertion.value = parsed.value_si;
    return std::nullopt;
  }
  if (parsed.dimension != unit.dimension) {
    return AssertionFault{
        fmt::format("{} is a {}, \"{}\" is a {}", assertion.metric, dimension_name(unit.dimension),
                    text, dimension_name(parsed.dimension)),
        fmt::format("its unit is {}", metric.unit)};
  }
  double factor = 1;
  const auto rate = scope.usd_per_currency.find(parsed.currency);
  if (rate != scope.usd_per_currency.end()) {
    factor = std::pow(rate->second, parsed.dimension.money);
  } else if (!parsed.currency.empty() && parsed.currency != "USD") {
    return AssertionFault{fmt::format("the value of one {} is not known", parsed.currency),
                          "add it to \"fx\""};
  }
  assertion.value = parsed.value_si * factor / unit.value_si;
  return std::nullopt;
}

bool compare(Comparison comparison, double left, double right) {
  switch (comparison) {
    case Comparison::Less:
      return left < right;
    case Comparison::AtMost:
      return left <= right;
    case Comparison::Greater:
      return left > right;
    case Comparison::AtLeast:
      return left >= right;
    case Comparison::Equal:
      return left == right;
    case Comparison::Unequal:
      return left != right;
  }
  return false;
}

const std::map<std::string, MetricSet>& section_of(const Summary& summary,
                                                   const std::string& name) {
  for (const auto& section : summary_sections()) {
    if (section.name == name) {
      return summary.*section.objects;
    }
  }
  CHECK(false, "section {}", name);
  return summary.services;
}

}  // namespace

std::variant<Assertion, AssertionFault> parse_assertion(const std::string& text,
                                                        const AssertionScope& scope) {
  const auto at = text.find_first_of("<>=!");
  const auto rest = at == text.npos ? std::string_view() : std::string_view(text).substr(at);
  const auto found = std::find_if(operators.begin(), operators.end(), [&](const Operator& each) {
    return rest.starts_with(each.text);
  });
  if (found == operators.end()) {
    return AssertionFault{fmt::format("\"{}\" is no assertion", text),
                          "write NAME OP VALUE, like \"ttft_p99_s < 2 s\""};
  }
  Assertion assertion;
  assertion.expression = text;
  assertion.comparison = found->comparison;
  if (const auto fault = read_name(trimmed(text.substr(0, at)), scope, assertion)) {
    return *fault;
  }
  if (const auto fault = read_value(trimmed(rest.substr(found->text.size())), scope, assertion)) {
    return *fault;
  }
  return assertion;
}

AssertionOutcome check_assertion(const Assertion& assertion, const Summary& summary) {
  AssertionOutcome outcome{assertion.expression, std::nullopt, false};
  if (assertion.section.empty()) {
    outcome.value = summary.factory.get(assertion.metric);
  } else {
    const auto& objects = section_of(summary, assertion.section);
    const auto object = objects.find(assertion.object);
    if (object != objects.end()) {
      outcome.value = object->second.get(assertion.metric);
    }
  }
  outcome.holds = outcome.value && compare(assertion.comparison, *outcome.value, assertion.value);
  return outcome;
}

}  // namespace tokenfab

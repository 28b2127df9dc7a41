// SPDX-License-Identifier: Apache-2.0
#include "sim/config/scalar_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/nearest.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

using Result = std::variant<FieldValue, Complaint>;

Complaint unexpected(const Field& field, const Node& node, std::string fix = "") {
  return {fmt::format("expected {}, found {}", expectation(field), describe_value(node)),
          std::move(fix)};
}

std::string with_article(const std::string& noun) {
  const bool is_vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (is_vowel ? "an " : "a ") + noun;
}

std::string format_value(const Field& field, double value) {
  if (field.type == FieldType::Quantity) {
    return format_quantity(value, field.dimension);
  }
  return field.type == FieldType::Temperature ? format_temperature(Celsius(value))
                                              : fmt::format("{}", value);
}

std::string format_range(const Field& field, const ValueRange& range) {
  if (!std::isfinite(range.high)) {
    return "at least " + format_value(field, range.low);
  }
  if (!std::isfinite(range.low)) {
    return "at most " + format_value(field, range.high);
  }
  return fmt::format("{} to {}", format_value(field, range.low), format_value(field, range.high));
}

/// `value` if it lies in the field's range. Written so that a NaN is outside of every range.
Result in_range(const Field& field, const Node& node, double value, FieldValue result) {
  const auto range = range_of(field);
  if (range && !(value >= range->low && value <= range->high)) {
    return Complaint{fmt::format("{} is out of range; allowed is {}", describe_value(node),
                                 format_range(field, *range))};
  }
  return result;
}

/// The factor from a parsed quantity's currency to US dollars.
std::variant<double, Complaint> usd_factor(const ParsedQuantity& parsed,
                                           const std::map<std::string, double>& usd_per_currency) {
  const auto rate = usd_per_currency.find(parsed.currency);
  if (rate != usd_per_currency.end()) {
    return std::pow(rate->second, parsed.dimension.money);
  }
  if (parsed.currency.empty() || parsed.currency == "USD") {
    return 1.0;
  }
  std::vector<std::string> known{"USD"};
  for (const auto& [currency, usd] : usd_per_currency) {
    known.push_back(currency);
  }
  const auto hint = did_you_mean(parsed.currency, known);
  return Complaint{
      fmt::format("the value of one {0} is not known; add it to the scenario, like \"fx\": "
                  "{{\"{0}\": 0.5}}",
                  parsed.currency),
      hint};
}

/// The text of a node as a value of the field's dimension.
std::variant<ParsedQuantity, Complaint> parse_expected(const Field& field, const Node& node) {
  if (node.kind != NodeKind::String) {
    return unexpected(field, node);
  }
  const auto outcome = parse_quantity(node.text);
  if (const auto* error = std::get_if<UnitError>(&outcome)) {
    return unexpected(field, node, error->message);
  }
  const auto& parsed = std::get<ParsedQuantity>(outcome);
  if (parsed.dimension != field.dimension) {
    return Complaint{fmt::format("expected {}, found {}, which is {}", expectation(field),
                                 describe_value(node),
                                 with_article(dimension_name(parsed.dimension)))};
  }
  return parsed;
}

Result read_quantity(const Field& field, const Node& node,
                     const std::map<std::string, double>& usd_per_currency) {
  if (node.kind == NodeKind::Integer || node.kind == NodeKind::Number) {
    return unexpected(field, node, "write a string with a unit");
  }
  const auto outcome = parse_expected(field, node);
  if (const auto* complaint = std::get_if<Complaint>(&outcome)) {
    return *complaint;
  }
  const auto& parsed = std::get<ParsedQuantity>(outcome);
  const auto factor = usd_factor(parsed, usd_per_currency);
  if (const auto* complaint = std::get_if<Complaint>(&factor)) {
    return *complaint;
  }
  const double value = parsed.value_si * std::get<double>(factor);
  if (!std::isfinite(value)) {
    return Complaint{fmt::format("{} is too large in USD", describe_value(node))};
  }
  return in_range(field, node, value, value);
}

Result read_temperature(const Field& field, const Node& node) {
  if (node.kind != NodeKind::String) {
    return unexpected(field, node);
  }
  const auto outcome = parse_temperature(node.text);
  if (const auto* error = std::get_if<UnitError>(&outcome)) {
    return unexpected(field, node, error->message);
  }
  const double degrees = std::get<Celsius>(outcome).degrees();
  return in_range(field, node, degrees, degrees);
}

Result read_ratio(const Field& field, const Node& node) {
  if (node.kind == NodeKind::Integer) {
    const auto value = static_cast<double>(node.integer);
    return in_range(field, node, value, value);
  }
  if (node.kind == NodeKind::Number) {
    return in_range(field, node, node.number, node.number);
  }
  const auto outcome = parse_expected(field, node);  // a ratio's field has no dimension
  if (const auto* complaint = std::get_if<Complaint>(&outcome)) {
    return *complaint;
  }
  const auto& parsed = std::get<ParsedQuantity>(outcome);
  return in_range(field, node, parsed.value_si, parsed.value_si);
}

Result read_count(const Field& field, const Node& node) {
  if (node.kind != NodeKind::Integer) {
    return unexpected(field, node);
  }
  return in_range(field, node, static_cast<double>(node.integer), node.integer);
}

Result read_choice(const Field& field, const Node& node) {
  if (node.kind != NodeKind::String) {
    return unexpected(field, node);
  }
  const auto& choices = field.choices;
  if (std::find(choices.begin(), choices.end(), node.text) == choices.end()) {
    return unexpected(field, node, did_you_mean(node.text, choices));
  }
  return FieldValue(node.text);
}

Result read_text(const Field& field, const Node& node) {
  // A scalar from the command line keeps its verbatim text: --set /name=123 is the name "123".
  if (node.kind != NodeKind::String && node.text.empty()) {
    return unexpected(field, node);
  }
  return FieldValue(node.text);
}

}  // namespace

Result read_scalar(const Field& field, const Node& node,
                   const std::map<std::string, double>& usd_per_currency) {
  switch (field.type) {
    case FieldType::Boolean:
      return node.kind == NodeKind::Boolean ? Result(FieldValue(node.boolean))
                                            : Result(unexpected(field, node));
    case FieldType::Count:
      return read_count(field, node);
    case FieldType::Ratio:
      return read_ratio(field, node);
    case FieldType::Quantity:
      return read_quantity(field, node, usd_per_currency);
    case FieldType::Temperature:
      return read_temperature(field, node);
    case FieldType::Text:
      return read_text(field, node);
    case FieldType::Choice:
      return read_choice(field, node);
    default:
      CHECK(false, "field {} is no scalar", field.key);
      return Complaint{};
  }
}

std::optional<ValueRange> range_of(const Field& field) {
  if (!field.range && field.type == FieldType::Count) {
    return ValueRange{0, std::numeric_limits<double>::infinity()};  // no count is below zero
  }
  return field.range;
}

std::string allowed_range(const Field& field) {
  const auto range = range_of(field);
  return range ? format_range(field, *range) : std::string();
}

std::string expectation(const Field& field) {
  switch (field.type) {
    case FieldType::Boolean:
      return "true or false";
    case FieldType::Count:
      return "a whole number like 8";
    case FieldType::Ratio:
      return "a number like 0.25 or a percentage like \"25 %\"";
    case FieldType::Quantity:
      return fmt::format("{} like \"{}\"", with_article(dimension_name(field.dimension)),
                         dimension_example(field.dimension));
    case FieldType::Temperature:
      return "a temperature like \"35 degC\"";
    case FieldType::Text:
      return "a string";
    case FieldType::Choice:
      return fmt::format("one of \"{}\"", fmt::join(field.choices, "\", \""));
    case FieldType::TextList:
      return "an array of strings like [\"a\", \"b\"]";
    case FieldType::Numbers:
      return "an object of numbers like {\"name\": 0.5}";
    case FieldType::Map:
      return "an object of objects like {\"name\": {}}";
    case FieldType::Plugin:
      return "an object like {\"model\": \"...\"}";
    case FieldType::Struct:
      return field.catalogue.empty()
                 ? "an object"
                 : fmt::format("an object or a name from the catalogue of {}", field.catalogue);
  }
  return "";
}

}  // namespace tokenfab

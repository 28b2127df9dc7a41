// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/value_range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

struct NumberAndUnit {
  double number = 0;
  std::string unit;
};

std::optional<NumberAndUnit> split(const Node& value) {
  if (value.kind == NodeKind::Integer) {
    return NumberAndUnit{static_cast<double>(value.integer), ""};
  }
  if (value.kind == NodeKind::Number) {
    return NumberAndUnit{value.number, ""};
  }
  if (value.kind != NodeKind::String) {
    return std::nullopt;
  }
  const auto& text = value.text;
  NumberAndUnit found;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), found.number);
  if (fault != std::errc()) {
    return std::nullopt;
  }
  found.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  found.unit.erase(0, found.unit.find_first_not_of(' '));
  return found;
}

std::optional<ParsedQuantity> quantity_of(const std::string& text) {
  const auto parsed = parse_quantity(text);
  const auto* quantity = std::get_if<ParsedQuantity>(&parsed);
  return quantity == nullptr ? std::nullopt : std::optional(*quantity);
}

std::string told(const std::string& unit) { return unit.empty() ? "(none)" : unit; }

/// How many `unit` one `other` is, both of one dimension and currency.
double units_per(const std::string& other, const std::string& unit) {
  const auto quantity = quantity_of("1 " + other);
  const auto reference = quantity_of("1 " + unit);
  if (!quantity || !reference) {
    throw std::invalid_argument(
        fmt::format("the units {} and {} cannot be converted into each other; write both in the "
                    "same unit",
                    told(other), told(unit)));
  }
  if (!(quantity->dimension == reference->dimension) || quantity->currency != reference->currency) {
    throw std::invalid_argument(
        fmt::format("{} and {} are of different kinds: {} and {}", told(unit), told(other),
                    dimension_name(reference->dimension), dimension_name(quantity->dimension)));
  }
  return quantity->value_si / reference->value_si;
}

/// What people would write: 32 and not 32.00000000000001.
double to_twelve_digits(double number) {
  return std::strtod(fmt::format("{:.12g}", number).c_str(), nullptr);
}

Node node_of(const RangeEnds& ends, double number) {
  if (ends.is_integer) {
    return make_integer(std::llround(number), {});
  }
  return ends.unit.empty() ? make_number(number, {})
                           : make_text(fmt::format("{} {}", number, ends.unit), {});
}

}  // namespace

bool is_numeric(const Node& value) {
  if (value.kind != NodeKind::String) {
    return value.kind == NodeKind::Integer || value.kind == NodeKind::Number;
  }
  return quantity_of(value.text) || std::holds_alternative<Celsius>(parse_temperature(value.text));
}

std::string unit_of_value(const Node& value) {
  const auto found = is_numeric(value) ? split(value) : std::nullopt;
  return found ? found->unit : "";
}

double si_of_unit(const std::string& unit) {
  const auto quantity = unit.empty() ? std::nullopt : quantity_of("1 " + unit);
  return quantity ? quantity->value_si : 1;
}

std::optional<double> number_in(const std::string& unit, const Node& value) {
  const auto found = is_numeric(value) ? split(value) : std::nullopt;
  if (!found || found->unit == unit) {
    return found ? std::optional(found->number) : std::nullopt;
  }
  try {
    return found->number * units_per(found->unit, unit);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

RangeEnds range_ends(const Node& from, const Node& to, Spacing spacing) {
  const auto first = split(from);
  const auto last = split(to);
  if (!first || !last || !is_numeric(from) || !is_numeric(to)) {
    throw std::invalid_argument(
        fmt::format("a range goes from one number to another, found {} and {}",
                    describe_value(from), describe_value(to)));
  }
  RangeEnds ends{first->number, last->number, first->unit,
                 from.kind == NodeKind::Integer && to.kind == NodeKind::Integer};
  if (last->unit != first->unit) {
    ends.to *= units_per(last->unit, first->unit);
  }
  const double width = spacing == Spacing::Log ? ends.to / ends.from : ends.to - ends.from;
  if (spacing == Spacing::Log && (ends.from <= 0 || ends.to <= 0)) {
    throw std::invalid_argument("a logarithmic range needs ends above 0");
  }
  if (!std::isfinite(width)) {
    throw std::invalid_argument(fmt::format("the range from {} to {} is too wide",
                                            describe_value(from), describe_value(to)));
  }
  return ends;
}

Node value_at(const RangeEnds& ends, Spacing spacing, double share) {
  if (share <= 0 || share >= 1) {  // the ends come out exactly
    return node_of(ends, share <= 0 ? ends.from : ends.to);
  }
  if (spacing == Spacing::Linear) {
    return node_of(ends, to_twelve_digits(ends.from + (ends.to - ends.from) * share));
  }
  return node_of(ends, to_twelve_digits(ends.from * std::pow(ends.to / ends.from, share)));
}

std::vector<Node> spaced_values(const RangeEnds& ends, Spacing spacing, std::int64_t count) {
  std::vector<Node> values;
  for (std::int64_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    auto value = value_at(ends, spacing, share);
    const bool repeats =
        ends.is_integer && !values.empty() && values.back().integer == value.integer;
    if (!repeats) {
      values.push_back(std::move(value));
    }
  }
  return values;
}

std::vector<Node> stratified_values(const RangeEnds& ends, Spacing spacing, std::int64_t count,
                                    RandomStream& random) {
  std::vector<std::int64_t> strata(static_cast<std::size_t>(count));
  std::iota(strata.begin(), strata.end(), 0);
  // R. Durstenfeld, Algorithm 235: Random permutation, CACM 7:420, 1964.
  for (auto left = strata.size(); left > 1; --left) {
    const auto chosen = static_cast<std::size_t>(random.uniform() * static_cast<double>(left));
    std::swap(strata[left - 1], strata[chosen]);
  }
  std::vector<Node> values;
  for (const auto stratum : strata) {
    const double share =
        (static_cast<double>(stratum) + random.uniform()) / static_cast<double>(count);
    values.push_back(value_at(ends, spacing, share));
  }
  return values;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/break_even_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <variant>

#include "models/catalog.hpp"
#include "sim/compare/pointer_pattern.hpp"
#include "sim/config/declaration_tree.hpp"
#include "sim/core/nearest.hpp"
#include "sim/core/unit_parser.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view load_word = "load";
constexpr std::string_view utilization_word = "utilization";
// The load's own range: from a tenth to far beyond what most scenarios can answer.
constexpr BreakEvenRange load_range{0.1, 4, false};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

struct Amount {
  double value = 0;
  std::string unit;
};

std::optional<Amount> amount_of(std::string_view text) {
  text = trimmed(text);
  Amount amount;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), amount.value);
  if (read.ec != std::errc() || !std::isfinite(amount.value)) {
    return std::nullopt;
  }
  amount.unit = trimmed(text.substr(static_cast<std::size_t>(read.ptr - text.data())));
  return amount;
}

/// How many of `unit` one `other` is; nothing where they do not measure the same.
std::optional<double> ratio_of_units(const std::string& other, const std::string& unit) {
  const auto a = parse_quantity("1 " + other);
  const auto b = parse_quantity("1 " + unit);
  const auto* from = std::get_if<ParsedQuantity>(&a);
  const auto* to = std::get_if<ParsedQuantity>(&b);
  if (from == nullptr || to == nullptr || !(from->dimension == to->dimension) ||
      from->currency != to->currency) {
    return std::nullopt;
  }
  return from->value_si / to->value_si;
}

/// Whole numbers only, as the field is declared; a pointer that leads nowhere is told elsewhere.
bool is_count(const std::string& pattern) {
  ScenarioConfig defaults;
  DeclarationTree tree(plugin_table(), schema_of<ScenarioConfig>(), &defaults);
  std::vector<Declared> places{tree.root()};
  for (const auto& key : split_pointer(pattern).value_or(std::vector<std::string>())) {
    std::vector<Declared> below;
    for (const auto& place : places) {
      const auto found = tree.step(place, key);
      below.insert(below.end(), found.begin(), found.end());
    }
    places = std::move(below);
  }
  return !places.empty() && std::all_of(places.begin(), places.end(), [](const Declared& place) {
    return place.field != nullptr && place.field->type == FieldType::Count;
  });
}

void read_range(std::string_view text, BreakEvenAxis& axis, std::vector<std::string>& problems) {
  const auto dots = text.find("..");
  auto low = dots == std::string_view::npos ? std::nullopt : amount_of(text.substr(0, dots));
  auto high = dots == std::string_view::npos ? std::nullopt : amount_of(text.substr(dots + 2));
  if (!low || !high) {
    problems.push_back(fmt::format(
        "--break-even: \"{}\" is no range; one is \"0.2 CNY/kWh .. 1.2 CNY/kWh\"", trimmed(text)));
    return;
  }
  axis.unit = low->unit.empty() ? high->unit : low->unit;
  if (!high->unit.empty() && high->unit != axis.unit) {
    const auto ratio = ratio_of_units(high->unit, axis.unit);
    if (!ratio) {
      problems.push_back(fmt::format(
          "--break-even: \"{}\" and \"{}\" are different units; both ends take the same", axis.unit,
          high->unit));
      return;
    }
    high->value *= *ratio;
  }
  axis.range.low = low->value;
  axis.range.high = high->value;
  if (!std::isfinite(high->value - low->value)) {
    problems.push_back(fmt::format("--break-even: the range from {} to {} is too wide",
                                   axis.text_of(low->value), axis.text_of(high->value)));
  } else if (low->value > high->value) {
    problems.push_back(fmt::format("--break-even: the range is reversed; write \"{} .. {}\"",
                                   axis.text_of(high->value), axis.text_of(low->value)));
  } else if (low->value == high->value) {
    problems.push_back(fmt::format("--break-even: the range from {} to {} is empty",
                                   axis.text_of(low->value), axis.text_of(high->value)));
  }
}

std::string text_of_number(const BreakEvenAxis& axis, double x) {
  return axis.range.is_count ? fmt::format("{:.0f}", x) : fmt::format("{}", x);
}

double number_of(const Node& node) {
  return node.kind == NodeKind::Integer ? static_cast<double>(node.integer) : node.number;
}

/// At least one of whatever is counted.
std::string scaled_count(const Node& count, double x) {
  return fmt::format("{:.0f}", std::max(1.0, std::round(number_of(count) * x)));
}

/// The setting of one field of a workload under x times its load; nothing if it is no load. In a
/// closed loop x times the users send x times the requests, or its beginning and end, when not all
/// are there, would weigh more.
std::optional<std::string> loaded(const Node& workload, const std::string& key, const Node& value,
                                  double x) {
  const Node* users = workload.find("concurrency");
  const bool is_closed = users != nullptr && users->kind == NodeKind::Integer;
  if (key.ends_with("_rate") && value.kind == NodeKind::String) {
    const auto rate = amount_of(value.text);
    return rate ? std::optional(fmt::format("{} {}", rate->value * x, rate->unit)) : std::nullopt;
  }
  if (is_closed && value.kind == NodeKind::Integer &&
      (key == "concurrency" || key.starts_with("num_"))) {
    return scaled_count(value, x);
  }
  const bool is_number = value.kind == NodeKind::Integer || value.kind == NodeKind::Number;
  return key == "speedup" && is_number ? std::optional(fmt::format("{}", number_of(value) * x))
                                       : std::nullopt;
}

Settings load_settings(const Node& resolved, double x) {
  Settings settings;
  for (const auto& pointer : matching_pointers(resolved, "/workloads/*")) {
    const Node& workload = *find_pointer(resolved, pointer);
    for (const auto& [key, mark, field] : workload.members) {
      if (const auto value = loaded(workload, key, field, x)) {
        settings.emplace_back(child_pointer(pointer, key), *value);
      }
    }
  }
  return settings;
}

}  // namespace

std::string BreakEvenAxis::title() const {
  const auto what = is_load() ? std::string("load, times that of the scenario") : pattern;
  return subject ? fmt::format("{} of {}", what, *subject == 0 ? "A" : "B") : what;
}

std::string BreakEvenAxis::text_of(double x) const {
  const auto number = range.is_count ? fmt::format("{:.0f}", x) : fmt::format("{:.5g}", x);
  return is_load() ? number + " x load" : unit.empty() ? number : number + " " + unit;
}

BreakEvenAxis break_even_axis(std::string_view text, std::vector<std::string>& problems) {
  BreakEvenAxis axis;
  const auto equals = text.find('=');
  auto what = trimmed(text.substr(0, equals));
  if (what.starts_with("A:") || what.starts_with("B:")) {
    axis.subject = what.front() == 'A' ? 0 : 1;
    what = trimmed(what.substr(2));
  }
  if (what == utilization_word || (what == load_word && equals == std::string_view::npos)) {
    axis.range = load_range;
    if (equals != std::string_view::npos) {
      problems.emplace_back(
          "--break-even: utilization is what comes out of a load; say \"load = "
          "0.1 .. 4\", times that of the scenario");
    }
    return axis;
  }
  if (what != load_word && !what.starts_with("/")) {
    const auto hint = did_you_mean(
        what, std::vector<std::string>{std::string(load_word), std::string(utilization_word)});
    problems.push_back(
        fmt::format("--break-even: \"{}\" is neither a JSON pointer nor \"load\" or "
                    "\"utilization\"{}{}",
                    what, hint.empty() ? "" : "; ", hint));
    return axis;
  }
  axis.pattern = what == load_word ? "" : std::string(what);
  if (equals == std::string_view::npos) {
    problems.push_back(fmt::format(
        "--break-even: a range is missing; write \"{} = 0.2 CNY/kWh .. 1.2 CNY/kWh\"", what));
    return axis;
  }
  read_range(text.substr(equals + 1), axis, problems);
  if (axis.is_load() && (axis.range.low <= 0 || !axis.unit.empty())) {
    problems.emplace_back(
        "--break-even: a load is a plain number above zero, times that of the "
        "scenario");
  }
  axis.range.is_count = !axis.is_load() && is_count(axis.pattern);
  if (axis.range.is_count && (axis.range.low != std::round(axis.range.low) ||
                              axis.range.high != std::round(axis.range.high))) {
    problems.push_back(fmt::format("--break-even: {} takes whole numbers", axis.pattern));
  }
  return axis;
}

Settings settings_at(const BreakEvenAxis& axis, const Node& resolved, double x) {
  if (axis.is_load()) {
    return load_settings(resolved, x);
  }
  Settings settings;
  auto pointers = matching_pointers(resolved, axis.pattern);
  // A field that is not set at all may still be set; the reader knows whether there is one.
  if (pointers.empty() && axis.pattern.find('*') == std::string::npos) {
    pointers.push_back(axis.pattern);
  }
  for (const auto& pointer : pointers) {
    const auto number = text_of_number(axis, x);
    settings.emplace_back(pointer, axis.unit.empty() ? number : number + " " + axis.unit);
  }
  return settings;
}

}  // namespace tokenfab

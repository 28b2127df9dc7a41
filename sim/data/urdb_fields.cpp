// SPDX-License-Identifier: Apache-2.0
#include "sim/data/urdb_fields.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

}  // namespace

std::string shown(const simdjson::dom::element& value) {
  if (value.is_array() || value.is_object()) {
    return value.is_array() ? "a list" : "an object";
  }
  return quote(simdjson::minify(value));
}

std::optional<double> number_in(const simdjson::dom::element& value, double lowest,
                                double highest) {
  double number = 0;
  bool flag = false;
  if (value.get_bool().get(flag) == simdjson::SUCCESS) {
    number = flag ? 1 : 0;
  } else if (value.get_double().get(number) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  const bool is_inside = std::isfinite(number) && number >= lowest && number <= highest;
  return is_inside ? std::optional(number) : std::nullopt;
}

UrdbFields::UrdbFields(const simdjson::dom::object& object, std::string pointer, FileFaults& faults)
    : pointer_(std::move(pointer)), faults_(faults) {
  for (const auto& [name, value] : object) {
    if (!fields_.emplace(lower(name), value).second) {
      faults_.add_at(pointer_, fmt::format("{} is there twice", quote(name)));
    }
  }
}

std::optional<simdjson::dom::element> UrdbFields::find(std::string_view name) const {
  const auto found = fields_.find(name);
  const bool is_there = found != fields_.end() && !found->second.is_null();
  return is_there ? std::optional(found->second) : std::nullopt;
}

std::optional<double> UrdbFields::number(std::string_view name, double lowest,
                                         double highest) const {
  const auto found = find(name);
  const auto value = found ? number_in(*found, lowest, highest) : std::nullopt;
  if (found && !value) {
    refuse(name,
           fmt::format("{}, expected a number from {} to {}", shown(*found), lowest, highest));
  }
  return value;
}

std::string UrdbFields::text(std::string_view name) const {
  const auto found = find(name);
  std::string_view value;
  if (found && found->get_string().get(value) != simdjson::SUCCESS) {
    refuse(name, fmt::format("{}, expected a string", shown(*found)));
  }
  return std::string(value);
}

std::optional<simdjson::dom::array> UrdbFields::list(std::string_view name) const {
  const auto found = find(name);
  simdjson::dom::array values;
  if (!found) {
    return std::nullopt;
  }
  if (found->get_array().get(values) != simdjson::SUCCESS) {
    refuse(name, fmt::format("{}, expected a list", shown(*found)));
    return std::nullopt;
  }
  return values;
}

std::optional<std::vector<double>> UrdbFields::numbers(std::string_view name, std::size_t size,
                                                       double lowest, double highest) const {
  const auto values = list(name);
  if (!values) {
    return std::nullopt;
  }
  std::vector<double> result;
  for (const auto& value : *values) {
    const auto number = number_in(value, lowest, highest);
    if (!number) {
      refuse(name, fmt::format("an element is {}, expected a number from {} to {}", shown(value),
                               lowest, highest));
      return std::nullopt;
    }
    result.push_back(*number);
  }
  if (result.size() != size) {
    refuse(name, fmt::format("{} elements, expected {}", result.size(), size));
    return std::nullopt;
  }
  return result;
}

std::string UrdbFields::pointer_to(std::string_view name) const {
  return fmt::format("{}/{}", pointer_, name);
}

void UrdbFields::refuse(std::string_view name, std::string message, std::string fix) const {
  faults_.add_at(pointer_to(name), std::move(message), std::move(fix));
}

}  // namespace tokenfab

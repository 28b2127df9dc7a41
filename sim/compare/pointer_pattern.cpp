// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/pointer_pattern.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view any_name = "*";

struct Place {
  std::string pointer;
  const Node* node;
};

std::vector<Place> places_below(const std::vector<Place>& places, const std::string& key) {
  std::vector<Place> below;
  for (const auto& [pointer, node] : places) {
    if (key == any_name) {
      for (const auto& member : node->members) {
        below.push_back({child_pointer(pointer, member.key), &member.value});
      }
    } else if (const Node* value = node->find(key)) {
      below.push_back({child_pointer(pointer, key), value});
    }
  }
  return below;
}

}  // namespace

std::vector<std::string> matching_pointers(const Node& document, std::string_view pattern) {
  const auto keys = split_pointer(pattern);
  if (!keys || keys->empty()) {
    return {};
  }
  std::vector<Place> places{{"", &document}};
  for (const auto& key : *keys) {
    places = places_below(places, key);
  }
  std::vector<std::string> pointers;
  for (auto& place : places) {
    pointers.push_back(std::move(place.pointer));
  }
  return pointers;
}

std::string pattern_fault(const Node& document, std::string_view pattern) {
  const auto keys = split_pointer(pattern);
  if (!keys || keys->empty()) {
    return fmt::format("\"{}\" is no JSON pointer: it begins with \"/\"", pattern);
  }
  std::vector<Place> places{{"", &document}};
  for (const auto& key : *keys) {
    auto below = places_below(places, key);
    if (!below.empty()) {
      places = std::move(below);
      continue;
    }
    std::vector<std::string> known;
    for (const auto& member : places.front().node->members) {
      known.push_back(member.key);
    }
    const auto hint = did_you_mean(key, known);
    const auto& at = places.front().pointer;
    return fmt::format("{} has no \"{}\"; {}", at.empty() ? "the scenario" : at, key,
                       !hint.empty()   ? hint
                       : known.empty() ? "it is a value"
                                       : fmt::format("it has: {}", fmt::join(known, ", ")));
  }
  return "";
}

}  // namespace tokenfab

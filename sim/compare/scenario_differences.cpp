// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/scenario_differences.hpp"

#include <fmt/format.h>

namespace tokenfab {
namespace {

/// On one line; of a whole object only that it is one.
std::string short_text(const Node& node) {
  constexpr std::size_t shown = 60;
  const auto text = to_json(node, -1);
  return text.size() <= shown ? text : text.substr(0, shown) + "...";
}

bool counts(const std::string& pointer, const std::string& key) {
  return key != "note" && !(pointer.empty() && (key == "name" || key == "provenance"));
}

void collect(const std::string& pointer, const Node* first, const Node* second,
             std::vector<ScenarioDifference>& found) {
  const bool are_objects = first != nullptr && second != nullptr &&
                           first->kind == NodeKind::Object && second->kind == NodeKind::Object;
  if (!are_objects) {
    auto a = first == nullptr ? "" : to_json(*first, -1);
    auto b = second == nullptr ? "" : to_json(*second, -1);
    if (a != b) {
      found.push_back({pointer, first == nullptr ? "" : short_text(*first),
                       second == nullptr ? "" : short_text(*second)});
    }
    return;
  }
  for (const auto& [key, mark, value] : first->members) {
    if (counts(pointer, key)) {
      collect(child_pointer(pointer, key), &value, second->find(key), found);
    }
  }
  for (const auto& [key, mark, value] : second->members) {
    if (counts(pointer, key) && first->find(key) == nullptr) {
      collect(child_pointer(pointer, key), nullptr, &value, found);
    }
  }
}

}  // namespace

std::vector<ScenarioDifference> scenario_differences(const Node& first, const Node& second) {
  std::vector<ScenarioDifference> found;
  collect("", &first, &second, found);
  return found;
}

std::string text_of(const std::vector<ScenarioDifference>& differences, std::size_t lines_max) {
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < lines_max; ++i) {
    const auto& [pointer, first, second] = differences[i];
    text += fmt::format("  {}: {} -> {}\n", pointer, first.empty() ? "(absent)" : first,
                        second.empty() ? "(absent)" : second);
  }
  if (differences.size() > lines_max) {
    text += fmt::format("  and {} more\n", differences.size() - lines_max);
  }
  return text;
}

}  // namespace tokenfab

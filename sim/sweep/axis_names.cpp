// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/axis_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace tokenfab {

bool is_axis_name(const std::string& text) {
  return !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) == 0) &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::string axis_name_of(const std::string& text) {
  auto name = text;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '_'; },
      '_');
  return name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0 ? "_" + name
                                                                                     : name;
}

std::string text_of_value(const Node& value) {
  if (value.kind == NodeKind::String) {
    return value.text;
  }
  const Node* use = value.find("use");
  const Node* model = value.find("model");
  const Node* told = use != nullptr ? use : model;
  return told != nullptr && told->kind == NodeKind::String ? told->text : to_json(value, -1);
}

void check_repeats(const Node& node, const std::vector<Axis>& axes,
                   std::vector<Problem>& problems) {
  std::set<std::string> names;
  std::map<std::string, std::string> owners;
  for (const auto& axis : axes) {
    if (!names.insert(axis.name).second) {
      problems.push_back({node.mark.place(), "/axes",
                          fmt::format("two axes are called {}", axis.name),
                          "give one a name: {\"pointer\": ..., \"values\": ...}"});
    }
    for (const auto& pointer : axis.pointers) {
      const auto [owner, is_new] = owners.emplace(pointer, axis.name);
      if (!is_new) {
        problems.push_back(
            {node.mark.place(), "/axes",
             fmt::format("{} is set by the axes {} and {}", pointer, owner->second, axis.name),
             ""});
      }
    }
  }
}

}  // namespace tokenfab

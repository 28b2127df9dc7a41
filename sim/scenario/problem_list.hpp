// SPDX-License-Identifier: Apache-2.0
// Problems found in a scenario that was read, each with the place of what it is about.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/core/errors.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {

class ProblemList {
 public:
  explicit ProblemList(const Node& document) : document_(document) {}

  void add(const std::string& pointer, std::string message, std::string fix = "") {
    // A default has no place of its own: show the nearest parent that was written.
    auto shown = pointer;
    const Node* node = find_pointer(document_, shown);
    while (node == nullptr && !shown.empty()) {
      shown.resize(shown.rfind('/'));
      node = find_pointer(document_, shown);
    }
    list_.push_back({node == nullptr ? SourcePlace{} : node->mark.place(), pointer,
                     std::move(message), std::move(fix)});
  }

  /// Complains unless `name` is among `known`.
  void require_known(const std::string& pointer, const std::string& what, const std::string& name,
                     const std::vector<std::string>& known) {
    for (const auto& candidate : known) {
      if (candidate == name) {
        return;
      }
    }
    const auto hint = did_you_mean(name, known);
    add(pointer, fmt::format("there is no {} \"{}\"", what, name),
        hint.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : hint);
  }

  const std::vector<Problem>& list() const { return list_; }

 private:
  const Node& document_;
  std::vector<Problem> list_;
};

template <class V>
std::vector<std::string> names_of(const std::map<std::string, V>& entries) {
  std::vector<std::string> names;
  for (const auto& [name, value] : entries) {
    names.push_back(name);
  }
  return names;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Curves whose points are runs: cost over users, each number of users a result of its own.
#include <fmt/format.h>

#include "sim/core/errors.hpp"
#include "sim/gate/gate.hpp"

namespace tokenfab {
namespace {

const NamedNumbers* result_of(const GatedResults& now, const std::string& family,
                              const std::string& tag) {
  for (const auto& name : {family + "/" + tag, tag}) {
    if (const auto found = now.results.find(name); !tag.empty() && found != now.results.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

/// The baseline's line with the results' numbers; points without them are left out.
CurveLinePoints line_now(const std::string& name, const CurveFamily& family,
                         const CurveLinePoints& baseline, const GatedResults& now) {
  CurveLinePoints line;
  for (const auto& point : baseline) {
    const auto* numbers = result_of(now, name, point.tag);
    if (numbers == nullptr) {
      continue;
    }
    const auto x = numbers->find(family.x);
    const auto y = numbers->find(family.y);
    if (x != numbers->end() && y != numbers->end()) {
      line.push_back({x->second, y->second, point.tag});
    }
  }
  return line;
}

}  // namespace

void add_curves_over_results(const GatedResults& baseline, GatedResults& now) {
  for (const auto& [name, family] : baseline.curves) {
    if (now.curves.count(name) != 0) {
      continue;
    }
    CurveFamily found{family.x, family.y, {}};
    for (const auto& [label, points] : family.lines) {
      auto line = line_now(name, family, points, now);
      if (line.empty()) {
        continue;
      }
      if (const auto fault = order_points(line); !fault.empty()) {
        throw DataError(
            {{{}, "", fmt::format("curve {}: the line {} {}", name, label, fault), ""}});
      }
      found.lines.emplace(label, std::move(line));
    }
    if (!found.lines.empty()) {
      now.curves.emplace(name, std::move(found));
    }
  }
}

}  // namespace tokenfab

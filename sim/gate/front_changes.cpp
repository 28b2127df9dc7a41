// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/front_changes.hpp"

#include <algorithm>
#include <iterator>

#include "sim/report/frontier.hpp"

namespace tokenfab {

std::vector<std::string> front_members(const CurveFamily& family, bool higher_is_better) {
  std::vector<PlotPoint> places;
  std::vector<std::string> names;
  for (const auto& [label, points] : family.lines) {
    for (const auto& each : points) {
      places.push_back({each.x, higher_is_better ? -each.y : each.y});
      names.push_back(each.tag.empty() ? "" : label + ", " + each.tag);
    }
  }
  std::vector<std::string> members;
  for (const auto each : frontier_of(places)) {
    if (!names[each].empty()) {
      members.push_back(names[each]);
    }
  }
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  return members;
}

FrontChanges front_changes(const CurveFamily& baseline, const CurveFamily& now,
                           bool higher_is_better) {
  const auto before = front_members(baseline, higher_is_better);
  const auto after = front_members(now, higher_is_better);
  FrontChanges changes;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(changes.joined));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(changes.left));
  return changes;
}

}  // namespace tokenfab

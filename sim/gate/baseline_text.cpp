// SPDX-License-Identifier: Apache-2.0
// Baselines as text, and renewed.
#include <fmt/format.h>

#include <cmath>

#include "sim/config/document.hpp"
#include "sim/gate/baseline.hpp"
#include "sim/gate/check.hpp"
#include "sim/gate/policy.hpp"
#include "sim/gate/tolerance.hpp"

namespace tokenfab {
namespace {

std::string quoted(const std::string& text) { return to_json(make_text(text, {}), -1); }

std::string number(double value) { return to_json(make_number(value, {}), -1); }

/// Items between braces, one per line.
template <class Items, class Write>
std::string braced(const Items& items, const std::string& indent, const char* braces, Write write) {
  if (items.empty()) {
    return std::string(braces);
  }
  std::string text;
  for (const auto& item : items) {
    text += fmt::format("{}\n{}  {}", text.empty() ? "" : ",", indent, write(item));
  }
  return fmt::format("{}{}\n{}{}", braces[0], text, indent, braces[1]);
}

std::string point_text(const TaggedPoint& point) {
  return point.tag.empty()
             ? fmt::format("[{}, {}]", number(point.x), number(point.y))
             : fmt::format("[{}, {}, {}]", number(point.x), number(point.y), quoted(point.tag));
}

std::string family_text(const CurveFamily& family) {
  const auto lines = braced(family.lines, "      ", "{}", [](const auto& line) {
    return quoted(line.first) + ": " + braced(line.second, "        ", "[]", point_text);
  });
  return fmt::format("{{\n      \"x\": {},\n      \"y\": {},\n      \"lines\": {}\n    }}",
                     quoted(family.x), quoted(family.y), lines);
}

struct NumberChanges {
  std::size_t changed = 0;
  std::size_t added = 0;
  std::size_t gone = 0;
  std::string largest;  // name of the largest relative change
  double largest_relative = 0;

  std::string text() const {
    auto written = fmt::format("{} changed, {} new, {} gone", changed, added, gone);
    if (!largest.empty()) {
      written += fmt::format("; the most: {} {}", largest, change_text(largest_relative));
    }
    return written;
  }
};

NumberChanges changes_between(const NamedNumbers& before, const NamedNumbers& after) {
  NumberChanges changes;
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old == before.end()) {
      ++changes.added;
    } else if (old->second != value) {
      ++changes.changed;
      const double relative = relative_change(old->second, value);
      if (changes.largest.empty() || std::abs(relative) > std::abs(changes.largest_relative)) {
        changes.largest = name;
        changes.largest_relative = relative;
      }
    }
  }
  for (const auto& [name, value] : before) {
    changes.gone += after.count(name) == 0 ? 1 : 0;
  }
  return changes;
}

std::string family_changes(const CurveFamily& before, const CurveFamily& after) {
  std::size_t changed = 0;
  std::size_t added = 0;
  std::size_t gone = 0;
  for (const auto& [label, points] : after.lines) {
    const auto old = before.lines.find(label);
    added += old == before.lines.end() ? 1 : 0;
    changed += old != before.lines.end() && old->second != points ? 1 : 0;
  }
  for (const auto& [label, points] : before.lines) {
    gone += after.lines.count(label) == 0 ? 1 : 0;
  }
  return fmt::format("{} lines changed, {} new, {} gone", changed, added, gone);
}

}  // namespace

std::string baseline_text(const GatedResults& baseline) {
  const auto results = braced(baseline.results, "  ", "{}", [](const auto& result) {
    return quoted(result.first) + ": " + braced(result.second, "    ", "{}", [](const auto& each) {
             return quoted(each.first) + ": " + number(each.second);
           });
  });
  const auto curves = braced(baseline.curves, "  ", "{}", [](const auto& curve) {
    return quoted(curve.first) + ": " + family_text(curve.second);
  });
  return fmt::format("{{\n  \"baseline_version\": 1,\n  \"results\": {},\n  \"curves\": {}\n}}\n",
                     results, curves);
}

GatedResults renewed(GatedResults baseline, const GatedResults& now,
                     const std::vector<std::string>& record) {
  for (const auto& [name, numbers] : now.results) {
    auto& kept = baseline.results[name];
    kept.clear();
    for (const auto& [metric, value] : numbers) {
      if (is_listed(record, metric)) {
        kept.emplace(metric, value);
      }
    }
  }
  for (const auto& [name, family] : now.curves) {
    baseline.curves[name] = family;
  }
  return baseline;
}

std::string renewal_text(const GatedResults& before, const GatedResults& after) {
  std::string text;
  for (const auto& [name, numbers] : after.results) {
    const auto old = before.results.find(name);
    if (old == before.results.end()) {
      text += fmt::format("  {}: new, {} numbers\n", name, numbers.size());
    } else if (old->second != numbers) {
      text += fmt::format("  {}: {}\n", name, changes_between(old->second, numbers).text());
    }
  }
  for (const auto& [name, family] : after.curves) {
    const auto old = before.curves.find(name);
    if (old == before.curves.end()) {
      text += fmt::format("  {}: new, {} lines\n", name, family.lines.size());
    } else if (!(old->second == family)) {
      text += fmt::format("  {}: {}\n", name, family_changes(old->second, family));
    }
  }
  return text;
}

}  // namespace tokenfab

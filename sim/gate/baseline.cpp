// SPDX-License-Identifier: Apache-2.0
// Reading baselines.
#include "sim/gate/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "sim/config/document.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

constexpr std::int64_t known_baseline_version = 1;

class BaselineReader {
 public:
  explicit BaselineReader(std::vector<Problem>& problems) : problems_(problems) {}

  GatedResults read(const Node& document) {
    GatedResults baseline;
    check_keys(document, "", {"baseline_version", "results", "curves", "note"});
    for_members(document, "", "results", [&](const Member& result, const std::string& pointer) {
      baseline.results[result.key] = read_numbers(result.value, pointer);
    });
    for_members(document, "", "curves", [&](const Member& curve, const std::string& pointer) {
      baseline.curves[curve.key] = read_family(curve.value, pointer);
    });
    return baseline;
  }

 private:
  void complain(const Node& place, const std::string& pointer, std::string message,
                std::string fix = "") {
    problems_.push_back({place.mark.place(), pointer, std::move(message), std::move(fix)});
  }

  bool expect(const Node& node, NodeKind kind, const char* what, const std::string& pointer) {
    if (node.kind == kind) {
      return true;
    }
    complain(node, pointer, fmt::format("expected {}, found {}", what, describe_value(node)));
    return false;
  }

  void check_keys(const Node& object, const std::string& pointer,
                  const std::vector<std::string>& known) {
    for (const auto& member : object.members) {
      if (std::find(known.begin(), known.end(), member.key) == known.end()) {
        complain(member.value, child_pointer(pointer, member.key), "unknown key",
                 did_you_mean(member.key, known));
      }
    }
  }

  /// Calls `read` for every member of the object under `key`, which may be absent.
  template <class Read>
  void for_members(const Node& owner, const std::string& owner_pointer, const char* key,
                   Read read) {
    const Node* object = owner.find(key);
    const auto pointer = child_pointer(owner_pointer, key);
    if (object == nullptr || !expect(*object, NodeKind::Object, "an object by name", pointer)) {
      return;
    }
    for (const auto& member : object->members) {
      read(member, child_pointer(pointer, member.key));
    }
  }

  std::optional<double> read_number(const Node& node, const std::string& pointer) {
    if (node.kind == NodeKind::Integer) {
      return static_cast<double>(node.integer);
    }
    if (node.kind == NodeKind::Number && std::isfinite(node.number)) {
      return node.number;
    }
    complain(node, pointer, fmt::format("expected a number, found {}", describe_value(node)));
    return std::nullopt;
  }

  NamedNumbers read_numbers(const Node& node, const std::string& pointer) {
    NamedNumbers numbers;
    if (expect(node, NodeKind::Object, "an object of numbers", pointer)) {
      for (const auto& [name, mark, value] : node.members) {
        if (const auto number = read_number(value, child_pointer(pointer, name))) {
          numbers[name] = *number;
        }
      }
    }
    return numbers;
  }

  std::string read_name(const Node& owner, const char* key, const std::string& pointer) {
    const Node* node = owner.find(key);
    if (node == nullptr) {
      complain(owner, child_pointer(pointer, key), "is missing: the name of the axis");
      return "";
    }
    return expect(*node, NodeKind::String, "the name of the axis", child_pointer(pointer, key))
               ? node->text
               : "";
  }

  CurveFamily read_family(const Node& node, const std::string& pointer) {
    CurveFamily family;
    if (!expect(node, NodeKind::Object, "an object with x, y and lines", pointer)) {
      return family;
    }
    check_keys(node, pointer, {"x", "y", "lines", "note"});
    family.x = read_name(node, "x", pointer);
    family.y = read_name(node, "y", pointer);
    for_members(node, pointer, "lines", [&](const Member& line, const std::string& place) {
      family.lines[line.key] = read_points(line.value, place);
    });
    return family;
  }

  CurveLinePoints read_points(const Node& node, const std::string& pointer) {
    CurveLinePoints points;
    if (!expect(node, NodeKind::Array, "an array of points", pointer)) {
      return points;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (auto point = read_point(node.items[i], child_pointer(pointer, std::to_string(i)))) {
        points.push_back(std::move(*point));
      }
    }
    const bool is_whole = points.size() == node.items.size();
    if (const auto fault = order_points(points); is_whole && !fault.empty()) {
      complain(node, pointer, fault);
    }
    return points;
  }

  std::optional<TaggedPoint> read_point(const Node& node, const std::string& pointer) {
    const auto& items = node.items;
    const bool has_form = node.kind == NodeKind::Array &&
                          (items.size() == 2 || items.size() == 3) &&
                          (items.size() == 2 || items[2].kind == NodeKind::String);
    if (!has_form) {
      complain(node, pointer,
               fmt::format("expected a point [x, y] or [x, y, \"tag\"], found {}",
                           node.kind == NodeKind::Array ? "another array" : describe_value(node)));
      return std::nullopt;
    }
    const auto x = read_number(items[0], child_pointer(pointer, "0"));
    const auto y = read_number(items[1], child_pointer(pointer, "1"));
    if (!x || !y) {
      return std::nullopt;
    }
    return TaggedPoint{*x, *y, items.size() == 3 ? items[2].text : std::string()};
  }

  std::vector<Problem>& problems_;
};

void check_version(const Node& document, const std::string& file) {
  const Node* version = document.find("baseline_version");
  const Node& place = version == nullptr ? document : *version;
  auto where = place.mark.place();
  where.file = file;
  if (version == nullptr || version->kind != NodeKind::Integer) {
    throw DataError(
        {{where, "/baseline_version", "this is no baseline of a gate: it has no baseline_version",
          "tokenfab gate --update --baseline FILE RESULT... writes one"}});
  }
  if (version->integer != known_baseline_version) {
    throw DataError(
        {{where, "/baseline_version",
          fmt::format("baseline_version {} is not known; this program reads {}; nothing was "
                      "compared and nothing written",
                      version->integer, known_baseline_version),
          "use the program that wrote it, or write a new one with --update under another name"}});
  }
}

}  // namespace

GatedResults read_baseline(std::string_view text, const std::string& file) {
  Node document;
  try {
    document = parse_document(text, file);
  } catch (const ConfigError& error) {
    throw DataError(error.problems());
  }
  check_version(document, file);
  std::vector<Problem> problems;
  auto baseline = BaselineReader(problems).read(document);
  if (!problems.empty()) {
    throw DataError(problems);
  }
  return baseline;
}

}  // namespace tokenfab

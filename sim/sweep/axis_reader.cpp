// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/axis_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "sim/core/nearest.hpp"
#include "sim/sweep/axis_names.hpp"
#include "sim/sweep/value_range.hpp"

namespace tokenfab {
namespace {

constexpr const char* axes_pointer = "/axes";
constexpr std::int64_t values_max = 10'000'000;

/// One axis of the file.
class AxisReader {
 public:
  /// `room` for values: what the axes before it have left.
  AxisReader(const Member& member, const HypercubeSamples& samples, std::int64_t room,
             std::vector<Problem>& problems)
      : member_(member),
        samples_(samples),
        room_(room),
        problems_(problems),
        where_(child_pointer(axes_pointer, member.key)) {}

  std::optional<Axis> read() {
    const auto before = problems_.size();
    axis_.name = member_.key;
    if (member_.key.starts_with('/')) {
      read_short();
    } else if (member_.value.kind != NodeKind::Object) {
      complain(member_.value, "",
               fmt::format("expected an object, found {}", describe_value(member_.value)),
               "{\"pointer\": \"/...\", \"values\": [...]}, or name the axis by its pointer");
    } else {
      read_object();
    }
    if (problems_.size() == before && axis_.values.empty()) {
      complain(member_.value, "", "has no values: every axis needs at least one");
    }
    return problems_.size() == before ? std::optional(std::move(axis_)) : std::nullopt;
  }

 private:
  void complain(const Node& node, const std::string& below, std::string message,
                std::string fix = "") {
    problems_.push_back({node.mark.place(), where_ + below, std::move(message), std::move(fix)});
  }

  void read_short() {
    add_pointer(member_.key, member_.value);
    if (!axis_.pointers.empty()) {
      axis_.name = axis_name_of(split_pointer(member_.key)->back());
    }
    add_values(member_.value, "");
  }

  void read_object() {
    if (!is_axis_name(axis_.name)) {
      complain(member_.value, "",
               fmt::format("\"{}\" is no name: letters, digits and underscores make one, so that "
                           "constraints can use it",
                           axis_.name),
               axis_name_of(axis_.name));
    }
    check_keys();
    const auto& object = member_.value;
    const Node* zip = object.find("zip");
    const Node* list = object.find("list");
    if (zip != nullptr) {
      read_zip(*zip);
    } else if (list != nullptr) {
      read_list(*list);
    } else {
      read_pointers();
      read_values();
    }
    read_labels();
  }

  void check_keys() {
    static const std::vector<std::string> known{"pointer", "pointers", "values", "linear",
                                                "log",     "zip",      "list",   "latin_hypercube",
                                                "labels",  "note"};
    std::vector<std::string> sources;
    for (const auto& [key, mark, value] : member_.value.members) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        const auto hint = did_you_mean(key, known);
        problems_.push_back(
            {mark.place(), child_pointer(where_, key), "unknown key",
             hint.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : hint});
      } else if (key != "pointer" && key != "pointers" && key != "labels" && key != "note") {
        sources.push_back(key);
      }
    }
    if (sources.size() != 1) {
      complain(member_.value, "",
               sources.empty() ? "says nowhere what its values are"
                               : fmt::format("takes its values from one place, found {}",
                                             fmt::join(sources, " and ")),
               "one of values, linear, log, latin_hypercube, zip, list");
    }
    const bool has_pointer =
        member_.value.find("pointer") != nullptr || member_.value.find("pointers") != nullptr;
    const bool names_own =
        member_.value.find("zip") != nullptr || member_.value.find("list") != nullptr;
    if (has_pointer && names_own) {
      complain(member_.value, "", "zip and list name their pointers themselves",
               "leave out pointer");
    }
  }

  void read_pointers() {
    const Node* one = member_.value.find("pointer");
    const Node* several = member_.value.find("pointers");
    if ((one == nullptr) == (several == nullptr)) {
      complain(member_.value, "", "needs either pointer or pointers",
               "\"pointer\": \"/sites/...\"");
    } else if (one != nullptr) {
      add_text_pointer(*one, "/pointer");
    } else if (several->kind != NodeKind::Array || several->items.empty()) {
      complain(*several, "/pointers", "expected a list of JSON pointers");
    } else {
      for (std::size_t i = 0; i < several->items.size(); ++i) {
        add_text_pointer(several->items[i], fmt::format("/pointers/{}", i));
      }
    }
  }

  void add_text_pointer(const Node& node, const std::string& below) {
    if (node.kind != NodeKind::String) {
      complain(node, below, fmt::format("expected a JSON pointer, found {}", describe_value(node)));
    } else {
      add_pointer(node.text, node);
    }
  }

  void add_pointer(const std::string& pointer, const Node& node) {
    const auto keys = split_pointer(pointer);
    if (!keys || keys->empty()) {
      complain(node, "", fmt::format("\"{}\" is no JSON pointer into the scenario", pointer),
               "such as /sites/site/cooling/pue");
    } else if (pointer == "/seed") {
      complain(node, "", "the seed is the sweep's own: every point has one", "replications");
    } else {
      axis_.pointers.push_back(pointer);
    }
  }

  void read_values() {
    const auto& object = member_.value;
    if (const Node* values = object.find("values")) {
      add_values(*values, "/values");
    } else if (const Node* linear = object.find("linear")) {
      read_range(*linear, Spacing::Linear, "/linear");
    } else if (const Node* log = object.find("log")) {
      read_range(*log, Spacing::Log, "/log");
    } else if (const Node* sampled = object.find("latin_hypercube")) {
      read_sampled(*sampled);
    }
  }

  /// Every value goes to all pointers.
  void add_values(const Node& values, const std::string& below) {
    if (values.kind != NodeKind::Array || values.items.empty()) {
      complain(values, below,
               values.kind == NodeKind::Array
                   ? "the list is empty: every axis needs at least one value"
                   : fmt::format("expected a list of values, found {}", describe_value(values)));
      return;
    }
    add_nodes(values.items);
  }

  void add_nodes(const std::vector<Node>& nodes) {
    set_unit(nodes.front());
    for (const auto& node : nodes) {
      AxisValue value{text_of_value(node), number_in(axis_.unit, node), {}};
      value.settings.assign(axis_.pointers.size(), to_json(node, -1));
      axis_.values.push_back(std::move(value));
    }
  }

  void set_unit(const Node& first) {
    axis_.unit = unit_of_value(first);
    axis_.unit_si = si_of_unit(axis_.unit);
  }

  std::optional<RangeEnds> read_ends(const Node& range, Spacing spacing, const std::string& below,
                                     const std::vector<std::string>& known) {
    if (range.kind != NodeKind::Object) {
      complain(range, below, fmt::format("expected an object, found {}", describe_value(range)),
               "{\"from\": ..., \"to\": ...}");
      return std::nullopt;
    }
    for (const auto& [key, mark, value] : range.members) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        problems_.push_back({mark.place(), where_ + child_pointer(below, key), "unknown key",
                             fmt::format("known: {}", fmt::join(known, ", "))});
      }
    }
    const Node* from = range.find("from");
    const Node* to = range.find("to");
    if (from == nullptr || to == nullptr) {
      complain(range, below, fmt::format("{} is missing", from == nullptr ? "from" : "to"));
      return std::nullopt;
    }
    try {
      return range_ends(*from, *to, spacing);
    } catch (const std::invalid_argument& error) {
      complain(range, below, error.what());
      return std::nullopt;
    }
  }

  void read_range(const Node& range, Spacing spacing, const std::string& below) {
    const auto ends = read_ends(range, spacing, below, {"from", "to", "points"});
    const Node* points = range.find("points");
    const bool is_count = points != nullptr && points->kind == NodeKind::Integer;
    if (!is_count || points->integer < 2 || points->integer > room_) {
      complain(points == nullptr ? range : *points, below + "/points",
               fmt::format("expected a number of points from 2 to {}, found {}", room_,
                           points == nullptr ? "none" : describe_value(*points)));
    } else if (ends) {
      add_nodes(spaced_values(*ends, spacing, points->integer));
    }
  }

  void read_sampled(const Node& range) {
    constexpr const char* below = "/latin_hypercube";
    const Node* scale = range.find("scale");
    const bool is_log = scale != nullptr && scale->text == "log";
    if (scale != nullptr && !is_log && scale->text != "linear") {
      complain(*scale, fmt::format("{}/scale", below), "expected linear or log");
    }
    const auto ends =
        read_ends(range, is_log ? Spacing::Log : Spacing::Linear, below, {"from", "to", "scale"});
    axis_.is_sampled = true;
    if (samples_.count < 1) {
      complain(range, below, "the sweep does not say how many samples to draw",
               "\"samples\": 100 beside \"axes\"");
    } else if (samples_.count > room_) {
      complain(range, below,
               fmt::format("all axes together may have {} values, which leaves {} for this one",
                           values_max, room_),
               "fewer samples");
    } else if (ends) {
      RandomStream random(static_cast<std::uint64_t>(samples_.seed), 0, "sweep/" + axis_.name,
                          "latin hypercube");
      add_nodes(stratified_values(*ends, is_log ? Spacing::Log : Spacing::Linear, samples_.count,
                                  random));
    }
  }

  void read_zip(const Node& zip) {
    if (zip.kind != NodeKind::Object || zip.members.empty()) {
      complain(zip, "/zip", "expected JSON pointers, each with a list of values");
      return;
    }
    std::set<std::size_t> sizes;
    for (const auto& [pointer, mark, values] : zip.members) {
      add_pointer(pointer, values);
      if (values.kind != NodeKind::Array || values.items.empty()) {
        complain(values, child_pointer("/zip", pointer), "expected a list of values");
        return;
      }
      sizes.insert(values.items.size());
    }
    if (sizes.size() != 1) {
      complain(zip, "/zip",
               fmt::format("lists that move together are of one length, found {}",
                           fmt::join(sizes, " and ")));
      return;
    }
    for (std::size_t i = 0; i < *sizes.begin(); ++i) {
      std::vector<const Node*> row;
      for (const auto& each : zip.members) {
        row.push_back(&each.value.items[i]);
      }
      add_row(row);
    }
  }

  void read_list(const Node& list) {
    if (list.kind != NodeKind::Array || list.items.empty()) {
      complain(list, "/list", "expected a list of objects: JSON pointer to value");
      return;
    }
    for (const auto& item : list.items) {
      if (item.kind != NodeKind::Object || item.members.empty()) {
        complain(
            item, "/list",
            fmt::format("expected an object of JSON pointers, found {}", describe_value(item)));
        return;
      }
      for (const auto& [pointer, mark, value] : item.members) {
        const auto& known = axis_.pointers;
        if (std::find(known.begin(), known.end(), pointer) == known.end()) {
          add_pointer(pointer, value);
        }
      }
    }
    for (const auto& item : list.items) {
      std::vector<const Node*> row;
      for (const auto& pointer : axis_.pointers) {
        row.push_back(item.find(pointer));
      }
      add_row(row);
    }
  }

  /// One value of an axis with several pointers; null: left as it is.
  void add_row(const std::vector<const Node*>& row) {
    AxisValue value;
    for (const Node* node : row) {
      value.settings.push_back(node == nullptr ? "" : to_json(*node, -1));
      if (node != nullptr) {
        value.text += (value.text.empty() ? "" : ", ") + text_of_value(*node);
      }
    }
    if (row.front() != nullptr) {
      if (axis_.values.empty()) {
        set_unit(*row.front());
      }
      value.number = number_in(axis_.unit, *row.front());
    }
    axis_.values.push_back(std::move(value));
  }

  /// A value with a label is a word from then on.
  void read_labels() {
    const Node* labels = member_.value.find("labels");
    if (labels == nullptr || axis_.values.empty()) {
      return;
    }
    const bool fits = labels->kind == NodeKind::Array &&
                      labels->items.size() == axis_.values.size() &&
                      std::all_of(labels->items.begin(), labels->items.end(),
                                  [](const Node& node) { return node.kind == NodeKind::String; });
    if (!fits) {
      complain(*labels, "/labels",
               fmt::format("expected {} texts, one for each value", axis_.values.size()));
      return;
    }
    for (std::size_t i = 0; i < axis_.values.size(); ++i) {
      axis_.values[i].text = labels->items[i].text;
      axis_.values[i].number.reset();
    }
  }

  const Member& member_;
  const HypercubeSamples& samples_;
  std::int64_t room_;
  std::vector<Problem>& problems_;
  std::string where_;
  Axis axis_;
};

}  // namespace

std::vector<Axis> read_axes(const Node& axes, const HypercubeSamples& samples,
                            std::vector<Problem>& problems) {
  std::vector<Axis> read;
  if (axes.kind != NodeKind::Object || axes.members.empty()) {
    problems.push_back({axes.mark.place(), axes_pointer,
                        axes.kind == NodeKind::Object
                            ? "there are none: a sweep varies something"
                            : fmt::format("expected an object, found {}", describe_value(axes)),
                        ""});
    return read;
  }
  auto room = values_max;
  for (const auto& member : axes.members) {
    if (auto axis = AxisReader(member, samples, room, problems).read()) {
      room -= static_cast<std::int64_t>(axis->values.size());
      read.push_back(std::move(*axis));
    }
  }
  check_repeats(axes, read, problems);
  return read;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "sim/core/nearest.hpp"
#include "sim/data/sha256.hpp"
#include "sim/metrics/declarations.hpp"
#include "sim/report/read_report.hpp"
#include "sim/scenario/base_scenario.hpp"
#include "sim/sweep/axis_reader.hpp"
#include "sim/sweep/axis_trial.hpp"
#include "sim/sweep/constraint.hpp"
#include "sim/sweep/grid.hpp"
#include "sim/sweep/sweep.hpp"

namespace tokenfab {
namespace {

constexpr std::int64_t known_version = 1;
constexpr double grid_max = 10'000'000;
constexpr std::int64_t replications_max = 10'000;

class SweepReader {
 public:
  SweepReader(const std::string& path, const std::vector<std::string>& data_folders)
      : document_(load_document(path)) {
    sweep_.path = path;
    sweep_.text = read_file(path);
    sweep_.base.data_folders = data_folders;
  }

  Sweep read() {
    if (document_.kind != NodeKind::Object) {
      throw ConfigError({{document_.mark.place(), "", "a sweep is a JSON object", ""}});
    }
    refuse_scenario();
    check_keys();
    check_version();
    sweep_.name = text_at("name", std::filesystem::path(sweep_.path).stem().string());
    sweep_.seed = count_at("seed", 1, 0, std::int64_t{1} << 53);
    sweep_.replications = count_at("replications", 1, 1, replications_max);
    read_seeds();
    read_metrics();
    const auto samples = count_at("samples", 0, 1, static_cast<std::int64_t>(grid_max));
    read_base();
    if (const Node* axes = document_.find("axes")) {
      sweep_.axes = read_axes(*axes, {samples, sweep_.seed}, problems_);
    } else {
      complain("", "axes are missing: a sweep varies something",
               "\"axes\": {\"/json/pointer\": [VALUE, ...]}");
    }
    raise();
    check_size();
    read_constraints();
    raise();
    try_axes(sweep_, document_);
    return std::move(sweep_);
  }

 private:
  void complain(const std::string& key, std::string message, std::string fix = "") {
    const Node* node = key.empty() ? &document_ : document_.find(key);
    problems_.push_back({node->mark.place(), key.empty() ? "" : child_pointer("", key),
                         std::move(message), std::move(fix)});
  }

  void raise() const {
    if (!problems_.empty()) {
      throw ConfigError(problems_);
    }
  }

  /// A common slip, which would be told as a dozen unknown keys.
  void refuse_scenario() const {
    const Node* version = document_.find("scenario_version");
    if (version != nullptr && document_.find("base") == nullptr) {
      throw ConfigError({{version->mark.place(), "/scenario_version",
                          "this is a scenario; a sweep names one and what is varied in it",
                          "{\"sweep_version\": 1, \"base\": \"SCENARIO.json\", \"axes\": {...}}"}});
    }
  }

  void check_keys() {
    static const std::vector<std::string> known{
        "sweep_version", "name", "note",  "base",         "set",     "axes",
        "samples",       "seed", "seeds", "replications", "metrics", "constraints"};
    for (const auto& [key, mark, value] : document_.members) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        const auto hint = did_you_mean(key, known);
        problems_.push_back(
            {mark.place(), child_pointer("", key), "unknown key",
             hint.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : hint});
      }
    }
  }

  void check_version() {
    const Node* version = document_.find("sweep_version");
    if (version == nullptr) {
      complain("", "sweep_version is missing", fmt::format("\"sweep_version\": {}", known_version));
    } else if (version->kind != NodeKind::Integer || version->integer != known_version) {
      complain("sweep_version", fmt::format("this program reads version {}, found {}",
                                            known_version, describe_value(*version)));
    }
  }

  std::string text_at(const std::string& key, std::string otherwise) {
    const Node* node = document_.find(key);
    if (node != nullptr && (node->kind != NodeKind::String || node->text.empty())) {
      complain(key, fmt::format("expected a text, found {}", describe_value(*node)));
    }
    return node == nullptr ? std::move(otherwise) : node->text;
  }

  std::int64_t count_at(const std::string& key, std::int64_t otherwise, std::int64_t low,
                        std::int64_t high) {
    const Node* node = document_.find(key);
    if (node == nullptr) {
      return otherwise;
    }
    if (node->kind != NodeKind::Integer || node->integer < low || node->integer > high) {
      complain(key, fmt::format("expected a whole number from {} to {}, found {}", low, high,
                                describe_value(*node)));
      return otherwise;
    }
    return node->integer;
  }

  void read_seeds() {
    const auto word = text_at("seeds", "per_point");
    sweep_.seeds = word == "common" ? SweepSeeds::Common : SweepSeeds::PerPoint;
    if (word != "common" && word != "per_point") {
      complain("seeds", fmt::format("there is no \"{}\"", word), "per_point or common");
    }
  }

  std::vector<std::string> texts_at(const std::string& key) {
    std::vector<std::string> texts;
    const Node* node = document_.find(key);
    if (node == nullptr) {
      return texts;
    }
    for (const auto& item : node->items) {
      if (item.kind == NodeKind::String) {
        texts.push_back(item.text);
      }
    }
    if (node->kind != NodeKind::Array || texts.size() != node->items.size()) {
      complain(key, fmt::format("expected a list of texts, found {}", describe_value(*node)));
    }
    return texts;
  }

  /// The last part of a name is a declared metric, or a pattern.
  void read_metrics() {
    sweep_.metrics = texts_at("metrics");
    std::vector<std::string> known;
    for (const auto& each : metric_declarations()) {
      known.emplace_back(each.name);
    }
    for (const auto& name : sweep_.metrics) {
      const auto last = name.substr(name.rfind('/') + 1);
      if (last.find('*') == std::string::npos &&
          std::find(known.begin(), known.end(), last) == known.end()) {
        complain("metrics", fmt::format("there is no metric \"{}\"", last),
                 did_you_mean(last, known));
      }
    }
  }

  void read_base() {
    const Node* base = document_.find("base");
    if (base == nullptr) {
      complain("", "base is missing: the scenario that is varied", "\"base\": \"scenario.json\"");
      return;
    }
    const auto folder = std::filesystem::path(sweep_.path).parent_path();
    Sha256 hash;
    hash.update(sweep_.text);
    if (base->kind == NodeKind::Object) {
      sweep_.base.path = sweep_.path;
      sweep_.base.text = to_json(*base, 2);
      sweep_.base.data_folders.insert(sweep_.base.data_folders.begin(),
                                      folder.empty() ? "." : folder.string());
    } else if (base->kind == NodeKind::String) {
      const std::filesystem::path named(base->text);
      sweep_.base.path = (named.is_absolute() ? named : folder / named).string();
      try {
        hash.update(to_json(load_with_bases(sweep_.base.path).document, 0));
      } catch (const ConfigError& error) {
        problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
      }
    } else {
      complain("base", fmt::format("expected the path of a scenario or the scenario itself, found "
                                   "{}",
                                   describe_value(*base)));
    }
    sweep_.sha256 = hash.finish();
    read_settings();
  }

  void read_settings() {
    const Node* set = document_.find("set");
    if (set == nullptr) {
      return;
    }
    if (set->kind != NodeKind::Object) {
      complain("set", fmt::format("expected JSON pointers and their values, found {}",
                                  describe_value(*set)));
    }
    for (const auto& [pointer, mark, value] : set->members) {
      const auto keys = split_pointer(pointer);
      if (!keys || keys->empty() || pointer == "/seed") {
        problems_.push_back({mark.place(), child_pointer("/set", pointer),
                             pointer == "/seed" ? "the seed is the sweep's own"
                                                : "is no JSON pointer into the scenario",
                             pointer == "/seed" ? "\"seed\" of the sweep" : ""});
      } else {
        sweep_.base.overrides.emplace_back(pointer, to_json(value, -1));
      }
    }
  }

  void check_size() {
    const double runs = grid_size(sweep_.axes) * static_cast<double>(sweep_.replications);
    if (runs > grid_max) {
      std::string sizes;
      for (const auto& axis : sweep_.axes) {
        sizes += fmt::format("{}{} {}", sizes.empty() ? "" : ", ", axis.values.size(), axis.name);
      }
      complain("axes",
               fmt::format("{:.0f} runs are more than the {:.0f} that one sweep may have: {}", runs,
                           grid_max, sizes),
               "fewer values, or a latin hypercube of samples");
    }
  }

  void read_constraints() {
    std::vector<Constraint> constraints;
    for (const auto& text : texts_at("constraints")) {
      try {
        constraints.emplace_back(text, sweep_.axes);
      } catch (const std::invalid_argument& error) {
        complain("constraints", error.what());
      }
    }
    if (!problems_.empty()) {
      return;
    }
    const auto size = static_cast<std::int64_t>(grid_size(sweep_.axes));
    for (std::int64_t number = 0; number < size; ++number) {
      if (constraints.empty() || is_allowed(constraints, number)) {
        sweep_.points.push_back(number);
      }
      if (!problems_.empty()) {
        return;
      }
    }
    if (sweep_.points.empty()) {
      complain("constraints", fmt::format("leave none of the {} points", size));
    }
  }

  bool is_allowed(const std::vector<Constraint>& constraints, std::int64_t number) {
    const auto position = grid_position(sweep_.axes, number);
    std::vector<const AxisValue*> values;
    for (std::size_t i = 0; i < position.size(); ++i) {
      values.push_back(&sweep_.axes[i].values[position[i]]);
    }
    for (const auto& constraint : constraints) {
      try {
        if (!constraint.allows(values)) {
          return false;
        }
      } catch (const std::invalid_argument& error) {
        complain("constraints", fmt::format("\"{}\": {}", constraint.text(), error.what()));
        return false;
      }
    }
    return true;
  }

  Node document_;
  Sweep sweep_;
  std::vector<Problem> problems_;
};

}  // namespace

Sweep load_sweep(const std::string& path, const std::vector<std::string>& data_folders) {
  return SweepReader(path, data_folders).read();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/axis_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/sweep/grid.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t trials_max = 16;  // of one axis; each loads the scenario once

/// Below or above each other: an unknown key is told at the first level that is not known.
bool touches(const std::string& pointer, const std::string& other) {
  const auto& shorter = pointer.size() < other.size() ? pointer : other;
  const auto& longer = pointer.size() < other.size() ? other : pointer;
  return !shorter.empty() && longer.starts_with(shorter) &&
         (longer.size() == shorter.size() || longer[shorter.size()] == '/');
}

std::vector<std::size_t> even_choice(std::size_t count) {
  std::vector<std::size_t> chosen;
  const auto wanted = std::min(count, trials_max);
  for (std::size_t i = 0; i < wanted; ++i) {
    chosen.push_back(wanted == 1 ? 0 : i * (count - 1) / (wanted - 1));
  }
  return chosen;
}

class Trials {
 public:
  Trials(const Sweep& sweep, const Node& document) : sweep_(sweep), document_(document) {}

  void run() {
    auto position = grid_position(sweep_.axes, sweep_.points.front());
    const auto first = position;
    try_position(position, sweep_.axes.size());
    for (std::size_t axis = 0; axis < sweep_.axes.size(); ++axis) {
      for (const auto value : even_choice(sweep_.axes[axis].values.size())) {
        position[axis] = value;
        if (position != first) {
          try_position(position, axis);
        }
      }
      position = first;
    }
    if (!problems_.empty()) {
      throw ConfigError(problems_);
    }
  }

 private:
  /// `axis` is the one that is tried; the number of axes: all of them and the base.
  void try_position(const std::vector<std::size_t>& position, std::size_t axis) {
    SweepRun run;
    run.seed = sweep_.seed;
    for (std::size_t i = 0; i < position.size(); ++i) {
      const auto& each = sweep_.axes[i];
      for (std::size_t p = 0; p < each.pointers.size(); ++p) {
        if (const auto& text = each.values[position[i]].settings[p]; !text.empty()) {
          run.settings.emplace_back(each.pointers[p], text);
        }
      }
    }
    try {
      load_scenario(sweep_.request_of(run));
    } catch (const InfeasibleError&) {
    } catch (const DataError&) {
      if (axis == sweep_.axes.size()) {
        throw;
      }
    } catch (const ConfigError& error) {
      sort_out(error.problems(), position, axis);
    }
  }

  void sort_out(const std::vector<Problem>& found, const std::vector<std::size_t>& position,
                std::size_t tried) {
    for (const auto& problem : found) {
      const auto owner =
          std::find_if(sweep_.axes.begin(), sweep_.axes.end(), [&](const Axis& axis) {
            return std::any_of(axis.pointers.begin(), axis.pointers.end(),
                               [&](const auto& each) { return touches(each, problem.pointer); });
          });
      const auto index = static_cast<std::size_t>(owner - sweep_.axes.begin());
      if (owner == sweep_.axes.end()) {
        if (tried == sweep_.axes.size()) {
          add(problem);  // of the base
        }
      } else if (tried == sweep_.axes.size() || tried == index) {
        add(of_axis(problem, *owner, owner->values[position[index]]));
      }
    }
  }

  Problem of_axis(Problem problem, const Axis& axis, const AxisValue& value) const {
    const auto pointer = child_pointer("/axes", axis.name);
    const Node* axes = document_.find("axes");
    const Node* node = axes->find(axis.name);
    for (const auto& each : axis.pointers) {
      node = node == nullptr ? axes->find(each) : node;
    }
    problem.place = (node == nullptr ? axes : node)->mark.place();
    problem.message =
        fmt::format("{}: {} = {}: {}", axis.name, problem.pointer, value.text, problem.message);
    problem.pointer = pointer;
    return problem;
  }

  /// The same fault of several values is told once per value, that of the base once.
  void add(const Problem& problem) {
    if (told_.insert(describe(problem)).second) {
      problems_.push_back(problem);
    }
  }

  const Sweep& sweep_;
  const Node& document_;
  std::vector<Problem> problems_;
  std::set<std::string> told_;
};

}  // namespace

void try_axes(const Sweep& sweep, const Node& document) { Trials(sweep, document).run(); }

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What independent checks of a scenario found, told together with the exit code of the gravest.
#pragma once

#include <vector>

#include "sim/core/errors.hpp"

namespace tokenfab {

class Findings {
 public:
  /// Runs a check that throws what it finds.
  template <class Check>
  void run(Check check) {
    try {
      check();
    } catch (const ConfigError& error) {
      append(scenario, error.problems());
    } catch (const DataError& error) {
      append(data, error.problems());
    } catch (const InfeasibleError& error) {
      append(infeasible, error.problems());
    }
  }

  void add(const Findings& other) {
    append(scenario, other.scenario);
    append(data, other.data);
    append(infeasible, other.infeasible);
  }

  static void append(std::vector<Problem>& all, const std::vector<Problem>& more) {
    all.insert(all.end(), more.begin(), more.end());
  }

  /// Throws all there is: as ConfigError if that kind is among it, else DataError, else
  /// InfeasibleError.
  void raise() const {
    auto all = scenario;
    append(all, data);
    append(all, infeasible);
    if (!scenario.empty()) {
      throw ConfigError(all);
    }
    if (!data.empty()) {
      throw DataError(all);
    }
    if (!infeasible.empty()) {
      throw InfeasibleError(all);
    }
  }

  std::vector<Problem> scenario;
  std::vector<Problem> data;
  std::vector<Problem> infeasible;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Two or more results beside each other: every value of the first with that of each other one, and
// which differences chance explains where all of them hold several runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/compare/subject.hpp"

namespace tokenfab {

struct ComparedValue {
  std::string name;
  std::vector<std::optional<double>> values;  // by subject: the first one's, then the others'
  /// Of each other subject against the first; absent where there is nothing to test.
  std::vector<std::optional<TTest>> tests;
  bool differs = false;  // beyond the tolerance, in at least one of the others
  /// The same as the factory's metric of that name in every subject: a factory of one service has
  /// each number twice.
  bool is_repeated = false;

  /// Subject `other` (>= 1) less the first, and that over the first.
  std::optional<double> change(std::size_t other) const;
  std::optional<double> relative_change(std::size_t other) const;
};

struct ComparedResults {
  std::vector<Subject> subjects;  // the first is what the others are compared with
  std::vector<ComparedValue> values;
  double tolerance = 0;
  bool has_means = false;  // all subjects hold several runs: values with samples are means
  bool is_paired = false;  // ... of the same seeds, run for run
  std::size_t tests = 0;   // over which Holm's correction goes

  std::size_t difference_count() const;
};

/// What a subject is called in tables: "A", "B", ...
std::string letter_of(std::size_t subject);

/// Two values differ where |a - b| > tolerance x the larger size of both; a missing one always
/// does.
ComparedResults compared(std::vector<Subject> subjects, double tolerance);

}  // namespace tokenfab

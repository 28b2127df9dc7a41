// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/compared_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

using ValuesByName = std::map<std::string, double>;

/// The names of all subjects: the first one's in its order, then what only others have.
std::vector<std::string> names_of(const std::vector<Subject>& subjects) {
  std::vector<std::string> names;
  std::map<std::string, bool> is_known;
  for (const auto& subject : subjects) {
    for (const auto& [name, value] : subject.values) {
      if (is_known.try_emplace(name, true).second) {
        names.push_back(name);
      }
    }
  }
  return names;
}

bool have_same_seeds(const std::vector<Subject>& subjects) {
  return std::all_of(subjects.begin(), subjects.end(), [&](const Subject& subject) {
    return subject.seeds == subjects.front().seeds;
  });
}

std::optional<TTest> test_of(const Subject& first, const Subject& second, const std::string& name,
                             bool same_seeds) {
  const auto a = first.samples.find(name);
  const auto b = second.samples.find(name);
  if (a == first.samples.end() || b == second.samples.end()) {
    return std::nullopt;
  }
  const auto count = first.seeds.size();
  const bool is_paired =
      same_seeds && a->second.values.size() == count && b->second.values.size() == count;
  return is_paired ? paired_test(a->second, b->second) : welch_test(a->second, b->second);
}

/// "mfu" of "pools/chat/main/mfu"; empty for a metric of the factory and for a line of a ledger.
std::string factory_name(const std::string& name) {
  const auto slash = name.rfind('/');
  const bool is_ledger = name.starts_with("cost/") || name.starts_with("energy/");
  return slash == std::string::npos || is_ledger ? "" : name.substr(slash + 1);
}

/// In the first runs, which have all values.
void mark_repeats(const std::vector<ValuesByName>& subjects, std::vector<ComparedValue>& values) {
  for (auto& value : values) {
    const auto factory = factory_name(value.name);
    value.is_repeated = !factory.empty();
    for (const auto& subject : subjects) {
      const auto own = subject.find(value.name);
      const auto same = subject.find(factory);
      value.is_repeated = value.is_repeated && own != subject.end() && same != subject.end() &&
                          own->second == same->second;
    }
  }
}

/// Over what is told: a repeated metric is one hypothesis, not two.
std::size_t adjust(std::vector<ComparedValue>& values) {
  std::vector<TTest*> tests;
  std::vector<double> p_values;
  for (auto& value : values) {
    for (auto& test : value.tests) {
      if (test && !value.is_repeated) {
        tests.push_back(&*test);
        p_values.push_back(test->p);
      }
    }
  }
  const auto adjusted = holm_adjusted(p_values);
  std::map<std::string, const ComparedValue*> by_name;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    tests[i]->p_adjusted = adjusted[i];
  }
  for (const auto& value : values) {
    by_name[value.name] = &value;
  }
  for (auto& value : values) {
    if (value.is_repeated) {
      value.tests = by_name.at(factory_name(value.name))->tests;
    }
  }
  return tests.size();
}

bool is_beyond(const std::optional<double>& a, const std::optional<double>& b, double tolerance) {
  if (!a || !b) {
    return a.has_value() != b.has_value();
  }
  return std::abs(*a - *b) > tolerance * std::max(std::abs(*a), std::abs(*b));
}

}  // namespace

std::optional<double> ComparedValue::change(std::size_t other) const {
  return values[0] && values[other] ? std::optional(*values[other] - *values[0]) : std::nullopt;
}

std::optional<double> ComparedValue::relative_change(std::size_t other) const {
  const auto difference = change(other);
  if (!difference || (*values[0] == 0 && *difference != 0)) {
    return std::nullopt;
  }
  return *difference == 0 ? 0 : *difference / std::abs(*values[0]);
}

std::size_t ComparedResults::difference_count() const {
  return static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [](const auto& value) { return value.differs; }));
}

std::string letter_of(std::size_t subject) {
  constexpr std::size_t letters = 26;
  return subject < letters ? std::string(1, static_cast<char>('A' + subject))
                           : fmt::format("#{}", subject + 1);
}

ComparedResults compared(std::vector<Subject> subjects, double tolerance) {
  CHECK(subjects.size() >= 2, "{} subjects", subjects.size());
  ComparedResults results;
  results.tolerance = tolerance;
  results.has_means = std::all_of(subjects.begin(), subjects.end(),
                                  [](const Subject& subject) { return subject.has_runs(); });
  results.is_paired = results.has_means && have_same_seeds(subjects);
  std::vector<ValuesByName> by_name;
  std::vector<ValuesByName> first_runs;
  for (const auto& subject : subjects) {
    by_name.emplace_back(subject.values.begin(), subject.values.end());
    first_runs.push_back(by_name.back());
    for (const auto& [name, sample] : subject.samples) {
      if (results.has_means) {
        by_name.back()[name] = sample.mean;
      }
    }
  }
  for (const auto& name : names_of(subjects)) {
    ComparedValue value;
    value.name = name;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const auto found = by_name[i].find(name);
      value.values.push_back(found == by_name[i].end() ? std::nullopt
                                                       : std::optional(found->second));
      value.differs = value.differs || is_beyond(value.values[0], value.values[i], tolerance);
      if (results.has_means && i > 0) {
        value.tests.push_back(test_of(subjects[0], subjects[i], name, results.is_paired));
      }
    }
    results.values.push_back(std::move(value));
  }
  mark_repeats(first_runs, results.values);
  results.tests = adjust(results.values);
  results.subjects = std::move(subjects);
  return results;
}

}  // namespace tokenfab

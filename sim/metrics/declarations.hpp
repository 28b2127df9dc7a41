// SPDX-License-Identifier: Apache-2.0
// Every metric that a report may hold, declared once: name, unit and sentence.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokenfab {

struct MetricDeclaration {
  std::string_view name;
  std::string_view unit;
  std::string_view sentence;
};

/// In the order of the report.
std::span<const MetricDeclaration> metric_declarations();

/// The warnings that a report may hold, each by the word it starts with; they have no unit.
std::span<const MetricDeclaration> warning_declarations();

/// Declared metrics with their values. A metric without meaning is absent.
class MetricSet {
 public:
  /// CHECKs that the metric is declared and the value finite.
  void set(std::string_view name, double value);
  void set(std::string_view name, const std::optional<double>& value) {
    if (value) {
      set(name, *value);
    }
  }
  /// Sets numerator / denominator unless that has no meaning.
  void set_ratio(std::string_view name, double numerator, double denominator);

  std::optional<double> get(std::string_view name) const;
  /// In the order of declaration.
  std::vector<std::pair<std::string_view, double>> ordered() const;

 private:
  std::map<std::string_view, double> values_;  // keys are those of the declarations
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Published measurements to validate against: where the files are, their rows, and errors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/line_reader.hpp"

namespace tokenfab::validation {

/// Path of a file of the measurement collection, looked for in every folder of TOKENFAB_DATA. Where
/// there is none the test cannot run: says so and ends the process with CTest's skip code.
std::string measurements_path(const std::string& name);

/// A comma-separated file with a header, plain or gzip; commas between double quotes do not count.
class MeasurementTable {
 public:
  /// Throws if one of the `required` columns is missing.
  MeasurementTable(const std::string& path, const std::vector<std::string>& required);

  /// Goes to the next row; false at the end.
  bool next();
  std::string_view text(std::string_view column) const;  // empty where there is no column
  double number(std::string_view column) const;  // 0 where empty, or where there is no column

 private:
  LineReader lines_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
};

/// Relative errors of a group of predictions, in percent.
class ErrorSample {
 public:
  void add(double simulated, double measured);
  std::size_t size() const { return errors_.size(); }
  double median() const { return quantile_of_size(0.5); }
  double p90() const { return quantile_of_size(0.9); }
  double bias() const;  // median with its sign

  /// "n  median  p90  bias", aligned under header().
  std::string row() const;
  static std::string header();

 private:
  double quantile_of_size(double q) const;
  std::vector<double> errors_;
};

}  // namespace tokenfab::validation

// SPDX-License-Identifier: Apache-2.0
// Relative errors of a group of predictions, in percent.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tokenfab {

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

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Which points of a sweep make sense: expressions over its axes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep/axis.hpp"

namespace tokenfab {

/// Comparisons (< <= > >= == !=) of sums, differences, products and quotients, joined by `and`,
/// `or`, `not` and parentheses: "tp * replicas <= 64", "power * 8 <= 5 kW", "chip != \"h20\"".
/// Names are those of axes, quantities count in SI units, texts stand in quotes.
class Constraint {
 public:
  /// Throws std::invalid_argument with what is wrong and where.
  Constraint(std::string text, const std::vector<Axis>& axes);
  ~Constraint();
  Constraint(Constraint&&) noexcept;
  Constraint& operator=(Constraint&&) noexcept;

  const std::string& text() const { return text_; }
  /// `values` holds one per axis. Throws std::invalid_argument where a word is used as a number.
  bool allows(const std::vector<const AxisValue*>& values) const;

  struct Expression;

 private:
  std::string text_;
  std::unique_ptr<const Expression> expression_;
};

}  // namespace tokenfab

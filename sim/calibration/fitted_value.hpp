// SPDX-License-Identifier: Apache-2.0
// A fitted parameter as it is told: in four digits, times with their unit.
#pragma once

#include <cstddef>
#include <string>

#include "sim/calibration/least_squares.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// The nearest number of four significant digits.
double four_digits(double value);

/// As a value of the catalogue: "52.3 us", "1.25 ms", or a number.
Node fitted_node(double value, bool is_time);

/// For people: parameter `i` of a fit with its interval and what is wrong with it, one line; the
/// name takes `width` columns.
std::string fitted_line(const std::string& name, std::size_t width, const FitResult& fit,
                        std::size_t i, bool is_time);

}  // namespace tokenfab

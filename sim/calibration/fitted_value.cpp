// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/fitted_value.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace tokenfab {
namespace {

std::string time_text(double seconds) {
  return seconds < 1e-3 ? fmt::format("{:.4g} us", seconds * 1e6)
                        : fmt::format("{:.4g} ms", seconds * 1e3);
}

std::string value_text(double value, bool is_time) {
  return is_time ? time_text(value) : fmt::format("{:.4g}", value);
}

}  // namespace

double four_digits(double value) {
  return std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr);
}

Node fitted_node(double value, bool is_time) {
  return is_time ? make_text(time_text(value), {}) : make_number(four_digits(value), {});
}

std::string fitted_line(const std::string& name, std::size_t width, const FitResult& fit,
                        std::size_t i, bool is_time) {
  const char* remark = fit.at_bound[i]        ? " at a bound"
                       : fit.is_identified[i] ? ""
                                              : " not identified";
  return fmt::format("  {:<{}} {:>10} +- {:<10}{}\n", name, width,
                     value_text(fit.values[i], is_time), value_text(fit.half_widths_95[i], is_time),
                     remark);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Text for people: lines with labels, and figures in few digits.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace tokenfab {

class TextTable {
 public:
  void heading(std::string_view text) { text_ += fmt::format("\n{}\n", text); }
  void row(std::string_view label, std::string_view value) {
    text_ += fmt::format("  {:<34}{}\n", label, value);
  }
  void line(std::string_view text) { text_ += fmt::format("  {}\n", text); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// 12345678 -> "12,345,678"; not negative.
std::string grouped(double value);
std::string duration(double seconds);
std::string power(double watts);
std::string energy(double joules);
std::string mass(double kilograms);
std::string money(double dollars);

}  // namespace tokenfab

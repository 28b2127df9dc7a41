// SPDX-License-Identifier: Apache-2.0
#include "tests/validation/measurements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace tokenfab::validation {
namespace {

constexpr int ctest_skip_code = 77;

}  // namespace

std::string measurements_path(const std::string& name) {
  const char* variable = std::getenv("TOKENFAB_DATA");
  std::string_view folders = variable != nullptr ? variable : "";
  while (!folders.empty()) {
    const auto colon = std::min(folders.find(':'), folders.size());
    const auto path = std::filesystem::path(folders.substr(0, colon)) / name;
    if (colon > 0 && std::filesystem::is_regular_file(path)) {
      return path.string();
    }
    folders.remove_prefix(std::min(colon + 1, folders.size()));
  }
  fmt::print("skipped: TOKENFAB_DATA does not hold {}\n", name);
  std::fflush(stdout);
  std::exit(ctest_skip_code);
}

RequiredTable::RequiredTable(const std::string& path, const std::vector<std::string>& required)
    : MeasurementTable(path) {
  for (const auto& column : required) {
    if (!has(column)) {
      throw std::runtime_error(fmt::format("{} has no column {}", path, column));
    }
  }
}

}  // namespace tokenfab::validation

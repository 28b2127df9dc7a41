// SPDX-License-Identifier: Apache-2.0
// Where the catalogue values of a run come from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tokenfab {

/// A value that stands for one nobody has published.
struct PlaceholderUse {
  std::string entry;   // "chips/thead-m890"
  std::string value;   // "peak_bf16"
  std::string source;  // text
};

struct Provenance {
  /// By entry: how many of its values the run took, by the confidence of their source; "inherited"
  /// are those that the entry takes from another one. What a scenario overrides does not count.
  std::map<std::string, std::map<std::string, std::int64_t>> catalogue;
  std::vector<PlaceholderUse> placeholders;  // in the order of entries and their values
  /// Chips whose kernels nobody has measured, with the chip that theirs are taken from.
  std::map<std::string, std::string> inherited_kernels;
};

}  // namespace tokenfab

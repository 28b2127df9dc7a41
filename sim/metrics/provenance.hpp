// SPDX-License-Identifier: Apache-2.0
// Where the catalogue values of a run come from. Part of the resolved scenario, in which they stand
// without the names of their entries.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

/// Values of an entry by the confidence of their source. Inherited: taken from another entry.
struct ConfidenceCounts {
  std::int64_t official = 0;
  std::int64_t calibrated = 0;
  std::int64_t press = 0;
  std::int64_t estimate = 0;
  std::int64_t placeholder = 0;
  std::int64_t inherited = 0;
  static void describe(Describe<ConfidenceCounts>& d);
};

/// What a scenario overrides does not count.
struct Provenance {
  std::map<std::string, ConfidenceCounts> catalogue;  // by entry: "chips/thead-m890"
  /// Values that stand for what nobody has published: "chips/thead-m890: peak_bf16 (its source)".
  std::vector<std::string> placeholders;
  /// Chips whose kernels nobody has measured: "thead-m890 from h100-sxm".
  std::vector<std::string> inherited_kernels;
  static void describe(Describe<Provenance>& d);
};

}  // namespace tokenfab

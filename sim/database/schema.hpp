// SPDX-License-Identifier: Apache-2.0
// The tables of a sweep database, as docs/sweep-database.md explains them.
#pragma once

#include <string>
#include <vector>

namespace tokenfab {

/// "TKFB" in the file's header: it is ours.
inline constexpr int sweep_application_id = 0x544b4642;
/// Counts changes of the tables that older programs cannot read.
inline constexpr int sweep_schema_version = 1;

/// An axis as the database keeps it.
struct StoredAxis {
  std::string name;
  std::string unit;  // SI, of the numbers; empty: none
  std::vector<std::string> pointers;
  bool is_number = false;  // every value has one

  bool operator==(const StoredAxis&) const = default;
};

/// The column of each axis in the view `results`: its name, which "axis_" is put before as long as
/// it is that of another column.
std::vector<std::string> axis_columns(const std::vector<StoredAxis>& axes);
/// All tables and views, for an empty database.
std::string sweep_schema(const std::vector<StoredAxis>& axes);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Which node of the catalogue stands for a chip where chips are compared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

struct ChipNode {
  std::string chip;  // id of the catalogue
  std::string node;
  std::int64_t chips = 8;
};

/// The entry that an id stands for: "ascend-910b" says no more than {"use": "ascend-910b2"}.
std::string same_entry(const EmbeddedTables& tables, std::string_view table, const std::string& id);

/// The node of the catalogue `id`. CHECKs that there is one.
ChipNode chip_node(const EmbeddedTables& tables, const std::string& id);

/// The nodes of `chips`: the smallest with at least a board of eight chips, else the largest (a
/// board is what such chips are sold and compared as; tensor parallelism seldom goes further); the
/// first of equals in the catalogue. Then those of `nodes`. Appends to `problems` every chip and
/// node that is not there, with the nearest one that is.
std::vector<ChipNode> chip_nodes(const EmbeddedTables& tables,
                                 const std::vector<std::string>& chips,
                                 const std::vector<std::string>& nodes,
                                 std::vector<std::string>& problems);

/// That no entry of a table has the id, with the nearest one.
std::string no_such_entry(const EmbeddedTables& tables, const std::string& table,
                          const std::string& id);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/chip_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/chip/node.hpp"
#include "sim/core/check.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

constexpr std::int64_t board = 8;
constexpr int max_uses = 8;  // as the reader of scenarios goes

/// The value of a key in an entry or in those it uses; null if none of them has it.
const Node* value_of(const EmbeddedTables& tables, std::string_view table, const std::string& id,
                     std::string_view key) {
  const Node* entry = tables.find(table, id);
  for (int uses = 0; entry != nullptr && uses < max_uses; ++uses) {
    if (const Node* value = entry->find(key)) {
      return value;
    }
    const Node* use = entry->find("use");
    entry = use == nullptr ? nullptr : tables.find(table, use->text);
  }
  return nullptr;
}

std::string chip_of(const EmbeddedTables& tables, const std::string& node) {
  const Node* chip = value_of(tables, "nodes", node, "chip");
  const Node* use = chip == nullptr || chip->kind == NodeKind::String ? chip : chip->find("use");
  return use == nullptr ? "" : use->text;
}

/// Whether `other` stands for a chip better than `node`.
bool is_better(const ChipNode& other, const ChipNode& node) {
  if ((other.chips >= board) != (node.chips >= board)) {
    return other.chips >= board;
  }
  return node.chips >= board ? other.chips < node.chips : other.chips > node.chips;
}

std::optional<ChipNode> node_of_chip(const EmbeddedTables& tables, const std::string& chip) {
  const auto wanted = same_entry(tables, "chips", chip);
  std::optional<ChipNode> best;
  for (const auto& id : tables.ids("nodes")) {
    const auto candidate = chip_node(tables, id);
    if (same_entry(tables, "chips", candidate.chip) == wanted &&
        (!best || is_better(candidate, *best))) {
      best = candidate;
    }
  }
  return best;
}

}  // namespace

std::string no_such_entry(const EmbeddedTables& tables, const std::string& table,
                          const std::string& id) {
  const auto hint = did_you_mean(id, tables.ids(table));
  return fmt::format("\"{}\" is not in the catalogue of {}{}{}", id, table,
                     hint.empty() ? "" : "; ", hint);
}

std::string same_entry(const EmbeddedTables& tables, std::string_view table,
                       const std::string& id) {
  std::string same = id;
  for (int uses = 0; uses < max_uses; ++uses) {
    const Node* entry = tables.find(table, same);
    const Node* use = entry == nullptr || entry->members.size() != 1 ? nullptr : entry->find("use");
    if (use == nullptr) {
      break;
    }
    same = use->text;
  }
  return same;
}

ChipNode chip_node(const EmbeddedTables& tables, const std::string& id) {
  CHECK(tables.find("nodes", id) != nullptr, "node {}", id);
  const Node* chips = value_of(tables, "nodes", id, "chips_per_node");
  return {chip_of(tables, id), id, chips == nullptr ? NodeConfig().chips_per_node : chips->integer};
}

std::vector<ChipNode> chip_nodes(const EmbeddedTables& tables,
                                 const std::vector<std::string>& chips,
                                 const std::vector<std::string>& nodes,
                                 std::vector<std::string>& problems) {
  std::vector<ChipNode> found;
  for (const auto& chip : chips) {
    const bool is_known = tables.find("chips", chip) != nullptr;
    auto node = is_known ? node_of_chip(tables, chip) : std::nullopt;
    if (!is_known) {
      problems.push_back(no_such_entry(tables, "chips", chip));
    } else if (!node) {
      problems.push_back(fmt::format("no node of the catalogue holds the chip \"{}\"", chip));
    } else {
      node->chip = chip;
      found.push_back(*node);
    }
  }
  for (const auto& node : nodes) {
    if (tables.find("nodes", node) == nullptr) {
      problems.push_back(no_such_entry(tables, "nodes", node));
    } else {
      found.push_back(chip_node(tables, node));
    }
  }
  return found;
}

}  // namespace tokenfab

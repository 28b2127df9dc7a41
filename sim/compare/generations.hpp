// SPDX-License-Identifier: Apache-2.0
// One scenario on chips of several generations: every cluster gets nodes of the chip, as many chips
// as it had (whole nodes), and nothing else changes. Where nodes are so large that there are more
// chips, replicas and load grow with them, so that each chip has the same to do.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/chip/node.hpp"
#include "sim/compare/table.hpp"
#include "sim/scenario/chip_nodes.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/sweep/run_answer.hpp"

namespace tokenfab {

struct Generation {
  ChipNode node;
  NodeConfig facts;            // of the catalogue
  std::string price_standing;  // how well the chip's price is known
  std::int64_t chips = 0;      // in the scenario
  RunAnswer answer;
};

struct Generations {
  std::string scenario;
  bool has_given_load =
      false;  // an open loop: the load, not the chip, says how many tokens there are
  std::vector<Generation> rows;
};

/// What is set in a scenario, of which `resolved` is the document, to put it on nodes of `node`;
/// `chips` becomes how many there are.
std::vector<std::pair<std::string, std::string>> settings_on(const Node& resolved,
                                                             const ChipNode& node,
                                                             std::int64_t& chips);

/// Plays it on all of them, `processes` at a time; `watch`, if given, hears how many are done.
Generations generations_of(const ScenarioRequest& request, const Node& resolved,
                           const std::vector<ChipNode>& nodes, std::size_t processes,
                           const std::function<void(std::size_t)>& watch = {});

/// The tables of the catalogue and of the results; as CSV both in one.
std::string generations_text(const Generations& generations, TableFormat format);

}  // namespace tokenfab

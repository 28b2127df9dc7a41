// SPDX-License-Identifier: Apache-2.0
// Flows of energy and money through the factory, as a Sankey diagram shows them: what flows into a
// node flows out of it again, but at the ends.
#pragma once

#include <string>
#include <vector>

#include "sim/page/page_input.hpp"

namespace tokenfab {

struct FlowNode {
  std::string name;
  std::string group;  // chooses the colour
  int column = 0;     // from the left
};

struct FlowLink {
  std::size_t from = 0;
  std::size_t to = 0;
  double amount = 0;
};

struct FlowDiagram {
  std::string unit;
  std::vector<FlowNode> nodes;
  std::vector<FlowLink> links;

  /// Finds or makes the node of this name in this column.
  std::size_t node(const std::string& name, const std::string& group, int column);
  /// Adds to the link; amounts that are not above 0 flow nowhere.
  void flow(std::size_t from, std::size_t to, double amount);
  double inflow(std::size_t node) const;
  double outflow(std::size_t node) const;
};

/// Sources -> sites -> uses -> pools and jobs -> tokens, images, videos. What a pool uses is
/// shared between its products as its cost is, by busy time, so idle power follows the work.
FlowDiagram energy_flow(const RunInput& run);

/// Cost items -> layers -> the factory -> services and jobs -> their products.
FlowDiagram money_flow(const RunInput& run);

}  // namespace tokenfab

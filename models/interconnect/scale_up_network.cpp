// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/scale_up_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tokenfab {
namespace {

void require_multiple(const char* what, std::int64_t chips, std::int64_t of, const char* whose) {
  if (chips % of != 0) {
    const auto below = chips / of * of;
    throw std::invalid_argument(
        fmt::format("{} {} is not a multiple of the {} chips of {}: set {} to {}", what, chips, of,
                    whose, what, below > 0 ? below : of));
  }
}

}  // namespace

void ScaleUpConfig::describe(Describe<ScaleUpConfig>& d) {
  using C = ScaleUpConfig;
  d.field("latency", &C::latency, "Latency of a message between chips of a scale-up group")
      .range(0, 1e-3)
      .source("NVLink, arXiv:2505.09343, table 5");
  d.field(
      "in_network_reduction", &C::in_network_reduction,
      "Whether its switches add up what chips reduce (NVLS); absent: if the chips' library does");
  d.field("chips_per_group", &C::chips_per_group,
          "Chips of a fabric of two stages that reach each other over the first one; absent: one "
          "stage")
      .range(1, 1e6);
  d.field("oversubscription", &C::oversubscription,
          "Bandwidth of a group's chips over that of its links to other groups")
      .range(0.1, 1000);
  d.field("group_latency", &C::group_latency, "What a message to another group takes longer")
      .range(0, 1e-3)
      .source("Unified Bus between nodes of CloudMatrix 384: below 1 us, arXiv:2506.12708");
}

void add_level(NetworkLevel level, const NetworkInputs& inputs, std::vector<NetworkLevel>& levels) {
  level.chips = std::min(level.chips, inputs.nodes * inputs.chips_per_node);
  if (levels.empty() || level.chips > levels.back().chips) {
    levels.push_back(std::move(level));
  }
}

void add_scale_up(const ScaleUpConfig& config, const NetworkInputs& inputs,
                  std::vector<NetworkLevel>& levels, NetworkTopology& topology) {
  const auto per_node = inputs.chips_per_node;
  // A fabric that would reach into a part of the next node ends at its own.
  const auto domain = inputs.scale_up_domain < 2 * per_node
                          ? std::min(inputs.scale_up_domain, per_node)
                          : inputs.scale_up_domain;
  const auto chips = static_cast<double>(per_node);
  topology.scale_up_node = std::max(inputs.scale_up_bandwidth, inputs.scale_out_bandwidth) * chips;
  if (domain <= 1) {
    return;
  }
  const auto group = std::min(config.chips_per_group.value_or(domain), domain);
  if (group < domain) {
    require_multiple("scale_up_domain", domain, group, "a scale_up group (chips_per_group)");
  }
  const auto tapered = inputs.scale_up_bandwidth / std::max(1.0, config.oversubscription);
  const bool reduces = config.in_network_reduction.value_or(inputs.scale_up_reduces);
  add_level({"scale-up", group, inputs.scale_up_bandwidth, config.latency, reduces}, inputs,
            levels);
  if (group < domain) {
    levels.back().name = "scale-up group";
    add_level({"scale-up", domain, tapered, config.latency + config.group_latency, reduces}, inputs,
              levels);
  }
  if (domain <= per_node) {
    return;
  }
  require_multiple("scale_up_domain", domain, per_node, "a node");
  topology.nodes_per_domain = domain / per_node;
  topology.domain_tiers = {{topology.nodes_per_domain, topology.scale_up_node}};
  if (group < domain) {
    require_multiple("chips_per_group", group, per_node, "a node");
    const auto nodes_per_group = group / per_node;
    topology.domain_tiers = {
        {nodes_per_group, topology.scale_up_node},
        {domain / group,
         topology.scale_up_node * static_cast<double>(nodes_per_group) / config.oversubscription}};
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/site_bill.hpp"

namespace tokenfab {

SiteBill site_bill(const std::string& name, std::uint32_t number, const SiteConfig& site,
                   const SiteResult& metered, const std::vector<MeteredPool*>& pools, Instant now) {
  SiteBill bill{
      name, {}, metered.bill, metered.ledger.fuel, metered.ledger.contracts, metered.ledger.carbon,
      {}};
  for (const auto& [cluster_name, cluster] : site.clusters) {
    const auto nodes = static_cast<double>(cluster.nodes);
    const auto& node = cluster.node;
    double active_chip_seconds = 0;
    for (auto* pool : pools) {
      const bool is_here = pool->site() == number && pool->cluster() == cluster_name;
      active_chip_seconds += is_here ? pool->active_chip_seconds(now) : 0;
    }
    bill.clusters.push_back({nodes * static_cast<double>(node.chips_per_node), node.chip.price,
                             node.chip.rent, nodes, node.host_price, node.network_price,
                             nodes * node.power_design(), active_chip_seconds});
  }
  return bill;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "tools/plant_estimate.hpp"

#include <fmt/format.h>

#include "models/catalog.hpp"
#include "sim/api/cooling.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab::tools {
namespace {

// What this program solves on one core of a 2020s server, measured with
// scenarios/plant-year-100mw.json (105,120 intervals in 0.2 s); an order of magnitude for planning.
constexpr double solutions_per_cpu_s = 5e5;
constexpr double kilo = 1e3;

std::string rounded(Watts power) {
  const auto digits = fmt::format("{:.4g}", power.si() / kilo);
  return readable(Watts(std::stod(digits) * kilo));
}

std::string cluster_text(const std::string& site, const std::string& name,
                         const ClusterConfig& cluster) {
  const auto nodes = static_cast<double>(cluster.nodes);
  auto text = fmt::format("{}/{}: {} nodes, {} chips, {} idle to {} at design power", site, name,
                          cluster.nodes, cluster.nodes * cluster.node.chips_per_node,
                          rounded(nodes * cluster.node.power_idle()),
                          rounded(nodes * cluster.node.power_design()));
  if (cluster.load.model != "none") {
    text += fmt::format("; load given by \"{}\"", cluster.load.model);
  }
  return text + "\n";
}

}  // namespace

std::string plant_estimate_text(const Scenario& scenario) {
  const auto& config = *scenario.config;
  std::string text;
  for (const auto& [name, site] : config.sites) {
    for (const auto& [cluster_name, cluster] : site.clusters) {
      text += cluster_text(name, cluster_name, cluster);
    }
    const auto cooling = plugin_table().make<CoolingModel>("cooling", site.cooling);
    cooling->size_for(site.power_design());
    if (cooling->power_design() > Watts(0)) {
      text += fmt::format("{}: cooling of up to {}\n", name, rounded(cooling->power_design()));
    }
    if (const auto& limit = site.energy.grid.import_limit) {
      text += fmt::format("{}: import_limit {}\n", name, readable(*limit));
    }
  }
  if (config.horizon && config.workloads.empty()) {
    const double solutions = *config.horizon / config.plant_interval;
    text += fmt::format("{:.0f} plant intervals of {}, about {:.2g} s to play\n", solutions,
                        readable(config.plant_interval),
                        solutions * static_cast<double>(config.sites.size()) / solutions_per_cpu_s);
  }
  return text;
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/site_rules.hpp"

#include <algorithm>
#include <set>

#include "models/catalog.hpp"
#include "models/power/conversion_chain.hpp"
#include "sim/api/cooling.hpp"
#include "sim/api/power_chain.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

constexpr double rounding = 1e-9;

/// "SERVICE/POOL" of the pools on a cluster.
std::vector<std::string> pools_on(const ScenarioConfig& config, const std::string& cluster) {
  std::vector<std::string> names;
  for (const auto& [service_name, service] : config.services) {
    for (const auto& [name, pool] : service.pools) {
      if (pool.cluster == cluster) {
        names.push_back(service_name + "/" + name);
      }
    }
  }
  return names;
}

/// Why the loss of a part changes nothing; empty: it does.
std::string why_without_effect(const SiteConfig& site, const PlantFaultConfig& fault) {
  if (fault.component == PlantComponent::Ups) {
    return site.power.model == "constant_efficiency"
               ? "power model \"constant_efficiency\" has no units to lose"
               : "";
  }
  const bool is_twin =
      site.cooling.model == "constant_pue" ||
      (site.cooling.model == "constant_power" && fault.component != PlantComponent::Pumps);
  return is_twin ? fmt::format("cooling model \"{}\" has no such parts", site.cooling.model) : "";
}

/// Whether ratings are to be below the design load, so that breakers may trip.
bool is_undersized_on_purpose(const PluginConfig& power) {
  if (power.model != "conversion_chain") {
    return false;
  }
  const auto& chain = *static_cast<const ConversionChainConfig*>(power.config.get());
  return chain.oversubscription > chain.margin;
}

/// What a twin's PUE lacks for the loss of the power chain at an IT power; empty: nothing. It would
/// need cooling that gives power back.
std::string lack_of_pue(const SiteConfig& site, const PowerChain& chain, Watts it) {
  const auto twin = plugin_table().make<CoolingModel>("cooling", site.cooling);
  CoolingInputs inputs;
  inputs.it_power = inputs.air_heat = it;
  const auto room_for_loss = twin->advance(Duration::from_seconds(1), inputs).other;
  const auto loss = chain.indoor_loss({it, Watts(0)});
  if (loss <= room_for_loss + rounding * it) {
    return {};
  }
  return fmt::format(
      "the power chain alone loses {:.1f} % of the IT power, so the site's PUE "
      "cannot be lower than {:.4f}",
      100 * (loss / it), 1 + loss / it);
}

}  // namespace

void check_site_rules(const ScenarioConfig& config, ProblemList& problems) {
  for (const auto& [site_name, site] : config.sites) {
    const auto site_pointer = child_pointer("/sites", site_name);
    if (site.clusters.empty()) {
      problems.add(site_pointer + "/clusters", "a site needs at least one cluster");
    }
    for (const auto& [name, cluster] : site.clusters) {
      const auto pointer = child_pointer(site_pointer + "/clusters", name);
      const bool is_given = cluster.load.model != "none";
      if (cluster.throughput && !is_given) {
        problems.add(pointer + "/throughput",
                     "tells what a given load makes, and the cluster has no such load",
                     "give it a \"load\", or leave \"throughput\" out");
      }
      const auto users = pools_on(config, site_name + "/" + name);
      if (is_given && !users.empty()) {
        problems.add(pointer + "/load",
                     fmt::format("the load of all {} nodes is given, and {} would run on them too",
                                 cluster.nodes, fmt::join(users, ", ")),
                     "put the pools or the given load on a cluster of its own");
      }
    }
  }
}

std::vector<std::string> site_warnings(const std::string& name, const SiteConfig& site,
                                       const std::optional<Seconds>& horizon) {
  std::vector<std::string> warnings;
  const auto pointer = child_pointer("/sites", name);
  for (const auto& [cluster_name, cluster] : site.clusters) {
    if (cluster.rack_power_cap && site.control.model == "none") {
      warnings.push_back(fmt::format(
          "{}/clusters/{}/rack_power_cap: no control keeps it; give the site \"control\" "
          "{{\"model\": \"power_cap\"}}",
          pointer, cluster_name));
    }
  }
  for (const auto& [fault_name, fault] : site.plant_faults) {
    const auto place = fmt::format("{}/plant_faults/{}", pointer, fault_name);
    if (const auto why = why_without_effect(site, fault); !why.empty()) {
      warnings.push_back(fmt::format("{}: has no effect: {}", place, why));
    }
    if (horizon && fault.at >= *horizon) {
      warnings.push_back(fmt::format("{}: begins {} after the start, when the run has ended", place,
                                     readable(fault.at)));
    }
  }
  const auto& limit = site.energy.grid.import_limit;
  const bool has_own = !site.energy.solar.model.empty() || !site.energy.wind.model.empty();
  if (const auto idle = site.power_idle(); limit && !has_own && *limit < idle) {
    warnings.push_back(fmt::format(
        "{}/energy/grid/import_limit: {} is less than the {} that the nodes draw idle; what is "
        "beyond the limit is drawn all the same and reported as energy_over_limit_j",
        pointer, readable(*limit), readable(idle)));
  }
  return warnings;
}

void check_ratings(const std::string& name, const SiteConfig& site, ProblemList& problems,
                   std::vector<std::string>& warnings) {
  const auto pointer = child_pointer("/sites", name);
  const auto cooling = plugin_table().make<CoolingModel>("cooling", site.cooling);
  const auto chain = plugin_table().make<PowerChain>("power", site.power);
  const auto design = site.power_design();
  cooling->size_for(design);
  chain->size_for(design, cooling->power_design());
  std::set<std::string> told;
  const auto idle_overloads = is_undersized_on_purpose(site.power)
                                  ? std::vector<Overload>()
                                  : chain->overloads({site.power_idle(), Watts(0)});
  for (const auto& [stage, ratio] : idle_overloads) {
    problems.add(
        pointer + "/power",
        fmt::format("{} carries {:.0f} % of its rating while every chip idles", stage, 100 * ratio),
        fmt::format("raise the rating or the units of {}, or leave them out", stage));
    told.insert(stage);
  }
  for (const auto& [stage, ratio] : chain->overloads({design, cooling->power_design()})) {
    if (ratio > 1 + rounding && told.count(stage) == 0) {
      warnings.push_back(fmt::format(
          "{}/power: {} carries {:.0f} % of its rating at the design power of racks and cooling",
          pointer, stage, 100 * ratio));
    }
  }
  if (site.cooling.model != "constant_pue" || !told.empty() || design <= Watts(0)) {
    return;
  }
  const auto place = pointer + "/cooling";
  if (const auto lack = lack_of_pue(site, *chain, design); !lack.empty()) {
    problems.add(place, lack, "raise pue or the efficiencies of the power chain");
  } else if (const auto idle = lack_of_pue(site, *chain, site.power_idle()); !idle.empty()) {
    warnings.push_back(fmt::format("{}: while the chips idle {}", place, idle));
  }
}

}  // namespace tokenfab

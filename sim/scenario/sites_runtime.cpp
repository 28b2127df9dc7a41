// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/sites_runtime.hpp"

#include <algorithm>

#include "sim/scenario/plant_warnings.hpp"
#include "sim/scenario/site_bill.hpp"
#include "sim/scenario/site_models.hpp"

namespace tokenfab {

SitesRuntime::SitesRuntime(const Scenario& scenario, engine::Engine& engine,
                           const std::vector<ServicePool*>& pools,
                           const std::vector<std::unique_ptr<ClusterJobs>>& jobs,
                           SeriesSink* series, FleetSink* fleet, EventLog* events)
    : scenario_(scenario), config_(*scenario.config), pools_(pools.begin(), pools.end()) {
  for (const auto& cluster : jobs) {
    pools_.push_back(cluster.get());
  }
  std::uint32_t number = 0;
  const auto interval = Duration::from_seconds(config_.plant_interval.si());
  std::vector<SitePlant*> plants;
  for (const auto& [name, site] : config_.sites) {
    const auto open = site_opener(scenario_, name);
    for (const auto& [cluster_name, cluster] : site.clusters) {
      if (cluster.load.model != "none") {
        loads_.push_back(std::make_unique<LoadPool>(name, number, cluster_name, cluster, open));
        pools_.push_back(loads_.back().get());
      }
    }
    auto own = pools_;
    std::erase_if(own, [number](const MeteredPool* pool) { return pool->site() != number; });
    plants_.push_back(std::make_unique<SitePlant>(name, number, site, site_calendar(config_, site),
                                                  interval, scenario.site_models.at(name), open,
                                                  std::move(own), *this, events));
    if (fleet != nullptr) {
      plants_.back()->meter_fleet(site, fleet_groups_max(config_), *fleet);
    }
    plants.push_back(plants_.back().get());
    ++number;
  }
  std::optional<Duration> rows;
  if (series != nullptr && config_.output.series) {
    rows = Duration::from_seconds(config_.output.series->si());
  }
  clock_ = std::make_unique<PlantClock>(engine, interval, rows, series, std::move(plants));
  const auto users_of = [&](auto site, auto cluster) {
    std::vector<NodeListener*> here;
    std::copy_if(pools.begin(), pools.end(), std::back_inserter(here), [=](ServicePool* pool) {
      return pool->site() == site && pool->cluster_index() == cluster;
    });
    for (const auto& own : jobs) {
      if (own->site() == site && own->cluster_index() == cluster) {
        here.push_back(own.get());
      }
    }
    return here;
  };
  faults_ = make_fault_runtimes(config_, engine.agenda(), users_of, events);
}

void SitesRuntime::racks_went_dark(std::uint32_t site, Instant now) {
  for (const auto& faults : faults_) {
    if (faults.site == site) {
      faults.runtime->power_lost(now);
    }
  }
  for (const auto& load : loads_) {
    if (load->site() == site) {
      load->set_power(false, now);
    }
  }
}

void SitesRuntime::nodes_are_back(std::uint32_t site, Instant now) {
  for (const auto& faults : faults_) {
    if (faults.site == site) {
      faults.runtime->power_restored(now);
    }
  }
  for (const auto& load : loads_) {
    if (load->site() == site) {
      load->set_power(true, now);
    }
  }
}

void SitesRuntime::stop_loads(Instant now) {
  for (const auto& load : loads_) {
    load->stop_at(now);
  }
}

std::vector<SiteBill> SitesRuntime::bills(Duration duration) const {
  std::vector<SiteBill> bills;
  std::uint32_t number = 0;
  for (const auto& [name, site] : config_.sites) {
    const auto& own = *plants_[number];
    bills.push_back(site_bill(name, number, site, own.so_far(), pools_, Instant(duration)));
    bills.back().assets = own.assets();
    ++number;
  }
  return bills;
}

Joules SitesRuntime::energy_so_far() const {
  Joules energy;
  for (const auto& own : plants_) {
    energy += own->so_far().ledger.site();
  }
  return energy;
}

void SitesRuntime::close(RunResult& result) {
  for (const auto& own : plants_) {
    const auto& site = result.sites.emplace_back(own->close());
    const auto warnings = plant_warnings(config_.sites.at(site.name), site);
    result.warnings.insert(result.warnings.end(), warnings.begin(), warnings.end());
    result.clusters.insert(result.clusters.end(), own->clusters().begin(), own->clusters().end());
  }
  for (const auto& load : loads_) {
    result.pools.push_back(load->close());
    const auto& made = result.pools.back();
    auto& application = result.applications[made.service];
    application.service = made.service;
    application.kind = "given load";
    application.is_given = true;
    application.requests = application.tenants[""].requests = made.requests;
  }
}

}  // namespace tokenfab

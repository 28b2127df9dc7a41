// SPDX-License-Identifier: Apache-2.0
// From ledgers to metrics. Everything here is a pure function of the run's result.
//
// Attribution: a site's energy lines, energy and carbon are split over its pools by their IT
// energy, its other lines by the chips allocated; lines of no site, and sites without pools, by all
// chips allocated. What a pool costs is charged to input and output tokens by its charged busy
// time, so idle cost follows the busy shares.
#pragma once

#include <map>
#include <string>

#include "sim/metrics/declarations.hpp"
#include "sim/metrics/result.hpp"

namespace tokenfab {

struct Summary {
  MetricSet factory;
  std::map<std::string, MetricSet> services;
  std::map<std::string, MetricSet> pools;  // "service/pool"
  std::map<std::string, MetricSet> sites;
  std::map<std::string, MetricSet> clusters;  // "site/cluster"
  std::map<std::string, MetricSet> tenants;
};

Summary summarize(const RunResult& result);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// From ledgers to metrics. Everything here is a pure function of the run's result. Who is charged
// for what: attribution.hpp.
#pragma once

#include <map>
#include <span>
#include <string>

#include "sim/metrics/declarations.hpp"
#include "sim/metrics/result.hpp"

namespace tokenfab {

struct Summary {
  MetricSet factory;
  std::map<std::string, MetricSet> services;
  std::map<std::string, MetricSet> pools;  // "service/pool"
  std::map<std::string, MetricSet> sites;
  std::map<std::string, MetricSet> clusters;      // "site/cluster"
  std::map<std::string, MetricSet> jobs;          // declared, and workloads of jobs
  std::map<std::string, MetricSet> applications;  // by workload
  std::map<std::string, MetricSet> tenants;
  std::map<std::string, MetricSet> tiers;        // of the price book
  std::map<std::string, MetricSet> cache_tiers;  // "service/pool/tier"
};

/// The sections of objects by name, in the order of the report.
struct SummarySection {
  const char* name;
  std::map<std::string, MetricSet> Summary::*objects;
};
std::span<const SummarySection> summary_sections();

Summary summarize(const RunResult& result);

}  // namespace tokenfab

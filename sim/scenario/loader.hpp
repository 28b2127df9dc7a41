// SPDX-License-Identifier: Apache-2.0
// From a scenario file to a frozen configuration: document, overrides, reading, cross-checks. All
// problems are collected; what is wrong with names and values is told before what does not fit.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/diffusion/render_placement.hpp"
#include "models/serving/placement.hpp"
#include "sim/api/grid.hpp"
#include "sim/api/site_data.hpp"
#include "sim/api/weather.hpp"
#include "sim/config/document.hpp"
#include "sim/data/check_jobs.hpp"
#include "sim/data/check_requests.hpp"
#include "sim/metrics/assertion.hpp"
#include "sim/scenario/config.hpp"
#include "sim/scenario/training_plan.hpp"

namespace tokenfab {

/// What the user asked for. Data files are looked for beside the scenario, beside its bases, then
/// in `data_folders`.
struct ScenarioRequest {
  std::string path;
  std::optional<std::string> text = std::nullopt;  // the scenario itself; `path` only names it
  std::vector<std::pair<std::string, std::string>> overrides;  // JSON pointer, value
  std::optional<std::int64_t> seed;
  std::vector<std::string> data_folders;
};

/// A data file as it was found.
struct InputFile {
  std::string path;
  std::string sha256;
};

/// A trace that a workload replays, found and checked.
struct TraceInput {
  std::string name;  // as the scenario calls it
  std::string path;  // where it was found
  std::string format;
  bool has_sessions = false;
  TraceSummary summary;
  std::optional<JobTraceSummary> jobs = std::nullopt;  // of a job trace, instead
};

/// A pool with everything that follows from its configuration.
struct PoolPlan {
  std::string service;
  std::string pool;
  std::string site;
  std::string cluster;
  const PoolConfig* config = nullptr;
  const TransformerConfig* model = nullptr;  // null: a diffusion model
  const DiffusionModelConfig* diffusion_model = nullptr;
  const NodeConfig* node = nullptr;
  Placement placement;               // of a language model
  RenderPlacement render_placement;  // of a diffusion model, for the largest of its items
  std::uint32_t cluster_index = 0;   // in name order within the site
  std::int64_t chip_offset = 0;      // first chip of the pool within its cluster

  /// Of a replica, within the cluster.
  std::int64_t first_chip(std::uint32_t replica) const {
    return chip_offset + std::int64_t{replica} * config->chips_per_replica();
  }
  bool uses_node(std::uint32_t replica, std::uint32_t number) const {
    const auto last = first_chip(replica) + config->chips_per_replica() - 1;
    return first_chip(replica) / node->chips_per_node <= number &&
           number <= last / node->chips_per_node;
  }
  double chips() const {
    return static_cast<double>(config->replicas_max() * config->chips_per_replica());
  }
};

/// The cost functions of a site, opened.
struct SiteModels {
  std::shared_ptr<const WeatherModel> weather;
  std::shared_ptr<const Tariff> tariff;
  std::shared_ptr<const CarbonIntensity> carbon;
};

/// Immutable once loaded; PoolPlan points into `config`.
struct Scenario {
  std::unique_ptr<const ScenarioConfig> config;
  std::string path;
  std::string resolved_text;            // the configuration with all defaults, as JSON
  std::map<std::string, Mark> origins;  // where each scalar was written, by pointer; no defaults
  std::vector<Assertion> assertions;
  std::vector<PoolPlan> pools;
  std::map<std::string, std::shared_ptr<TrainingPlan>> trainings;  // by job
  std::map<std::string, TraceInput> traces;                        // by workload
  std::map<std::string, SiteData> site_data;  // by path of the model that reads it
  std::map<std::string, SiteModels> site_models;
  std::map<std::string, InputFile> inputs;  // every data file, as the scenario calls it
  std::vector<std::string> warnings;

  bool has_jobs() const;
  /// How many of the first chips of a cluster its pools have set aside.
  std::int64_t chips_of_services(const std::string& site, const std::string& cluster) const;
};

/// Throws ConfigError, DataError or InfeasibleError: the first of these three kinds that has
/// problems. What cannot be read is told first; once all can, everything else at once.
Scenario load_scenario(const ScenarioRequest& request);

}  // namespace tokenfab

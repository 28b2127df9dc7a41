// SPDX-License-Identifier: Apache-2.0
// The scenario file as structs: read once, then frozen.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/chip/node.hpp"
#include "models/diffusion/diffusion_engine_config.hpp"
#include "models/diffusion/diffusion_model.hpp"
#include "models/economics/cost.hpp"
#include "models/energy/energy_config.hpp"
#include "models/llm/transformer.hpp"
#include "models/scheduler/admission.hpp"
#include "models/serving/engine_config.hpp"
#include "models/serving/kv_tiers.hpp"
#include "models/serving/replica.hpp"
#include "sim/api/field.hpp"
#include "sim/metrics/provenance.hpp"
#include "sim/scenario/job_config.hpp"
#include "sim/scenario/plant_faults.hpp"

namespace tokenfab {

/// Tokens that nodes under a given load make, as a request-level run has measured them.
struct ThroughputConfig {
  TokensPerSecond input;  // of one chip at utilization 1
  TokensPerSecond output;
  double output_time_share = 1;  // of busy time spent on output tokens
  static void describe(Describe<ThroughputConfig>& d);
};

/// Moves preemptible jobs together where whole nodes are wanted and only parts are free.
struct DefragmentationConfig {
  Seconds interval{600};  // between two rounds of moves, at least
  static void describe(Describe<DefragmentationConfig>& d);
};

/// How the collectives of training jobs are timed.
enum class CollectiveMode { ClosedForm, Flow };

struct ClusterConfig {
  NodeConfig node;
  std::int64_t nodes = 0;
  std::int64_t nodes_per_rack = 1;
  std::optional<Watts> rack_power_cap;
  PluginConfig load{"none", nullptr};
  std::optional<ThroughputConfig> throughput;
  PluginConfig faults{"none", nullptr};
  PluginConfig network{"non_blocking", nullptr};
  CollectiveMode collectives = CollectiveMode::ClosedForm;
  PluginConfig scheduler{"easy", nullptr};
  PluginConfig placement{"first_fit", nullptr};
  std::optional<DefragmentationConfig> defragmentation;
  static void describe(Describe<ClusterConfig>& d);
};

/// The names of ReplicaRole in order.
const std::vector<std::string>& role_names();

enum class TransferMode { Flow, ClosedForm };

struct SiteConfig {
  std::string time_zone = "+00:00";
  std::string country;
  EnergyConfig energy;
  PluginConfig power{"constant_efficiency", nullptr};
  PluginConfig cooling{"constant_pue", nullptr};
  PluginConfig weather{"constant", nullptr};
  PluginConfig control{"none", nullptr};
  std::map<std::string, PlantFaultConfig> plant_faults;
  Seconds restart_time{600};
  BytesPerSecond storage_bandwidth{100e9};
  std::map<std::string, ClusterConfig> clusters;

  /// Of all nodes, at the inputs of their power supplies.
  Watts power_idle() const;
  Watts power_design() const;
  static void describe(Describe<SiteConfig>& d);
};

struct PoolConfig {
  std::string cluster;  // "site/cluster"
  std::int64_t replicas = 1;
  std::optional<std::int64_t> min_replicas;
  std::optional<std::int64_t> max_replicas;
  ReplicaRole role = ReplicaRole::Mixed;
  double weight = 1;
  std::optional<EngineConfig> engine;                     // of a language model
  std::optional<DiffusionEngineConfig> diffusion_engine;  // of a diffusion model
  std::map<std::string, KvTierConfig> kv_tiers;
  bool cold_start = false;
  Seconds startup_time{0};

  /// What an autoscaler may choose from; chips are set aside for the most.
  std::int64_t replicas_min() const { return min_replicas.value_or(replicas); }
  std::int64_t replicas_max() const { return max_replicas.value_or(replicas); }
  std::int64_t chips_per_replica() const {
    return diffusion_engine ? diffusion_engine->chips() : engine->chips();
  }
  static void describe(Describe<PoolConfig>& d);
};

struct ServiceLevelConfig {
  std::optional<Seconds> ttft;
  std::optional<Seconds> tpot;
  std::optional<Seconds> e2el;
  static void describe(Describe<ServiceLevelConfig>& d);
};

/// How KV caches get from prefill to decode replicas.
struct KvTransferConfig {
  TransferMode mode = TransferMode::Flow;
  bool layerwise_overlap = false;
  Seconds latency{10e-6};
  static void describe(Describe<KvTransferConfig>& d);
};

struct ServiceConfig {
  std::string model;
  std::map<std::string, PoolConfig> pools;
  PluginConfig router{"least_outstanding", nullptr};
  PluginConfig decode_router{"least_outstanding", nullptr};
  PluginConfig autoscaler{"fixed", nullptr};
  AdmissionConfig admission;
  KvTransferConfig kv_transfer;
  std::int64_t retry_budget = 3;
  std::optional<ServiceLevelConfig> slo;
  static void describe(Describe<ServiceConfig>& d);
};

/// Requests for a service, or jobs for a cluster.
struct WorkloadConfig {
  std::optional<std::string> service;
  std::optional<std::string> cluster;  // "site/cluster"
  PluginConfig source;
  static void describe(Describe<WorkloadConfig>& d);
};

struct OutputConfig {
  bool requests = true;
  bool jobs = true;
  std::optional<Seconds> series;
  bool fleet = true;
  std::optional<bool> events;
  std::int64_t events_max = 100'000;
  bool has_fleet() const { return series && fleet; }
  bool has_events() const { return events.value_or(true); }
  static void describe(Describe<OutputConfig>& d);
};

/// A line between two sites, both ways.
struct WanLinkConfig {
  std::string from;
  std::string to;
  BytesPerSecond bandwidth;
  Seconds latency{5e-3};
  static void describe(Describe<WanLinkConfig>& d);
};

struct ScenarioConfig {
  std::optional<std::string> extends;  // merged and gone before the structs are read
  std::int64_t scenario_version = 1;
  std::string name;
  std::int64_t seed = 1;
  std::string start = "2024-01-01T00:00";
  std::optional<Seconds> horizon;
  Seconds warmup{0};
  Stepping stepping = Stepping::Request;
  Seconds plant_interval{1};
  std::string currency = "USD";
  std::map<std::string, double> fx;
  std::map<std::string, SiteConfig> sites;
  std::map<std::string, WanLinkConfig> wan;
  std::map<std::string, TransformerConfig> models;
  std::map<std::string, DiffusionModelConfig> diffusion_models;
  std::map<std::string, ServiceConfig> services;
  std::map<std::string, JobConfig> jobs;
  std::map<std::string, WorkloadConfig> workloads;
  std::map<std::string, TenantConfig> tenants;
  EconomicsConfig economics;
  OutputConfig output;
  std::vector<std::string> asserts;
  std::optional<Provenance> provenance;  // none if nothing is from the catalogue

  static void describe(Describe<ScenarioConfig>& d);
};

/// What a service's model may be called: the names of models, then those of diffusion_models.
std::vector<std::string> model_names(const ScenarioConfig& config);

}  // namespace tokenfab

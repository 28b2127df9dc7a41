// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/config.hpp"

namespace tokenfab {

void ThroughputConfig::describe(Describe<ThroughputConfig>& d) {
  using C = ThroughputConfig;
  d.field("input", &C::input, "Input tokens per time and chip at utilization 1")
      .required()
      .range(0, 1e9);
  d.field("output", &C::output, "Output tokens per time and chip at utilization 1")
      .required()
      .range(0, 1e9);
  d.field("output_time_share", &C::output_time_share,
          "Share of busy time spent on output tokens, which bear that share of the cost")
      .range(0, 1);
}

void DefragmentationConfig::describe(Describe<DefragmentationConfig>& d) {
  d.field("interval", &DefragmentationConfig::interval,
          "Between two rounds of moves of a cluster, at least")
      .range(1, 1e6)
      .source("Estimate: a move costs a job its restart, a matter of minutes");
}

void ClusterConfig::describe(Describe<ClusterConfig>& d) {
  d.object("node", &ClusterConfig::node, "The server the cluster is made of")
      .catalogue("nodes")
      .required();
  d.field("nodes", &ClusterConfig::nodes, "Number of nodes").required().range(1, 1e6);
  d.field("nodes_per_rack", &ClusterConfig::nodes_per_rack, "Nodes that share a rack's power cap")
      .range(1, 1e4);
  d.field("rack_power_cap", &ClusterConfig::rack_power_cap,
          "Most power of a rack, kept by a control that heeds caps")
      .range(1, 1e9);
  d.plugin("load", &ClusterConfig::load, "load",
           "How busy the nodes are if no service uses them: given instead of simulated");
  d.object("throughput", &ClusterConfig::throughput, "Tokens that a given load makes");
  d.plugin("faults", &ClusterConfig::faults, "faults", "Which nodes break when")
      .catalogue("failure_rates");
  d.plugin("network", &ClusterConfig::network, "network", "What its nodes reach each other over")
      .catalogue("networks");
  d.choice("collectives", &ClusterConfig::collectives, {"closed_form", "flow"},
           "Collectives of training jobs alone on their share of every level, or as flows over the "
           "links that they share with the cluster's other training jobs (slower)");
  d.plugin("scheduler", &ClusterConfig::scheduler, "scheduler", "Which job runs next");
  d.plugin("placement", &ClusterConfig::placement, "placement", "On which chips a job runs");
  d.object("defragmentation", &ClusterConfig::defragmentation,
           "Preemptible jobs are moved together for a job that wants whole nodes; absent: never");
}

void SiteConfig::describe(Describe<SiteConfig>& d) {
  using C = SiteConfig;
  d.field("time_zone", &C::time_zone, "Fixed offset from UTC, such as +08:00");
  d.field("country", &C::country, "Country, as tenants' allowed_countries name it");
  d.object("energy", &C::energy, "Where the power comes from").required();
  d.plugin("power", &C::power, "power", "Conversion from the meter to the racks");
  d.plugin("cooling", &C::cooling, "cooling", "Heat removal");
  d.plugin("weather", &C::weather, "weather", "The air outside");
  d.plugin("control", &C::control, "control", "What sets the clocks of the chips");
  d.map("plant_faults", &C::plant_faults, "Parts of the plant that stand still, by name");
  d.field("restart_time", &C::restart_time,
          "From the return of power, or of cooling, until nodes can load models again")
      .range(0, 1e6)
      .source("Estimate: 5 to 15 minutes of self-test and boot of an 8-GPU server");
  d.field("storage_bandwidth", &C::storage_bandwidth,
          "Read bandwidth of the shared storage that holds model weights")
      .range(1e6, 1e15)
      .source("Estimate: a mid-sized parallel file system reads 100 GB/s");
  d.map("clusters", &C::clusters, "Clusters by name").required();
}

Watts SiteConfig::power_idle() const {
  Watts sum;
  for (const auto& [name, cluster] : clusters) {
    sum += static_cast<double>(cluster.nodes) * cluster.node.power_idle();
  }
  return sum;
}

Watts SiteConfig::power_design() const {
  Watts sum;
  for (const auto& [name, cluster] : clusters) {
    sum += static_cast<double>(cluster.nodes) * cluster.node.power_design();
  }
  return sum;
}

void PoolConfig::describe(Describe<PoolConfig>& d) {
  using C = PoolConfig;
  d.field("cluster", &C::cluster, "Where the replicas run: SITE/CLUSTER")
      .required()
      .refers_to("cluster");
  d.field("replicas", &C::replicas, "Copies of the model, at the start").range(0, 1e6);
  d.field("min_replicas", &C::min_replicas,
          "Fewest copies an autoscaler may leave; 0 scales to zero; replicas if absent")
      .range(0, 1e6);
  d.field("max_replicas", &C::max_replicas,
          "Most copies an autoscaler may start, for which chips are set aside; replicas if absent")
      .range(1, 1e6);
  d.choice("role", &C::role, role_names(),
           "Whether its replicas do the whole work, or prompts or answers only (disaggregation)");
  d.field("weight", &C::weight, "Its share of requests where a router weighs pools")
      .range(1e-6, 1e6);
  d.object("engine", &C::engine, "Serving engine of a language model, which needs one");
  d.object("diffusion_engine", &C::diffusion_engine,
           "Engine of an image or video model, which needs one instead");
  d.map("kv_tiers", &C::kv_tiers,
        "Stores of KV blocks below the chips' memory, by name; the fastest is asked first");
  d.field("cold_start", &C::cold_start,
          "Replicas first load their weights from the site's storage over the network");
  d.field("startup_time", &C::startup_time,
          "From weights loaded to the first request: engine start, compilation, CUDA graphs")
      .range(0, 1e6);
}

void ServiceLevelConfig::describe(Describe<ServiceLevelConfig>& d) {
  d.field("ttft", &ServiceLevelConfig::ttft, "Most time to the first token").range(0, 1e6);
  d.field("tpot", &ServiceLevelConfig::tpot, "Most time per further token").range(0, 1e6);
  d.field("e2el", &ServiceLevelConfig::e2el, "Most time from arrival to the whole answer")
      .range(0, 1e9);
}

const std::vector<std::string>& role_names() {
  static const std::vector<std::string> names{"mixed", "prefill", "decode"};
  return names;
}

void KvTransferConfig::describe(Describe<KvTransferConfig>& d) {
  using C = KvTransferConfig;
  d.choice("mode", &C::mode, {"flow", "closed_form"},
           "Transfers as flows that share links, or port by port in closed form (faster)");
  d.field("layerwise_overlap", &C::layerwise_overlap,
          "Layers move while the prompt's last step computes the next ones");
  d.field("latency", &C::latency, "Of the message to the decode replica, and of a transfer")
      .range(1e-9, 10)
      .source("10 us point to point: system files of ai-dynamo/aiconfigurator (@095f58a5)");
}

void ServiceConfig::describe(Describe<ServiceConfig>& d) {
  using C = ServiceConfig;
  d.field("model", &C::model, "Which of models, or else of diffusion_models, is served")
      .required()
      .refers_to("model");
  d.map("pools", &C::pools, "Groups of equal replicas by name").required();
  d.plugin("router", &C::router, "router", "Which replica takes a request");
  d.plugin("decode_router", &C::decode_router, "router",
           "Which decode replica takes a request whose prompt is computed");
  d.plugin("autoscaler", &C::autoscaler, "autoscaler", "How many replicas each pool runs");
  d.object("admission", &C::admission, "Limits at the front door, over all tenants");
  d.object("kv_transfer", &C::kv_transfer, "How KV caches get from prefill to decode replicas");
  d.field("retry_budget", &C::retry_budget,
          "How often a request is tried again after its replica was lost; then it has failed")
      .range(0, 1000);
  d.object("slo", &C::slo, "Service levels that goodput counts");
}

void WorkloadConfig::describe(Describe<WorkloadConfig>& d) {
  d.field("service", &WorkloadConfig::service, "The service that gets the requests")
      .refers_to("service");
  d.field("cluster", &WorkloadConfig::cluster, "Of jobs: the cluster that gets them, SITE/CLUSTER")
      .refers_to("cluster");
  d.inline_plugin(&WorkloadConfig::source, "workload", "Where the requests or jobs come from");
}

void OutputConfig::describe(Describe<OutputConfig>& d) {
  d.field("requests", &OutputConfig::requests, "Write requests.csv, one row per request");
  d.field("jobs", &OutputConfig::jobs, "Write jobs.csv, one row per job, if there are jobs");
  d.field("series", &OutputConfig::series, "Write series.csv with one row per site and interval")
      .range(1e-3, 1e9);
  d.field("fleet", &OutputConfig::fleet,
          "With series.csv, write fleet.csv: what up to 64 groups of each pool's replicas did in "
          "every interval");
  d.field("events", &OutputConfig::events,
          "Write events.csv, what happened to nodes, replicas, plants and jobs; jobs of traces and "
          "mixes only if true is given, nothing if false is");
  d.field("events_max", &OutputConfig::events_max, "Rows of events.csv; the earliest are kept")
      .range(1, 1e7);
}

std::vector<std::string> model_names(const ScenarioConfig& config) {
  std::vector<std::string> names;
  for (const auto& [name, model] : config.models) {
    names.push_back(name);
  }
  for (const auto& [name, model] : config.diffusion_models) {
    names.push_back(name);
  }
  return names;
}

void WanLinkConfig::describe(Describe<WanLinkConfig>& d) {
  using C = WanLinkConfig;
  d.field("from", &C::from, "One of the sites").required().refers_to("site");
  d.field("to", &C::to, "The other one").required().refers_to("site");
  d.field("bandwidth", &C::bandwidth, "Each way").required().range(1, 1e15);
  d.field("latency", &C::latency, "Of a message")
      .range(1e-9, 10)
      .source("Estimate: light takes 5 ms for 1,000 km of fibre");
}

void ScenarioConfig::describe(Describe<ScenarioConfig>& d) {
  using C = ScenarioConfig;
  d.field("extends", &C::extends,
          "Base scenario, relative to this file; this one is merged over it (RFC 7396)");
  d.field("scenario_version", &C::scenario_version, "Version of the scenario format")
      .required()
      .range(1, 1);
  d.field("name", &C::name, "Name of the scenario and of its results folder").required();
  d.field("seed", &C::seed, "Seed of every random stream").range(0, 9e18);
  d.field("start", &C::start, "Local date and time at which the clock starts");
  d.field("horizon", &C::horizon, "When the run stops; without it the run drains").range(1e-6, 3e9);
  d.field("warmup", &C::warmup,
          "Requests that arrive before it, and tokens that follow on one before it, do not enter "
          "latencies, goodput and slo_attainment; counts, tokens, energy, money and duration cover "
          "the whole run")
      .range(0, 3e9);
  d.choice("stepping", &C::stepping, {"request", "iteration"},
           "How many engine steps one event plays: as many as decisions allow, or one");
  d.field("plant_interval", &C::plant_interval, "Time between two solutions of power and cooling")
      .range(1e-3, 86400);
  d.field("currency", &C::currency, "Currency that fx values are given in");
  d.field("fx", &C::fx, "Value of one unit of a currency in the scenario's currency")
      .range(1e-9, 1e9);
  d.map("sites", &C::sites, "Sites by name").required();
  d.map("wan", &C::wan,
        "Lines between sites by name; without any all sites reach each other at the speed of their "
        "ports");
  d.map("models", &C::models, "Model architectures by name")
      .catalogue("models")
      .imports("hf_config");
  d.map("diffusion_models", &C::diffusion_models, "Image and video models by name")
      .catalogue("diffusion_models");
  d.map("services", &C::services, "Services by name");
  d.map("jobs", &C::jobs, "Jobs by name: stages of the assembly line");
  d.map("workloads", &C::workloads, "Workloads by name: requests for services, jobs for clusters");
  d.map("tenants", &C::tenants, "Agreements with tenants, by name; others have no limits");
  d.object("economics", &C::economics, "Money");
  d.object("output", &C::output, "Result files besides report.json");
  d.field("assert", &C::asserts,
          "What the results must satisfy, NAME OP VALUE each, like \"ttft_p99_s < 2 s\"; a false "
          "one exits 10 after the results are written");
  d.object("provenance", &C::provenance,
           "Where values are from that stand here without their catalogue entry, as a resolved "
           "scenario notes it");
}

}  // namespace tokenfab

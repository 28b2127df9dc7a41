// SPDX-License-Identifier: Apache-2.0
#include "models/catalog.hpp"

#include <vector>

#include "models/cooling/air_economizer.hpp"
#include "models/cooling/constant_pue.hpp"
#include "models/cooling/liquid_plant.hpp"
#include "models/cooling/room_plant.hpp"
#include "models/energy/flat_grid.hpp"
#include "models/faults/node_faults.hpp"
#include "models/power/constant_efficiency.hpp"
#include "models/scheduler/fixed_replicas.hpp"
#include "models/scheduler/least_kv.hpp"
#include "models/scheduler/least_outstanding.hpp"
#include "models/scheduler/power_of_two.hpp"
#include "models/scheduler/predictive_autoscaler.hpp"
#include "models/scheduler/prefix_aware.hpp"
#include "models/scheduler/queue_autoscaler.hpp"
#include "models/scheduler/round_robin.hpp"
#include "models/scheduler/session_affinity.hpp"
#include "models/scheduler/slo_aware.hpp"
#include "models/scheduler/utilization_autoscaler.hpp"
#include "models/scheduler/weighted.hpp"
#include "models/workload/agents_workload.hpp"
#include "models/workload/batch_workload.hpp"
#include "models/workload/generation_workload.hpp"
#include "models/workload/length_distribution.hpp"
#include "models/workload/rag_workload.hpp"
#include "models/workload/session_trace_workload.hpp"
#include "models/workload/synthetic_workload.hpp"
#include "models/workload/trace_workload.hpp"

namespace tokenfab {

const PluginTable& plugin_table() {
  using enum Fidelity;
  static const std::vector<PluginEntry> entries{
      plugin_entry<Autoscaler, FixedReplicas, FixedReplicasConfig>(
          "autoscaler", "fixed", Exact, "Pools keep the replicas they have"),
      plugin_entry<Autoscaler, PredictiveAutoscaler, PredictiveAutoscalerConfig>(
          "autoscaler", "predictive", Exact, "Replicas for the arrival rate that is forecast"),
      plugin_entry<Autoscaler, QueueAutoscaler, QueueAutoscalerConfig>(
          "autoscaler", "queue", Exact, "Requests waiting and under way per replica"),
      plugin_entry<Autoscaler, UtilizationAutoscaler, UtilizationAutoscalerConfig>(
          "autoscaler", "utilization", Exact, "Share of sequence slots or of the KV cache in use"),
      plugin_entry<CarbonIntensity, FlatCarbon, FlatCarbonConfig>(
          "carbon", "flat", Constant, "One carbon intensity for all times"),
      plugin_entry<CoolingModel, AirEconomizer, AirEconomizerConfig>(
          "cooling", "air_economizer", Analytic, "Outside air, evaporative stage, backup chillers"),
      plugin_entry<CoolingModel, ChilledWater, ChilledWaterConfig>(
          "cooling", "chilled_water", Analytic,
          "Air handlers, water-cooled chillers, towers, waterside economizer"),
      plugin_entry<CoolingModel, ConstantPue, ConstantPueConfig>(
          "cooling", "constant_pue", Constant, "Site power is a constant multiple of IT power"),
      plugin_entry<CoolingModel, DryCoolerPlant, DryCoolerPlantConfig>(
          "cooling", "dry_cooler", Analytic, "Air handlers, dry coolers, chillers for warm days"),
      plugin_entry<CoolingModel, LiquidPlant, LiquidPlantConfig>(
          "cooling", "liquid", Analytic,
          "Cold plates and CDUs on warm water, dry coolers or towers, air side"),
      plugin_entry<LengthDistribution, FixedLength, FixedLengthConfig>(
          "distribution", "fixed", Exact, "Every length the same"),
      plugin_entry<LengthDistribution, LognormalLength, LognormalLengthConfig>(
          "distribution", "lognormal", Exact, "Lognormal, cut at min and max"),
      plugin_entry<LengthDistribution, QuantileLength, QuantileLengthConfig>(
          "distribution", "quantiles", Exact, "Piecewise-linear through given quantiles"),
      plugin_entry<LengthDistribution, UniformLength, UniformLengthConfig>(
          "distribution", "uniform", Exact, "Every integer of a range alike"),
      plugin_entry<FaultProcess, ExponentialFaults, ExponentialFaultsConfig>(
          "faults", "exponential", Analytic, "Nodes fail at random with a constant hazard"),
      plugin_entry<FaultProcess, NoFaults, NoFaultsConfig>("faults", "none", Constant,
                                                           "Nothing breaks"),
      plugin_entry<FaultProcess, ScheduledFaults, ScheduledFaultsConfig>(
          "faults", "scheduled", Exact, "Nodes fail at dates given"),
      plugin_entry<PowerChain, ConstantEfficiency, ConstantEfficiencyConfig>(
          "power", "constant_efficiency", Constant, "Stages of constant efficiency"),
      plugin_entry<Router, LeastKv, LeastKvConfig>("router", "least_kv", Exact,
                                                   "The replica whose KV cache is the least used"),
      plugin_entry<Router, LeastOutstanding, LeastOutstandingConfig>(
          "router", "least_outstanding", Exact, "The replica with the fewest unanswered requests"),
      plugin_entry<Router, PowerOfTwo, PowerOfTwoConfig>(
          "router", "power_of_two", Exact,
          "Of two replicas drawn at random the one with fewer unanswered requests"),
      plugin_entry<Router, PrefixAware, PrefixAwareConfig>(
          "router", "prefix_aware", Exact, "Cached prefix against the work under way"),
      plugin_entry<Router, RoundRobin, RoundRobinConfig>("router", "round_robin", Exact,
                                                         "Replicas in turn"),
      plugin_entry<Router, SessionAffinity, SessionAffinityConfig>(
          "router", "session_affinity", Exact, "A session stays on its replica"),
      plugin_entry<Router, SloAware, SloAwareConfig>(
          "router", "slo_aware", Exact,
          "The busiest replica predicted to meet the TTFT target, else the fastest"),
      plugin_entry<Router, Weighted, WeightedConfig>(
          "router", "weighted", Exact, "Pools in turn by weight, the idlest replica inside"),
      plugin_entry<Tariff, FlatTariff, FlatTariffConfig>("tariff", "flat", Constant,
                                                         "One energy price for all times"),
      plugin_entry<Workload, AgentsWorkload, AgentsWorkloadConfig>(
          "workload", "agents", Calibrated,
          "Made-up sessions of many turns, fitted to agents that write code"),
      plugin_entry<Workload, BatchWorkload, BatchWorkloadConfig>(
          "workload", "batch", Exact, "An offline batch that soaks up idle capacity"),
      plugin_entry<Workload, GenerationWorkload, GenerationWorkloadConfig>(
          "workload", "generation", Exact, "Open or closed loop of images and videos by share"),
      plugin_entry<Workload, RagWorkload, RagWorkloadConfig>(
          "workload", "rag", Calibrated, "Retrieval-augmented questions with shared passages"),
      plugin_entry<Workload, SessionTraceWorkload, SessionTraceWorkloadConfig>(
          "workload", "session_trace", Exact, "Replay of recorded sessions in closed loop"),
      plugin_entry<Workload, SyntheticWorkload, SyntheticWorkloadConfig>(
          "workload", "synthetic", Exact, "Open or closed loop with drawn lengths"),
      plugin_entry<Workload, TraceWorkload, TraceWorkloadConfig>(
          "workload", "trace", Exact, "Replay of a recorded request trace"),
  };
  static const PluginTable table(entries);
  return table;
}

}  // namespace tokenfab

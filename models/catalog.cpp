// SPDX-License-Identifier: Apache-2.0
#include "models/catalog.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "models/control/demand_response.hpp"
#include "models/control/no_control.hpp"
#include "models/control/power_cap.hpp"
#include "models/cooling/air_economizer.hpp"
#include "models/cooling/constant_power.hpp"
#include "models/cooling/constant_pue.hpp"
#include "models/cooling/liquid_plant.hpp"
#include "models/cooling/room_plant.hpp"
#include "models/energy/carbon_series.hpp"
#include "models/energy/china_two_part_tariff.hpp"
#include "models/energy/day_ahead_dispatch.hpp"
#include "models/energy/flat_grid.hpp"
#include "models/energy/outages.hpp"
#include "models/energy/power_profile.hpp"
#include "models/energy/price_arbitrage_dispatch.hpp"
#include "models/energy/ramp_limit_dispatch.hpp"
#include "models/energy/real_time_tariff.hpp"
#include "models/energy/simple_dispatch.hpp"
#include "models/energy/solar_plant.hpp"
#include "models/energy/time_of_use_tariff.hpp"
#include "models/energy/urdb_tariff.hpp"
#include "models/energy/wind_farm.hpp"
#include "models/faults/node_faults.hpp"
#include "models/interconnect/dragonfly_network.hpp"
#include "models/interconnect/switched_network.hpp"
#include "models/interconnect/torus_network.hpp"
#include "models/load/constant_load.hpp"
#include "models/load/daily_load.hpp"
#include "models/load/file_load.hpp"
#include "models/load/no_load.hpp"
#include "models/power/constant_efficiency.hpp"
#include "models/power/conversion_chain.hpp"
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
#include "models/weather/constant_weather.hpp"
#include "models/weather/file_weather.hpp"
#include "models/weather/monthly_weather.hpp"
#include "models/workload/agents_workload.hpp"
#include "models/workload/batch_workload.hpp"
#include "models/workload/generation_workload.hpp"
#include "models/workload/length_distribution.hpp"
#include "models/workload/rag_workload.hpp"
#include "models/workload/session_trace_workload.hpp"
#include "models/workload/synthetic_workload.hpp"
#include "models/workload/trace_workload.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

/// Who takes requests.
std::vector<PluginEntry> service_entries() {
  using enum Fidelity;
  return {
      plugin_entry<Autoscaler, FixedReplicas, FixedReplicasConfig>(
          "autoscaler", "fixed", Exact, "Pools keep the replicas they have"),
      plugin_entry<Autoscaler, PredictiveAutoscaler, PredictiveAutoscalerConfig>(
          "autoscaler", "predictive", Exact, "Replicas for the arrival rate that is forecast"),
      plugin_entry<Autoscaler, QueueAutoscaler, QueueAutoscalerConfig>(
          "autoscaler", "queue", Exact, "Requests waiting and under way per replica"),
      plugin_entry<Autoscaler, UtilizationAutoscaler, UtilizationAutoscalerConfig>(
          "autoscaler", "utilization", Exact, "Share of sequence slots or of the KV cache in use"),
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
  };
}

/// Where requests come from, and how long they are.
std::vector<PluginEntry> workload_entries() {
  using enum Fidelity;
  return {
      plugin_entry<LengthDistribution, FixedLength, FixedLengthConfig>(
          "distribution", "fixed", Exact, "Every length the same"),
      plugin_entry<LengthDistribution, LognormalLength, LognormalLengthConfig>(
          "distribution", "lognormal", Exact, "Lognormal, cut at min and max"),
      plugin_entry<LengthDistribution, QuantileLength, QuantileLengthConfig>(
          "distribution", "quantiles", Exact, "Piecewise-linear through given quantiles"),
      plugin_entry<LengthDistribution, UniformLength, UniformLengthConfig>(
          "distribution", "uniform", Exact, "Every integer of a range alike"),
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
}

/// Where a site's energy comes from, and what it costs and emits.
std::vector<PluginEntry> energy_entries() {
  using enum Fidelity;
  return {
      plugin_entry<CarbonIntensity, FileCarbon, FileCarbonConfig>(
          "carbon", "file", Exact, "Hourly carbon intensity of a file"),
      plugin_entry<CarbonIntensity, FlatCarbon, FlatCarbonConfig>(
          "carbon", "flat", Constant, "One carbon intensity for all times"),
      plugin_entry<CarbonIntensity, MonthlyCarbon, MonthlyCarbonConfig>(
          "carbon", "monthly", Calibrated, "A made-up year with a grid's published statistics"),
      plugin_entry<DispatchPolicy, DayAheadOptimal, DayAheadOptimalConfig>(
          "dispatch", "day_ahead_optimal", Exact,
          "Cheapest plan of the day ahead, by linear program (needs CLP)"),
      plugin_entry<DispatchPolicy, NoDispatch, NoDispatchConfig>("dispatch", "none", Constant,
                                                                 "The battery rests"),
      plugin_entry<DispatchPolicy, PeakShaving, PeakShavingConfig>(
          "dispatch", "peak_shaving", Exact, "Keeps the import below a target"),
      plugin_entry<DispatchPolicy, PriceArbitrage, PriceArbitrageConfig>(
          "dispatch", "price_arbitrage", Exact,
          "Buys in the cheapest hours of the day ahead, gives in the dearest"),
      plugin_entry<DispatchPolicy, RampLimit, RampLimitConfig>(
          "dispatch", "ramp_limit", Exact, "Keeps the import from changing faster than a rate"),
      plugin_entry<DispatchPolicy, SelfConsumption, SelfConsumptionConfig>(
          "dispatch", "self_consumption", Exact, "Stores the site's own sun and wind"),
      plugin_entry<Outages, NoOutages, NoOutagesConfig>("outages", "none", Constant,
                                                        "The grid is always there"),
      plugin_entry<Outages, RandomOutages, RandomOutagesConfig>(
          "outages", "random", Analytic, "At random with a constant rate and exponential length"),
      plugin_entry<Outages, ScheduledOutages, ScheduledOutagesConfig>("outages", "scheduled", Exact,
                                                                      "At dates given"),
      plugin_entry<PowerSource, PowerProfile, PowerProfileConfig>(
          "solar", "profile", Exact, "Shares of the capacity read from a file"),
      plugin_entry<PowerSource, SolarPlant, SolarPlantConfig>(
          "solar", "pv", Analytic, "Photovoltaic plant under the weather, after PVWatts 5"),
      plugin_entry<Tariff, ChinaTwoPartTariff, ChinaTwoPartConfig>(
          "tariff", "china_two_part", Exact,
          "Basic charge by demand or transformer, energy by sharp, peak, flat and valley hours"),
      plugin_entry<Tariff, FlatTariff, FlatTariffConfig>("tariff", "flat", Constant,
                                                         "One energy price for all times"),
      plugin_entry<Tariff, RealTimeTariff, RealTimeConfig>(
          "tariff", "real_time", Exact,
          "Prices by the hour, of a file or made up, with charges on top"),
      plugin_entry<Tariff, TimeOfUseTariff, TimeOfUseConfig>(
          "tariff", "time_of_use", Exact, "Prices by the hours of named periods"),
      plugin_entry<Tariff, UrdbTariff, UrdbConfig>("tariff", "urdb", Exact,
                                                   "A rate of the OpenEI Utility Rate Database"),
      plugin_entry<PowerSource, PowerProfile, PowerProfileConfig>(
          "wind", "profile", Exact, "Shares of the capacity read from a file"),
      plugin_entry<PowerSource, WindFarm, WindFarmConfig>(
          "wind", "turbine", Analytic, "Power curve of a turbine at the wind of its hub"),
  };
}

/// What else a site is made of: power, cooling, weather, control, given loads, faults.
std::vector<PluginEntry> site_entries() {
  using enum Fidelity;
  return {
      plugin_entry<PowerControl, DemandResponse, DemandResponseConfig>(
          "control", "demand_response", Analytic,
          "Caps at agreed dates and while energy is dear or dirty"),
      plugin_entry<PowerControl, NoControl, NoControlConfig>("control", "none", Constant,
                                                             "Full clocks at all times"),
      plugin_entry<PowerControl, PowerCap, PowerCapConfig>("control", "power_cap", Analytic,
                                                           "Clocks that keep the site below a cap"),
      plugin_entry<CoolingModel, AirEconomizer, AirEconomizerConfig>(
          "cooling", "air_economizer", Analytic, "Outside air, evaporative stage, backup chillers"),
      plugin_entry<CoolingModel, ChilledWater, ChilledWaterConfig>(
          "cooling", "chilled_water", Analytic,
          "Air handlers, water-cooled chillers, towers, waterside economizer"),
      plugin_entry<CoolingModel, ConstantPower, ConstantPowerConfig>(
          "cooling", "constant_power", Constant,
          "Pumps at one speed, their water cooled elsewhere"),
      plugin_entry<CoolingModel, ConstantPue, ConstantPueConfig>(
          "cooling", "constant_pue", Constant, "Site power is a constant multiple of IT power"),
      plugin_entry<CoolingModel, DryCoolerPlant, DryCoolerPlantConfig>(
          "cooling", "dry_cooler", Analytic, "Air handlers, dry coolers, chillers for warm days"),
      plugin_entry<CoolingModel, LiquidPlant, LiquidPlantConfig>(
          "cooling", "liquid", Analytic,
          "Cold plates and CDUs on warm water, dry coolers or towers, air side"),
      plugin_entry<FaultProcess, ExponentialFaults, ExponentialFaultsConfig>(
          "faults", "exponential", Analytic, "Nodes fail at random with a constant hazard"),
      plugin_entry<FaultProcess, NoFaults, NoFaultsConfig>("faults", "none", Constant,
                                                           "Nothing breaks"),
      plugin_entry<FaultProcess, ScheduledFaults, ScheduledFaultsConfig>(
          "faults", "scheduled", Exact, "Nodes fail at dates given"),
      plugin_entry<ClusterLoad, ConstantLoad, ConstantLoadConfig>("load", "constant", Constant,
                                                                  "Equally busy at all times"),
      plugin_entry<ClusterLoad, DailyLoad, DailyLoadConfig>(
          "load", "daily", Exact, "By hour of the day, weekend and month"),
      plugin_entry<ClusterLoad, FileLoad, FileLoadConfig>("load", "file", Exact,
                                                          "From a file of shares by the hour"),
      plugin_entry<ClusterLoad, NoLoad, NoLoadConfig>("load", "none", Constant,
                                                      "Nothing but what services do"),
      plugin_entry<PowerChain, ConstantEfficiency, ConstantEfficiencyConfig>(
          "power", "constant_efficiency", Constant, "Stages of constant efficiency"),
      plugin_entry<PowerChain, ConversionChain, ConversionChainConfig>(
          "power", "conversion_chain", Analytic, "Load-dependent stages, batteries, breakers"),
      plugin_entry<WeatherModel, ConstantWeather, ConstantWeatherConfig>(
          "weather", "constant", Constant, "The same air at all times"),
      plugin_entry<WeatherModel, FileWeather, FileWeatherConfig>("weather", "file", Exact,
                                                                 "Weather of a file"),
      plugin_entry<WeatherModel, MonthlyWeather, MonthlyWeatherConfig>(
          "weather", "monthly", Calibrated, "A made-up year with a place's published statistics"),
  };
}

/// What jobs run on.
std::vector<PluginEntry> job_entries() {
  using enum Fidelity;
  return {
      plugin_entry<ClusterNetwork, DragonflyNetwork, DragonflyConfig>(
          "network", "dragonfly", Analytic, "Groups of routers, joined each to each"),
      plugin_entry<ClusterNetwork, FatTreeNetwork, FatTreeConfig>(
          "network", "fat_tree", Analytic, "Leaves, spines and a core, tapered tier by tier"),
      plugin_entry<ClusterNetwork, NonBlockingNetwork, NonBlockingConfig>(
          "network", "non_blocking", Analytic, "Ports that meet at one point"),
      plugin_entry<ClusterNetwork, RailOptimizedNetwork, RailOptimizedConfig>(
          "network", "rail_optimized", Analytic, "A network per chip of a node, tapered by tier"),
      plugin_entry<ClusterNetwork, TorusNetwork, TorusConfig>(
          "network", "torus", Analytic,
          "Tori or meshes of chips or nodes, two or three dimensions"),
  };
}

}  // namespace

const PluginTable& plugin_table() {
  static const std::vector<PluginEntry> entries = [] {
    std::vector<PluginEntry> all;
    for (const auto& part :
         {service_entries(), workload_entries(), energy_entries(), site_entries(), job_entries()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    const auto name = [](const PluginEntry& entry) { return std::tie(entry.kind, entry.id); };
    std::sort(all.begin(), all.end(),
              [&](const auto& a, const auto& b) { return name(a) < name(b); });
    const auto twice = std::adjacent_find(
        all.begin(), all.end(), [&](const auto& a, const auto& b) { return name(a) == name(b); });
    CHECK(twice == all.end(), "two entries {} {}", twice->kind, twice->id);
    return all;
  }();
  static const PluginTable table(entries);
  return table;
}

}  // namespace tokenfab

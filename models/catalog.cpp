// SPDX-License-Identifier: Apache-2.0
#include "models/catalog.hpp"

#include <vector>

#include "models/cooling/constant_pue.hpp"
#include "models/energy/flat_grid.hpp"
#include "models/power/constant_efficiency.hpp"
#include "models/scheduler/least_outstanding.hpp"
#include "models/scheduler/power_of_two.hpp"
#include "models/scheduler/round_robin.hpp"
#include "models/workload/generation_workload.hpp"
#include "models/workload/length_distribution.hpp"
#include "models/workload/synthetic_workload.hpp"
#include "models/workload/trace_workload.hpp"

namespace tokenfab {

const PluginTable& plugin_table() {
  using enum Fidelity;
  static const std::vector<PluginEntry> entries{
      plugin_entry<CarbonIntensity, FlatCarbon, FlatCarbonConfig>(
          "carbon", "flat", Constant, "One carbon intensity for all times"),
      plugin_entry<CoolingModel, ConstantPue, ConstantPueConfig>(
          "cooling", "constant_pue", Constant, "Site power is a constant multiple of IT power"),
      plugin_entry<LengthDistribution, FixedLength, FixedLengthConfig>(
          "distribution", "fixed", Exact, "Every length the same"),
      plugin_entry<LengthDistribution, LognormalLength, LognormalLengthConfig>(
          "distribution", "lognormal", Exact, "Lognormal, cut at min and max"),
      plugin_entry<LengthDistribution, QuantileLength, QuantileLengthConfig>(
          "distribution", "quantiles", Exact, "Piecewise-linear through given quantiles"),
      plugin_entry<LengthDistribution, UniformLength, UniformLengthConfig>(
          "distribution", "uniform", Exact, "Every integer of a range alike"),
      plugin_entry<PowerChain, ConstantEfficiency, ConstantEfficiencyConfig>(
          "power", "constant_efficiency", Constant, "Stages of constant efficiency"),
      plugin_entry<Router, LeastOutstanding, LeastOutstandingConfig>(
          "router", "least_outstanding", Exact, "The replica with the fewest unanswered requests"),
      plugin_entry<Router, PowerOfTwo, PowerOfTwoConfig>(
          "router", "power_of_two", Exact,
          "Of two replicas drawn at random the one with fewer unanswered requests"),
      plugin_entry<Router, RoundRobin, RoundRobinConfig>("router", "round_robin", Exact,
                                                         "Replicas in turn"),
      plugin_entry<Tariff, FlatTariff, FlatTariffConfig>("tariff", "flat", Constant,
                                                         "One energy price for all times"),
      plugin_entry<Workload, GenerationWorkload, GenerationWorkloadConfig>(
          "workload", "generation", Exact, "Open or closed loop of images and videos by share"),
      plugin_entry<Workload, SyntheticWorkload, SyntheticWorkloadConfig>(
          "workload", "synthetic", Exact, "Open or closed loop with drawn lengths"),
      plugin_entry<Workload, TraceWorkload, TraceWorkloadConfig>(
          "workload", "trace", Exact, "Replay of a recorded request trace"),
  };
  static const PluginTable table(entries);
  return table;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/catalog_energy.hpp"

#include "models/control/demand_response.hpp"
#include "models/control/no_control.hpp"
#include "models/control/power_cap.hpp"
#include "models/energy/carbon_series.hpp"
#include "models/energy/china_two_part_tariff.hpp"
#include "models/energy/flat_grid.hpp"
#include "models/energy/real_time_tariff.hpp"
#include "models/energy/time_of_use_tariff.hpp"
#include "models/energy/urdb_tariff.hpp"
#include "models/load/constant_load.hpp"
#include "models/load/daily_load.hpp"
#include "models/load/file_load.hpp"
#include "models/load/no_load.hpp"

namespace tokenfab {

std::vector<PluginEntry> energy_entries() {
  using enum Fidelity;
  return {
      plugin_entry<CarbonIntensity, FileCarbon, FileCarbonConfig>(
          "carbon", "file", Exact, "Hourly carbon intensity of a file"),
      plugin_entry<CarbonIntensity, FlatCarbon, FlatCarbonConfig>(
          "carbon", "flat", Constant, "One carbon intensity for all times"),
      plugin_entry<CarbonIntensity, MonthlyCarbon, MonthlyCarbonConfig>(
          "carbon", "monthly", Calibrated, "A made-up year with a grid's published statistics"),
      plugin_entry<PowerControl, DemandResponse, DemandResponseConfig>(
          "control", "demand_response", Analytic,
          "Caps at agreed dates and while energy is dear or dirty"),
      plugin_entry<PowerControl, NoControl, NoControlConfig>("control", "none", Constant,
                                                             "Full clocks at all times"),
      plugin_entry<PowerControl, PowerCap, PowerCapConfig>("control", "power_cap", Analytic,
                                                           "Clocks that keep the site below a cap"),
      plugin_entry<ClusterLoad, ConstantLoad, ConstantLoadConfig>("load", "constant", Constant,
                                                                  "Equally busy at all times"),
      plugin_entry<ClusterLoad, DailyLoad, DailyLoadConfig>(
          "load", "daily", Exact, "By hour of the day, weekend and month"),
      plugin_entry<ClusterLoad, FileLoad, FileLoadConfig>("load", "file", Exact,
                                                          "From a file of shares by the hour"),
      plugin_entry<ClusterLoad, NoLoad, NoLoadConfig>("load", "none", Constant,
                                                      "Nothing but what services do"),
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
  };
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/site_models.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/energy/site_supply.hpp"
#include "sim/api/cluster_load.hpp"
#include "sim/api/cooling.hpp"
#include "sim/api/grid.hpp"
#include "sim/api/power_chain.hpp"
#include "sim/api/power_control.hpp"
#include "sim/api/weather.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/data/read_site_data.hpp"
#include "sim/scenario/problem_list.hpp"
#include "sim/scenario/validation.hpp"

namespace tokenfab {
namespace {

SiteInputs site_inputs(const ScenarioConfig& config, const std::string& site,
                       const std::string& key) {
  SiteInputs inputs;
  const auto& site_config = config.sites.at(site);
  inputs.calendar = site_calendar(config, site_config);
  inputs.utc_offset_h = *utc_offset_h(site_config.time_zone);
  inputs.seed = static_cast<std::uint64_t>(config.seed);
  inputs.path = "sites/" + site + "/" + key;
  return inputs;
}

/// A file of a model that could not be read has been told; its model cannot be opened.
struct NotOpened {};

class SiteCheck {
 public:
  SiteCheck(const std::vector<std::string>& folders, const Node& document,
            const std::map<std::string, double>& usd_per_currency, Scenario& scenario)
      : folders_(folders),
        usd_per_currency_(usd_per_currency),
        scenario_(scenario),
        problems_(document) {}

  void check(const std::string& name, const SiteConfig& site) {
    const auto pointer = "/sites/" + name + "/";
    const OpenSiteModel open = [&](SiteModel& model, const std::string& key) {
      open_model(model, name, key);
    };
    const auto& table = plugin_table();
    std::optional<SitePlace> place;
    guard(pointer + "weather", [&] {
      const auto weather = table.make<WeatherModel>("weather", site.weather);
      open(*weather, "weather");
      place = place_of(*weather);
    });
    check_one<Tariff>(pointer, "energy/grid/tariff", "tariff", site.energy.grid.tariff, open);
    check_one<CarbonIntensity>(pointer, "energy/grid/carbon", "carbon", site.energy.grid.carbon,
                               open);
    check_one<PowerControl>(pointer, "control", "control", site.control, open);
    for (const auto& [cluster_name, cluster] : site.clusters) {
      check_one<ClusterLoad>(pointer, "clusters/" + cluster_name + "/load", "load", cluster.load,
                             open);
    }
    guard(pointer + "energy", [&] { SiteSupply(site.energy, table, open, place); });
    Watts design;
    for (const auto& [cluster_name, cluster] : site.clusters) {
      for (const auto& problem : power_problems(cluster.node)) {
        problems_.add(pointer + "clusters/" + cluster_name + "/node", problem);
      }
      design += static_cast<double>(cluster.nodes) * cluster.node.power_design();
    }
    Watts cooling_design;
    guard(pointer + "cooling", [&] {
      const auto cooling = table.make<CoolingModel>("cooling", site.cooling);
      cooling->size_for(design);
      cooling_design = cooling->power_design();
    });
    guard(pointer + "power",
          [&] { table.make<PowerChain>("power", site.power)->size_for(design, cooling_design); });
  }

  void finish() const {
    if (!problems_.list().empty()) {
      throw ConfigError(problems_.list());
    }
    if (!bad_rows_.empty()) {
      throw DataError(bad_rows_);
    }
  }

 private:
  template <class Model>
  void check_one(const std::string& pointer, const std::string& key, const char* kind,
                 const PluginConfig& config, const OpenSiteModel& open) {
    guard(pointer + key, [&] { open(*plugin_table().make<Model>(kind, config), key); });
  }

  template <class Make>
  void guard(const std::string& pointer, Make make) {
    try {
      make();
    } catch (const std::invalid_argument& error) {
      problems_.add(pointer, error.what());
    } catch (const NotOpened&) {
    }
  }

  void open_model(SiteModel& model, const std::string& site, const std::string& key) {
    auto inputs = site_inputs(*scenario_.config, site, key);
    if (const auto file = model.data_file()) {
      read_file(*file, inputs);
      inputs.data = scenario_.site_data.at(inputs.path);
    }
    model.open(inputs);
  }

  void read_file(const DataFile& file, const SiteInputs& inputs) {
    const auto pointer = "/" + inputs.path + "/path";
    try {
      const auto path = find_data_file(file.path, "", folders_);
      SiteReadOptions options;
      options.utc_offset_h = inputs.utc_offset_h;
      options.usd_per_currency = usd_per_currency_;
      options.fill_gaps_h = file.fill_gaps_h;
      std::vector<std::string> warnings;
      scenario_.site_data[inputs.path] =
          read_site_data(file, path, options, warnings, &scenario_.input_sha256[file.path]);
      for (const auto& warning : warnings) {
        scenario_.warnings.push_back(fmt::format("/{}: {}", inputs.path, warning));
      }
    } catch (const ConfigError& error) {
      for (const auto& problem : error.problems()) {
        problems_.add(pointer, problem.message, problem.fix);
      }
      throw NotOpened();
    } catch (const DataError& error) {
      bad_rows_.insert(bad_rows_.end(), error.problems().begin(), error.problems().end());
      throw NotOpened();
    }
  }

  const std::vector<std::string>& folders_;
  const std::map<std::string, double>& usd_per_currency_;
  Scenario& scenario_;
  ProblemList problems_;
  std::vector<Problem> bad_rows_;
};

}  // namespace

std::optional<double> utc_offset_h(const std::string& time_zone) {
  char sign = 0;
  int hours = 0;
  int minutes = 0;
  char rest = 0;
  if (std::sscanf(time_zone.c_str(), "%c%2d:%2d%c", &sign, &hours, &minutes, &rest) != 3 ||
      (sign != '+' && sign != '-') || hours < 0 || hours > 14 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const double offset = hours + minutes / 60.0;
  return sign == '-' ? -offset : offset;
}

Calendar site_calendar(const ScenarioConfig& config, const SiteConfig& site) {
  const double first = *utc_offset_h(config.sites.begin()->second.time_zone);
  const double ahead_h = *utc_offset_h(site.time_zone) - first;
  constexpr double hour_s = 3600;
  return Calendar(*local_date(config.start) + Duration::from_seconds(ahead_h * hour_s));
}

std::optional<SitePlace> place_of(const WeatherModel& weather) {
  const SitePlace place{weather.latitude_deg(), weather.longitude_deg()};
  const bool is_known = place.latitude_deg != 0 || place.longitude_deg != 0;
  return is_known ? std::optional(place) : std::nullopt;
}

OpenSiteModel site_opener(const Scenario& scenario, const std::string& site) {
  return [&scenario, site](SiteModel& model, const std::string& key) {
    auto inputs = site_inputs(*scenario.config, site, key);
    const auto data = scenario.site_data.find(inputs.path);
    if (data != scenario.site_data.end()) {
      inputs.data = data->second;
    }
    model.open(inputs);
  };
}

void check_sites(const std::vector<std::string>& folders, const Node& document,
                 const std::map<std::string, double>& usd_per_currency, Scenario& scenario) {
  SiteCheck check(folders, document, usd_per_currency, scenario);
  for (const auto& [name, site] : scenario.config->sites) {
    check.check(name, site);
  }
  check.finish();
}

}  // namespace tokenfab

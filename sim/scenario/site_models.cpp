// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/site_models.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/energy/battery.hpp"
#include "models/energy/outages.hpp"
#include "sim/api/cluster_load.hpp"
#include "sim/api/cooling.hpp"
#include "sim/api/dispatch.hpp"
#include "sim/api/grid.hpp"
#include "sim/api/power_chain.hpp"
#include "sim/api/power_control.hpp"
#include "sim/api/weather.hpp"
#include "sim/core/unit_factors.hpp"
#include "sim/core/unit_parser.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/data/read_site_data.hpp"
#include "sim/scenario/problem_list.hpp"
#include "sim/scenario/site_rules.hpp"

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
    site_ = name;
    auto& models = scenario_.site_models[name];
    models.weather = made<WeatherModel>("weather", "weather", site.weather);
    models.tariff = made<Tariff>("energy/grid/tariff", "tariff", site.energy.grid.tariff);
    models.carbon = made<CarbonIntensity>("energy/grid/carbon", "carbon", site.energy.grid.carbon);
    if (const auto control = made<PowerControl>("control", "control", site.control)) {
      warn_if_too_late("control", control->next_change(just_before_start));
      for (const auto& cluster : control->named_clusters()) {
        problems_.require_known(pointer_to("control"), "cluster", cluster, names_of(site.clusters));
      }
    }
    for (const auto& [cluster_name, cluster] : site.clusters) {
      for (const auto& problem : power_problems(cluster.node)) {
        problems_.add(pointer_to("clusters/" + cluster_name + "/node"), problem);
      }
      made<ClusterLoad>("clusters/" + cluster_name + "/load", "load", cluster.load);
    }
    check_energy(site.energy, models.weather.get());
    check_plant(site);
    const auto found = site_warnings(name, site, scenario_.config->horizon);
    scenario_.warnings.insert(scenario_.warnings.end(), found.begin(), found.end());
  }

  Findings take() {
    Findings findings;
    findings.scenario = problems_.list();
    findings.data = std::move(bad_rows_);
    return findings;
  }

 private:
  static constexpr Instant just_before_start{Duration::from_ticks(-1)};

  /// Nothing if it cannot work, which has been told.
  template <class Model>
  std::shared_ptr<Model> made(const std::string& key, const char* kind,
                              const PluginConfig& config) {
    std::shared_ptr<Model> opened;
    guard(key, [&] {
      std::shared_ptr<Model> model = plugin_table().make<Model>(kind, config);
      open_model(*model, key);
      opened = model;
    });
    return opened;
  }

  void check_source(const std::string& key, const char* kind, const PluginConfig& config,
                    const WeatherModel* weather) {
    // What is wrong with the weather has been told: the place then may be any.
    const auto place = weather != nullptr ? place_of(*weather) : SitePlace();
    if (!config.model.empty()) {
      guard(key, [&] {
        const auto source = plugin_table().make<PowerSource>(kind, config);
        source->locate(place);
        open_model(*source, key);
      });
    }
  }

  void check_energy(const EnergyConfig& energy, const WeatherModel* weather) {
    for (const auto& [key, message] : contradictions(energy)) {
      problems_.add(pointer_to("energy/" + key), message);
    }
    check_source("energy/solar", "solar", energy.solar, weather);
    check_source("energy/wind", "wind", energy.wind, weather);
    for (const auto& [name, contract] : energy.contracts) {
      check_source("energy/contracts/" + name + "/solar", "solar", contract.solar, weather);
      check_source("energy/contracts/" + name + "/wind", "wind", contract.wind, weather);
    }
    if (energy.battery) {
      guard("energy/battery", [&] { Battery{*energy.battery}; });
    }
    made<DispatchPolicy>("energy/dispatch", "dispatch", energy.dispatch);
    const auto outages = made<Outages>("energy/grid/outages", "outages", energy.grid.outages);
    if (outages && energy.grid.outages.model == "scheduled") {
      warn_of_outages_outside(*outages);
    }
  }

  void check_plant(const SiteConfig& site) {
    const auto design = site.power_design();
    Watts cooling_design;
    guard("cooling", [&] {
      const auto cooling = plugin_table().make<CoolingModel>("cooling", site.cooling);
      cooling->size_for(design);
      cooling_design = cooling->power_design();
    });
    guard("power", [&] {
      plugin_table().make<PowerChain>("power", site.power)->size_for(design, cooling_design);
    });
  }

  void warn_of_outages_outside(Outages& outages) {
    for (auto outage = outages.next(); outage; outage = outages.next()) {
      if (outage->end <= Instant()) {
        warn("energy/grid/outages", fmt::format("an outage ends {} before the start",
                                                readable(Seconds(-outage->end.seconds()))));
      } else {
        warn_if_too_late("energy/grid/outages", outage->begin);
      }
    }
  }

  void warn_if_too_late(const std::string& key, const std::optional<Instant>& first) {
    const auto& horizon = scenario_.config->horizon;
    if (first && horizon && first->seconds() >= horizon->si()) {
      warn(key, fmt::format("begins to act {} after the start, when the run has ended",
                            readable(Seconds(first->seconds()))));
    }
  }

  void warn(const std::string& key, const std::string& message) {
    scenario_.warnings.push_back(fmt::format("{}: {}", pointer_to(key), message));
  }

  std::string pointer_to(const std::string& key) const { return "/sites/" + site_ + "/" + key; }

  template <class Make>
  void guard(const std::string& key, Make make) {
    try {
      make();
    } catch (const std::invalid_argument& error) {
      problems_.add(pointer_to(key), error.what());
    } catch (const NotOpened&) {
    }
  }

  void open_model(SiteModel& model, const std::string& key) {
    auto inputs = site_inputs(*scenario_.config, site_, key);
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
      auto& input = scenario_.inputs[file.path];
      input.path = path;
      scenario_.site_data[inputs.path] =
          read_site_data(file, path, options, warnings, &input.sha256);
      for (const auto& warning : warnings) {
        scenario_.warnings.push_back(fmt::format("/{}: {}", inputs.path, warning));
      }
    } catch (const ConfigError& error) {
      for (const auto& problem : error.problems()) {
        const auto& name = problem.place.file;
        problems_.add(pointer,
                      name.empty() ? problem.message : fmt::format("{}: {}", name, problem.message),
                      problem.fix);
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
  std::string site_;  // that is being checked
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
  return Calendar(*local_date(config.start) + Duration::from_seconds(ahead_h * seconds_per_hour));
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

Findings check_sites(const std::vector<std::string>& folders, const Node& document,
                     const std::map<std::string, double>& usd_per_currency, Scenario& scenario) {
  SiteCheck check(folders, document, usd_per_currency, scenario);
  for (const auto& [name, site] : scenario.config->sites) {
    check.check(name, site);
  }
  return check.take();
}

}  // namespace tokenfab

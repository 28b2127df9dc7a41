// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "models/power/conversion_chain.hpp"

namespace tokenfab {
namespace {

constexpr const char* stage_table = "power_stages";

void append(std::vector<std::string>& found, const std::vector<std::string>& more) {
  found.insert(found.end(), more.begin(), more.end());
}

void check_stage(const std::optional<ConversionStageConfig>& stage, const std::string& role,
                 std::vector<std::string>& found) {
  if (!stage) {
    return;
  }
  append(found, contradictions(*stage, role));
  if (role != "ups" && !stage->eco_efficiency.empty()) {
    found.push_back(
        fmt::format("{}.eco_efficiency: only a UPS has an eco mode: leave it out", role));
  }
}

void check_ups(const ConversionChainConfig& config, std::vector<std::string>& found) {
  if (config.ups && config.rectifier) {
    found.emplace_back(
        "ups and rectifier: the racks hang on one of the two: leave out ups for 800 V DC, or "
        "rectifier for AC");
  }
  if (config.cooling_on_ups && !config.ups) {
    found.emplace_back("cooling_on_ups: there is no ups: add one or leave the cooling off it");
  }
  if (config.ups_mode != UpsMode::Eco) {
    return;
  }
  if (!config.ups) {
    found.emplace_back("ups_mode eco: there is no ups: add one or leave ups_mode out");
  } else if (config.ups->eco_efficiency.empty()) {
    found.emplace_back(
        "ups_mode eco: ups has no eco_efficiency: give it, or use ups_mode double_conversion");
  }
}

void check_battery(const ConversionChainConfig& config, std::vector<std::string>& found) {
  if (!config.battery) {
    return;
  }
  const auto& stage = config.ups ? config.ups : config.rectifier;
  if (!stage) {
    found.emplace_back("battery: neither ups nor rectifier carries it: add one of the two");
  } else if (config.battery->charge_power && stage->rating &&
             *config.battery->charge_power > *stage->rating) {
    found.push_back(fmt::format(
        "battery.charge_power ({:g} W) is above {}.rating ({:g} W): lower it to {:g} W at most",
        config.battery->charge_power->si(), config.ups ? "ups" : "rectifier", stage->rating->si(),
        stage->rating->si()));
  }
}

}  // namespace

void ConversionChainConfig::describe(Describe<ConversionChainConfig>& d) {
  using C = ConversionChainConfig;
  d.object("transformer", &C::transformer, "Transformers at the site's connection; absent: none")
      .catalogue(stage_table);
  d.object("switchgear", &C::switchgear, "Switchgear for racks and cooling; absent: none")
      .catalogue(stage_table);
  d.object("ups", &C::ups, "Uninterruptible power supplies; absent: none").catalogue(stage_table);
  d.object("rectifier", &C::rectifier, "Rectifiers to 800 V DC in place of a UPS; absent: none")
      .catalogue(stage_table);
  d.object("distribution", &C::distribution, "PDUs or busway to the racks; absent: none")
      .catalogue(stage_table);
  d.choice("ups_mode", &C::ups_mode, {"double_conversion", "eco"},
           "Whether the UPS converts twice or feeds through its bypass");
  d.object("battery", &C::battery, "Battery of the UPS, or of the racks behind the rectifier");
  d.object("main_breaker", &C::main_breaker, "Breaker at the site's connection; absent: none");
  d.object("rack_breakers", &C::rack_breakers,
           "Breakers before the racks, as one with all racks alike; absent: none");
  d.field("cooling_on_ups", &C::cooling_on_ups, "The UPS carries the cooling plant as well");
  d.field("margin", &C::margin, "Ratings not given over what the design load asks for")
      .range(0.1, 10);
  d.field("oversubscription", &C::oversubscription,
          "Design power of the racks over what ratings not given are built for")
      .range(0.1, 10);
}

std::vector<std::string> contradictions(const ConversionChainConfig& config) {
  std::vector<std::string> found;
  check_stage(config.transformer, "transformer", found);
  check_stage(config.switchgear, "switchgear", found);
  check_stage(config.ups, "ups", found);
  check_stage(config.rectifier, "rectifier", found);
  check_stage(config.distribution, "distribution", found);
  check_ups(config, found);
  check_battery(config, found);
  if (config.main_breaker) {
    append(found, contradictions(*config.main_breaker, "main_breaker"));
  }
  if (config.rack_breakers) {
    append(found, contradictions(*config.rack_breakers, "rack_breakers"));
  }
  return found;
}

}  // namespace tokenfab

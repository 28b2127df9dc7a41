// SPDX-License-Identifier: Apache-2.0
// A small configuration with one field of every type, for the tests and the fuzzer of sim/config.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"

namespace tokenfab::sample {

struct Chip {
  std::string name = "unnamed";
  Watts power_limit;
  std::optional<Kelvins> margin;

  static void describe(Describe<Chip>& d) {
    d.field("name", &Chip::name, "Name of the chip");
    d.field("power_limit", &Chip::power_limit, "Highest electric power").required().range(1, 2000);
    d.field("margin", &Chip::margin, "Distance to the throttling temperature");
  }
};

struct FixedTariff {
  DollarsPerJoule value;
  static void describe(Describe<FixedTariff>& d) {
    d.field("value", &FixedTariff::value, "Energy price").required();
  }
};

struct Cooler {
  Celsius supply = Celsius(24);
  double fan_share = 0.02;
  static void describe(Describe<Cooler>& d) {
    d.field("supply", &Cooler::supply, "Supply temperature").range(5, 60);
    d.field("fan_share", &Cooler::fan_share, "Fan power per heat").range(0, 1);
  }
};

struct FixedPue {
  double value = 1.2;
  static void describe(Describe<FixedPue>& d) {
    d.field("value", &FixedPue::value, "Site energy per IT energy").range(1, 10);
  }
};

struct Node4 {
  Chip chip;
  std::int64_t chips = 4;
  PluginConfig cooling;
  static void describe(Describe<Node4>& d) {
    d.object("chip", &Node4::chip, "The chip").catalogue("chips");
    d.field("chips", &Node4::chips, "Chips per node").range(1, 72);
    d.plugin("cooling", &Node4::cooling, "cooling", "Cooling of the node").number_means("pue");
  }
};

enum class Mode { Fast, Exact };

struct Factory {
  std::string name;
  bool series = false;
  std::int32_t seed = 1;
  double load = 0.5;
  Mode mode = Mode::Fast;
  Seconds horizon{3600};
  Celsius ambient = Celsius(20);
  Dollars budget{1e6};
  BytesPerSecond uplink{1e9};
  std::vector<std::string> tags;
  std::map<std::string, double> fx;
  std::optional<Chip> spare;
  std::map<std::string, Node4> nodes;
  PluginConfig cooling{"dry_cooler", nullptr};
  PluginConfig tariff;

  static void describe(Describe<Factory>& d) {
    d.field("name", &Factory::name, "Name of the factory").required();
    d.field("series", &Factory::series, "Whether to write time series");
    d.field("seed", &Factory::seed, "Random seed");
    d.field("load", &Factory::load, "Share of the capacity in use").range(0, 1);
    d.choice("mode", &Factory::mode, {"fast", "exact"}, "How to play");
    d.field("horizon", &Factory::horizon, "End of the run")
        .range(0, std::numeric_limits<double>::infinity());
    d.field("ambient", &Factory::ambient, "Outdoor temperature");
    d.field("budget", &Factory::budget, "Money to spend");
    d.field("uplink", &Factory::uplink, "Uplink of the site");
    d.field("tags", &Factory::tags, "Free labels");
    d.field("fx", &Factory::fx, "Value of currencies");
    d.object("spare", &Factory::spare, "A chip in the drawer").catalogue("chips");
    d.map("nodes", &Factory::nodes, "Nodes by name").catalogue("nodes");
    d.plugin("cooling", &Factory::cooling, "cooling", "Cooling of the site").number_means("pue");
    d.plugin("tariff", &Factory::tariff, "tariff", "Energy tariff").number_means("fixed");
  }
};

template <class Config>
PluginEntry entry(std::string_view kind, std::string_view id) {
  return {kind,
          id,
          "",
          Fidelity::Constant,
          &schema_of<Config>,
          [] { return std::shared_ptr<void>(std::make_shared<Config>()); },
          {}};
}

inline PluginTable plugins() {
  static const PluginEntry entries[] = {entry<FixedPue>("cooling", "pue"),
                                        entry<Cooler>("cooling", "dry_cooler"),
                                        entry<FixedTariff>("tariff", "fixed")};
  return PluginTable(entries);
}

/// A catalogue held in one document: table -> id -> entry.
class Tables : public CatalogueTables {
 public:
  Tables()
      : document_(parse_document(R"({
  "chips": {
    "h100-sxm": {"name": "H100 SXM", "power_limit": "700 W", "margin": "10 K"},
    "h800-sxm": {"use": "h100-sxm", "name": "H800 SXM"},
    "broken": {"power_limit": "700"},
    "circle": {"use": "circle"}
  },
  "nodes": {"hgx-h100": {"chip": "h100-sxm", "chips": 8,
    "cooling": {"model": "dry_cooler", "supply": "30 degC"}}}
})",
                                 "catalogue.json")) {}

  const Node* find(std::string_view table, std::string_view id) const override {
    const Node* entries = document_.find(table);
    return entries == nullptr ? nullptr : entries->find(id);
  }
  std::vector<std::string> ids(std::string_view table) const override {
    std::vector<std::string> result;
    if (const Node* entries = document_.find(table)) {
      for (const auto& member : entries->members) {
        result.push_back(member.key);
      }
    }
    return result;
  }

 private:
  Node document_;
};

/// A valid document that uses every short form.
inline constexpr std::string_view valid_document = R"({
  "name": "prova", "note": "a note", "series": true, "seed": 7, "load": "25 %", "mode": "exact",
  "horizon": "2.5 h", "ambient": "308.15 K", "budget": "3e6 CNY", "uplink": "400 Gb/s",
  "tags": ["a", "b"], "fx": {"CNY": 0.14}, "spare": "h800-sxm",
  "nodes": {
    "n1": {"use": "hgx-h100", "chip": {"power_limit": "600 W"}},
    "n2": {"chip": {"power_limit": "1 kW"}, "cooling": 1.5},
    "n3": "hgx-h100"
  },
  "cooling": {"supply": "18 degC"},
  "tariff": {"model": "fixed", "value": "0.38 CNY/kWh"}
})";

}  // namespace tokenfab::sample

// SPDX-License-Identifier: Apache-2.0
#include "models/economics/cost.hpp"

#include <cmath>

namespace tokenfab {
namespace {

constexpr Seconds year(365.0 * 86400.0);

}  // namespace

const std::vector<std::string>& cost_layer_names() {
  static const std::vector<std::string> names{"energy", "chips", "infrastructure", "models",
                                              "applications"};
  return names;
}

CapexConfig::CapexConfig()
    : chip_life(5 * year),
      host_life(5 * year),
      network_life(5 * year),
      facility_price(10.5),
      facility_life(20 * year) {}

void CapexConfig::describe(Describe<CapexConfig>& d) {
  using C = CapexConfig;
  const std::string server_life =
      "Depreciation of AI servers: Amazon 10-K 2024 (5 y), Meta 10-K 2024 (5.5 y); critics say 3";
  d.field("chip_life", &C::chip_life, "Years over which accelerators are paid back")
      .range(3e6, 3e9)
      .source(server_life);
  d.field("host_life", &C::host_life, "Years over which servers are paid back")
      .range(3e6, 3e9)
      .source(server_life);
  d.field("network_life", &C::network_life, "Years over which the network is paid back")
      .range(3e6, 3e9)
      .source(server_life);
  d.field("facility_price", &C::facility_price,
          "Land, shell, power and cooling per watt of IT design power")
      .range(0, 1e3)
      .source("US conventional build 9-12 M USD/MW (trade press, 2026-06); AI-dense above 20");
  d.field("facility_life", &C::facility_life, "Years over which the facility is paid back")
      .range(3e6, 3e9)
      .source("Estimate: 15-20 years is usual for shell and electrical plant");
}

void OpexLineConfig::describe(Describe<OpexLineConfig>& d) {
  d.choice("layer", &OpexLineConfig::layer, cost_layer_names(), "Layer the line belongs to");
  d.field("amount", &OpexLineConfig::amount, "Money per time, such as 100000 USD/month").required();
}

void EconomicsConfig::describe(Describe<EconomicsConfig>& d) {
  using C = EconomicsConfig;
  d.choice("ownership", &C::ownership, {"owned", "rented"},
           "Whether the chips are bought with their site or rented by the hour");
  d.choice("rental", &C::rental, {"reserved", "on_demand"},
           "Whether rented chips are paid for all the time or while a replica holds them");
  d.field("wacc", &C::wacc, "Weighted average cost of capital per year")
      .range(0, 1)
      .source("Estimate: 8-12 % is usual for data-centre projects");
  d.object("capex", &C::capex, "Prices and lives of the assets").catalogue("capex");
  d.field("maintenance", &C::maintenance,
          "Yearly maintenance and spares as a share of the price of chips and servers")
      .range(0, 1)
      .source("Estimate: support contracts of servers cost 2-5 % of their price a year");
  d.map("opex", &C::opex, "Further running costs by name");
  d.field("carbon_price", &C::carbon_price, "Price of emitted CO2e").range(0, 10);
  d.field("rent_includes_energy", &C::rent_includes_energy,
          "The rent covers the site's energy bill");
  d.object("rents", &C::rents, "Rents of all rented chips, in place of those of the chips")
      .catalogue("rents");
  d.object("prices", &C::prices, "What users pay").catalogue("token_prices");
  d.map("price_book", &C::price_book,
        "Value tiers by name: other prices for a model, a workload or a tenant; of the tiers that "
        "match, the one that names most of the three")
      .catalogue("token_prices");
}

double capital_recovery_factor(double rate, Seconds life) {
  const double years = life / year;
  if (rate == 0) {
    return 1 / years;
  }
  // -rate / expm1(-n log1p(rate)) is the formula above without the loss of digits at small rates.
  return -rate / std::expm1(-years * std::log1p(rate));
}

namespace {

class Items {
 public:
  Items(const EconomicsConfig& config, Duration duration)
      : config_(config), years_(Seconds(duration.seconds()) / year) {}

  /// Adds a line unless it is nothing.
  void add(CostLayer layer, const char* item, const std::string& site, Dollars amount,
           bool follows_use = false) {
    if (amount != Dollars(0)) {
      items_.push_back({layer, item, site, amount, follows_use});
    }
  }

  void add_capital(CostLayer layer, const char* item, const std::string& site, Dollars price,
                   Seconds life) {
    add(layer, item, site, price * capital_recovery_factor(config_.wacc, life) * years_);
  }

  void add_energy(const SiteBill& bill) {
    const auto line = [&](const char* item, Dollars amount) {
      add(CostLayer::Energy, item, bill.site, amount);
    };
    line("grid energy", bill.grid.energy);
    line("demand charge", bill.grid.demand);
    line("fixed grid charges", bill.grid.fixed);
    line("energy sold", -bill.grid.export_credit);
    line("generator fuel", bill.fuel);
    line("renewable contracts", bill.contracts);
    line("carbon price", bill.carbon * config_.carbon_price);
    for (const auto& asset : bill.assets) {
      add_capital(CostLayer::Energy, (asset.name + " capital").c_str(), bill.site, asset.price,
                  asset.life);
      line((asset.name + " maintenance").c_str(), asset.maintenance * (years_ * year));
    }
  }

  void add_owned(const SiteBill& bill) {
    Dollars chips;
    Dollars hosts;
    Dollars network;
    Watts design;
    for (const auto& cluster : bill.clusters) {
      chips += cluster.chips * cluster.chip_price;
      hosts += cluster.nodes * cluster.host_price;
      network += cluster.nodes * cluster.network_price;
      design += cluster.power_design;
    }
    const auto& capex = config_.capex;
    add_capital(CostLayer::Chips, "accelerator capital", bill.site, chips, capex.chip_life);
    add(CostLayer::Chips, "accelerator maintenance", bill.site,
        chips * config_.maintenance * years_);
    add_capital(CostLayer::Infrastructure, "server capital", bill.site, hosts, capex.host_life);
    add(CostLayer::Infrastructure, "server maintenance", bill.site,
        hosts * config_.maintenance * years_);
    add_capital(CostLayer::Infrastructure, "network capital", bill.site, network,
                capex.network_life);
    add_capital(CostLayer::Infrastructure, "facility capital", bill.site,
                capex.facility_price * design, capex.facility_life);
  }

  void add_rented(const SiteBill& bill, Duration duration) {
    const bool on_demand = config_.rental == Rental::OnDemand;
    Dollars rent;
    for (const auto& cluster : bill.clusters) {
      const double chip_s =
          on_demand ? cluster.active_chip_seconds : cluster.chips * duration.seconds();
      const auto quoted =
          config_.rents ? rent_of(*config_.rents, config_.rents->view) : std::nullopt;
      rent += quoted.value_or(cluster.chip_rent) * Seconds(chip_s);
    }
    add(CostLayer::Chips, "accelerator rent", bill.site, rent, on_demand);
  }

  std::vector<CostItem> take() { return std::move(items_); }

 private:
  const EconomicsConfig& config_;
  double years_;
  std::vector<CostItem> items_;
};

}  // namespace

std::vector<CostItem> cost_items(const EconomicsConfig& config, const std::vector<SiteBill>& sites,
                                 Duration duration) {
  Items items(config, duration);
  const bool rented = config.ownership == Ownership::Rented;
  for (const auto& bill : sites) {
    if (!rented || !config.rent_includes_energy) {
      items.add_energy(bill);
    }
    if (rented) {
      items.add_rented(bill, duration);
    } else {
      items.add_owned(bill);
    }
  }
  for (const auto& [name, line] : config.opex) {
    items.add(line.layer, name.c_str(), "", line.amount * Seconds(duration.seconds()));
  }
  return items.take();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a run costs: a pure function of the assets, the time, the energy bill and the capital
// schedule.
//
// Owned: every asset class costs price x CRF(wacc, life) a year, the straight annuity, CRF =
// i (1 + i)^n / ((1 + i)^n - 1) (NREL, "Capital recovery factor"; 1/n for i = 0), plus yearly
// maintenance as a share of its price. Rented: chips cost their rent, which by default covers
// servers, network, facility and energy; reserved chips all the time, chips on demand while a
// replica holds them.
// Energy: what the grid charges and pays, fuel, emissions at their price, and the capital of the
// site's own plants, whoever owns the chips if the rent does not cover energy.
// Left out: taxes, incentives, residual values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/economics/chip_rents.hpp"
#include "models/economics/price_book.hpp"
#include "models/energy/energy_asset.hpp"
#include "sim/api/field.hpp"
#include "sim/api/grid.hpp"
#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// The five layers of an AI factory.
enum class CostLayer { Energy, Chips, Infrastructure, Models, Applications };
const std::vector<std::string>& cost_layer_names();

enum class Ownership { Owned, Rented };
enum class Rental { Reserved, OnDemand };

struct CapexConfig {
  Seconds chip_life;
  Seconds host_life;
  Seconds network_life;
  DollarsPerWatt facility_price;  // per watt of IT design power
  Seconds facility_life;
  CapexConfig();
  static void describe(Describe<CapexConfig>& d);
};

struct OpexLineConfig {
  CostLayer layer = CostLayer::Applications;
  DollarsPerSecond amount;
  static void describe(Describe<OpexLineConfig>& d);
};

struct EconomicsConfig {
  Ownership ownership = Ownership::Owned;
  Rental rental = Rental::Reserved;
  double wacc = 0.08;
  CapexConfig capex;
  double maintenance = 0.03;  // per year, of the price of chips and hosts
  std::map<std::string, OpexLineConfig> opex;
  DollarsPerKilogram carbon_price;
  bool rent_includes_energy = true;
  std::optional<ChipRentsConfig> rents;  // in place of every chip's own rent
  std::optional<PricesConfig> prices;
  std::map<std::string, TierConfig> price_book;

  static void describe(Describe<EconomicsConfig>& d);
};

/// Yearly payment per unit of price over `life`.
double capital_recovery_factor(double rate, Seconds life);

/// Assets of one cluster.
struct ClusterAssets {
  double chips = 0;
  Dollars chip_price;
  DollarsPerSecond chip_rent;
  double nodes = 0;
  Dollars host_price;
  Dollars network_price;
  Watts power_design;              // of all nodes
  double active_chip_seconds = 0;  // held by replicas, from the start of loading to the release
};

struct SiteBill {
  std::string site;
  std::vector<ClusterAssets> clusters;
  Bill grid;
  Dollars fuel;
  Dollars contracts;
  Kilograms carbon;
  std::vector<EnergyAsset> assets;
};

struct CostItem {
  CostLayer layer;
  std::string item;
  std::string site;  // empty: the whole factory
  Dollars amount;
  bool follows_use = false;  // paid for the time replicas hold chips
};

std::vector<CostItem> cost_items(const EconomicsConfig& config, const std::vector<SiteBill>& sites,
                                 Duration duration);

}  // namespace tokenfab

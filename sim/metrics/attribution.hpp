// SPDX-License-Identifier: Apache-2.0
// Who is accountable for which energy, emissions and money. Pure functions of the run's result.
//
// Pools: a site's energy lines, energy and carbon are split over its pools by their IT energy, its
// other lines by the chips allocated, or by the time replicas held chips if that is what the line
// is paid for; lines of no site, and sites without pools, by all chips allocated.
// Products: what a pool costs is charged to input, cached input and output tokens, images and video
// seconds by its charged busy time, so idle cost follows the busy shares; a pool without any work
// is charged to the products of the service's other pools.
// Applications and tenants: each product's cost by how much of it they got; what no product bears
// by their requests. What not even requests bear is nobody's.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "sim/metrics/result.hpp"

namespace tokenfab {

/// What a pool is accountable for besides its own work.
struct Share {
  double energy_site_j = 0;
  double carbon_kg = 0;
  double cost_usd = 0;
};

enum class Product { Input, CachedInput, Output, Image, VideoSecond };
inline constexpr std::size_t product_count = 5;

/// Amounts of the products: tokens, images and seconds of video. Input is without cached input.
std::array<double, product_count> products_of(const RequestLedger& requests);

struct ProductCosts {
  std::array<double, product_count> usd{};
  double unused_usd = 0;  // borne by no product

  double of(Product product) const { return usd[static_cast<std::size_t>(product)]; }
  double total_usd() const;
  void add(const ProductCosts& other);
};

/// Charges a pool's cost to its products.
ProductCosts charge(const WorkLedger& work, double cost_usd);

struct Attribution {
  std::vector<Share> pools;                                            // in the order of the result
  std::map<std::string, ProductCosts> services;                        // by name
  std::map<std::string, std::map<std::string, ProductCosts>> tenants;  // by application, tenant
  double jobs_usd = 0;          // of what the clusters' jobs use
  double unattributed_usd = 0;  // of services that got no request, or without any service
};

/// CHECKs that the parts sum to the whole.
Attribution attribute(const RunResult& result);

}  // namespace tokenfab

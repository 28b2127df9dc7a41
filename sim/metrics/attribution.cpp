// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/attribution.hpp"

#include <cmath>
#include <numeric>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

double part(double own, double all) { return all > 0 ? own / all : 0; }

/// Chips that each pool is accountable for: its own, less those it lent, those it borrowed
/// included. Of the pools of a cluster those have lent most that held fewest of their chips.
std::vector<double> accountable_chips(const std::vector<PoolResult>& pools, double duration_s) {
  std::vector<double> chips;
  for (const auto& pool : pools) {
    chips.push_back(pool.chips);
  }
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const auto& borrower = pools[i];
    if (borrower.borrowed_chip_seconds <= 0) {
      continue;
    }
    const auto unheld = [&](const PoolResult& pool) {
      const bool is_lender =
          !pool.is_jobs && pool.site == borrower.site && pool.cluster == borrower.cluster;
      return is_lender ? pool.chips * duration_s - pool.active_chip_seconds : 0;
    };
    const double all =
        std::accumulate(pools.begin(), pools.end(), 0.0,
                        [&](double sum, const PoolResult& pool) { return sum + unheld(pool); });
    const double borrowed = borrower.borrowed_chip_seconds / duration_s;
    for (std::size_t lender = 0; lender < pools.size(); ++lender) {
      chips[lender] -= borrowed * part(unheld(pools[lender]), all);
    }
    chips[i] += all > 0 ? borrowed : 0;
  }
  return chips;
}

/// What the pools' shares are measured by, in all and by site.
class Scales {
 public:
  Scales(const std::vector<PoolResult>& pools, double duration_s)
      : pools_(pools), chips_(accountable_chips(pools, duration_s)) {
    for (std::size_t i = 0; i < pools.size(); ++i) {
      const auto& pool = pools[i];
      auto& site = sites_[pool.site];
      site.it_j += pool.energy_it.si();
      site.chips += chips_[i];
      site.active_chip_s += pool.active_chip_seconds;
      all_.chips += chips_[i];
    }
  }

  /// The pool's part of something of a site.
  double by_energy(const PoolResult& pool, const std::string& site) const {
    const auto* own = of(pool, site);
    return own != nullptr && own->it_j > 0 ? part(pool.energy_it.si(), own->it_j)
                                           : by_chips(pool, site);
  }
  double by_use(const PoolResult& pool, const std::string& site) const {
    const auto* own = of(pool, site);
    return own != nullptr && own->active_chip_s > 0
               ? part(pool.active_chip_seconds, own->active_chip_s)
               : by_chips(pool, site);
  }
  double by_chips(const PoolResult& pool, const std::string& site) const {
    const double chips = chips_[static_cast<std::size_t>(&pool - pools_.data())];
    if (sites_.count(site) == 0) {
      return part(chips, all_.chips);
    }
    return site == pool.site ? part(chips, sites_.at(site).chips) : 0;
  }

 private:
  struct Sums {
    double it_j = 0;
    double chips = 0;
    double active_chip_s = 0;
  };
  const Sums* of(const PoolResult& pool, const std::string& site) const {
    return site == pool.site ? &sites_.at(site) : nullptr;
  }

  const std::vector<PoolResult>& pools_;
  std::vector<double> chips_;  // by pool
  std::map<std::string, Sums> sites_;
  Sums all_;
};

std::vector<Share> pool_shares(const RunResult& result) {
  const Scales scales(result.pools, result.duration.seconds());
  std::vector<Share> shares;
  for (const auto& pool : result.pools) {
    Share& share = shares.emplace_back();
    for (const auto& site : result.sites) {
      const double energy = scales.by_energy(pool, site.name);
      share.energy_site_j += energy * site.ledger.site().si();
      share.carbon_kg += energy * site.ledger.carbon.si();
    }
    for (const auto& line : result.costs) {
      const double own = line.layer == "energy" ? scales.by_energy(pool, line.site)
                         : line.follows_use     ? scales.by_use(pool, line.site)
                                                : scales.by_chips(pool, line.site);
      share.cost_usd += own * line.amount_usd;
    }
  }
  return shares;
}

/// Lets the products that were made bear what the idle pools cost.
void spread_unused(ProductCosts& costs) {
  const double made = std::accumulate(costs.usd.begin(), costs.usd.end(), 0.0);
  if (made > 0) {
    for (auto& usd : costs.usd) {
      usd += costs.unused_usd * usd / made;
    }
    costs.unused_usd = 0;
  }
}

/// What the tenants of one service's applications got, and what they are to pay for it.
struct Customer {
  const RequestLedger* requests;
  ProductCosts* costs;
};

/// Charges the customers; returns what none of them bears.
double charge_customers(const ProductCosts& costs, const std::vector<Customer>& customers) {
  std::array<double, product_count> sold{};
  double arrived = 0;
  for (const auto& customer : customers) {
    const auto amounts = products_of(*customer.requests);
    for (std::size_t i = 0; i < product_count; ++i) {
      sold[i] += amounts[i];
    }
    arrived += static_cast<double>(customer.requests->arrived);
  }
  double rest = costs.unused_usd;
  for (std::size_t i = 0; i < product_count; ++i) {
    rest += sold[i] > 0 ? 0 : costs.usd[i];
  }
  for (const auto& customer : customers) {
    const auto amounts = products_of(*customer.requests);
    for (std::size_t i = 0; i < product_count; ++i) {
      customer.costs->usd[i] += costs.usd[i] * part(amounts[i], sold[i]);
    }
    customer.costs->unused_usd +=
        rest * part(static_cast<double>(customer.requests->arrived), arrived);
  }
  return arrived > 0 ? 0 : rest;
}

double total_cost(const RunResult& result) {
  return std::accumulate(result.costs.begin(), result.costs.end(), 0.0,
                         [](double sum, const CostLine& line) { return sum + line.amount_usd; });
}

void check_whole(const RunResult& result, const Attribution& attribution) {
  const double whole = total_cost(result);
  double of_services = attribution.jobs_usd;
  for (const auto& [name, costs] : attribution.services) {
    of_services += costs.total_usd();
  }
  CHECK(result.pools.empty() || std::abs(of_services - whole) <= 1e-9 * (std::abs(whole) + 1),
        "services were charged {} USD of {} USD", of_services, whole);
  double of_tenants = attribution.unattributed_usd + attribution.jobs_usd;
  for (const auto& [application, tenants] : attribution.tenants) {
    for (const auto& [tenant, costs] : tenants) {
      of_tenants += costs.total_usd();
    }
  }
  CHECK(std::abs(of_tenants - whole) <= 1e-9 * (std::abs(whole) + 1),
        "tenants were charged {} USD of {} USD", of_tenants, whole);
}

}  // namespace

std::array<double, product_count> products_of(const RequestLedger& requests) {
  return {static_cast<double>(requests.input_tokens - requests.cached_input_tokens),
          static_cast<double>(requests.cached_input_tokens),
          static_cast<double>(requests.output_tokens), static_cast<double>(requests.images),
          requests.video_seconds};
}

double ProductCosts::total_usd() const {
  return std::accumulate(usd.begin(), usd.end(), unused_usd);
}

void ProductCosts::add(const ProductCosts& other) {
  for (std::size_t i = 0; i < product_count; ++i) {
    usd[i] += other.usd[i];
  }
  unused_usd += other.unused_usd;
}

ProductCosts charge(const WorkLedger& work, double cost_usd) {
  const std::array<Duration, product_count> times{work.prefill_charge - work.cached_charge,
                                                  work.cached_charge, work.decode_charge,
                                                  work.image_charge, work.video_charge};
  const auto charged = std::accumulate(times.begin(), times.end(), Duration()).seconds();
  ProductCosts costs;
  if (charged > 0) {
    for (std::size_t i = 0; i < product_count; ++i) {
      costs.usd[i] = cost_usd * times[i].seconds() / charged;
    }
  } else {
    costs.unused_usd = cost_usd;
  }
  return costs;
}

Attribution attribute(const RunResult& result) {
  Attribution attribution;
  attribution.pools = pool_shares(result);
  for (std::size_t i = 0; i < result.pools.size(); ++i) {
    const auto& pool = result.pools[i];
    const double cost_usd = attribution.pools[i].cost_usd;
    if (pool.is_jobs) {
      attribution.jobs_usd += cost_usd;
    } else {
      attribution.services[pool.service].add(charge(pool.work, cost_usd));
    }
  }
  std::map<std::string, std::vector<Customer>> customers;  // by service
  for (const auto& [name, application] : result.applications) {
    for (const auto& [tenant, got] : application.tenants) {
      customers[application.service].push_back({&got.requests, &attribution.tenants[name][tenant]});
    }
  }
  attribution.unattributed_usd = result.pools.empty() ? total_cost(result) : 0;
  for (auto& [name, costs] : attribution.services) {
    spread_unused(costs);
    attribution.unattributed_usd += charge_customers(costs, customers[name]);
  }
  check_whole(result, attribution);
  return attribution;
}

}  // namespace tokenfab

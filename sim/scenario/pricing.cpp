// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/pricing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/economics/price_book.hpp"
#include "sim/core/nearest.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {
namespace {

const std::string book_pointer = "/economics/price_book/";

void check_known(const std::string& pointer, const char* what,
                 const std::optional<std::string>& name, const std::vector<std::string>& names,
                 std::vector<PricingFault>& faults) {
  if (!name || std::find(names.begin(), names.end(), *name) != names.end()) {
    return;
  }
  const auto hint = did_you_mean(*name, names);
  faults.push_back({fmt::format("{}/{}", pointer, what),
                    fmt::format("there is no {} \"{}\"", what, *name),
                    hint.empty() ? fmt::format("known: {}", fmt::join(names, ", ")) : hint});
}

/// What the workloads buy, tenants left open.
std::vector<Sale> sales_of(const ScenarioConfig& config) {
  std::vector<Sale> sales;
  for (const auto& [name, workload] : config.workloads) {
    const auto service = config.services.find(workload.service.value_or(""));
    if (service != config.services.end()) {
      sales.push_back({service->second.model, name, ""});
    }
  }
  return sales;
}

}  // namespace

std::vector<PricingFault> pricing_faults(const ScenarioConfig& config) {
  const auto& economics = config.economics;
  std::vector<PricingFault> faults;
  if (economics.rental == Rental::OnDemand && economics.ownership == Ownership::Owned) {
    faults.push_back({"/economics/rental", "owned chips are paid for all the time",
                      "set ownership to \"rented\""});
  }
  if (economics.rents && !rent_of(*economics.rents, economics.rents->view)) {
    faults.push_back({"/economics/rents/view", "nobody quoted this rent",
                      fmt::format("quoted: {}", fmt::join(quoted_views(*economics.rents), ", "))});
  }
  if (economics.rents && economics.ownership == Ownership::Owned) {
    faults.push_back(
        {"/economics/rents", "owned chips have no rent", "set ownership to \"rented\""});
  }
  for (const auto& [name, tier] : economics.price_book) {
    const auto pointer = book_pointer + name;
    if (name == default_tier) {
      faults.push_back({pointer, "\"default\" is the tier of what no tier of the book matches",
                        "set economics/prices"});
    }
    check_known(pointer, "model", tier.model, model_names(config), faults);
    check_known(pointer, "workload", tier.workload, names_of(config.workloads), faults);
  }
  for (const auto& tie : ties(economics.price_book, sales_of(config))) {
    const auto tenant =
        tie.sale.tenant.empty() ? "" : fmt::format(" of tenant {}", tie.sale.tenant);
    faults.push_back({book_pointer + tie.second,
                      fmt::format("requests{} in workload {} match it as well as \"{}\"", tenant,
                                  tie.sale.workload, tie.first),
                      "name more of model, workload and tenant in one of them"});
  }
  return faults;
}

void price(const ScenarioConfig& config, RunResult& result) {
  const auto& economics = config.economics;
  result.has_prices = economics.prices || !economics.price_book.empty();
  if (!result.has_prices) {
    return;
  }
  for (auto& [name, application] : result.applications) {
    for (auto& [tenant, got] : application.tenants) {
      const auto& requests = got.requests;
      got.tier = tier_of(economics.price_book,
                         {config.services.at(application.service).model, name, tenant});
      const auto cached = static_cast<double>(requests.cached_input_tokens);
      const SoldAmounts sold{static_cast<double>(requests.input_tokens) - cached, cached,
                             static_cast<double>(requests.output_tokens),
                             static_cast<double>(requests.images), requests.video_seconds};
      const auto prices = unit_prices(economics.prices, economics.price_book, got.tier);
      got.revenue_usd = revenue(prices, sold).si();
    }
  }
}

}  // namespace tokenfab

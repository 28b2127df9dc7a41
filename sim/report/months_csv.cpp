// SPDX-License-Identifier: Apache-2.0
#include "sim/report/months_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/core/unit_factors.hpp"
#include "sim/metrics/request_metrics.hpp"

namespace tokenfab {
namespace {

/// A cell that is empty where the quotient has no meaning.
std::string ratio(double numerator, double denominator) {
  return denominator > 0 ? fmt::format("{}", numerator / denominator) : std::string();
}

/// What is metered by the month; the signs are those of the money ledger.
std::optional<Dollars> fell_due(const std::string& item, const SiteMonth& month) {
  if (item == "grid energy") {
    return month.bill.energy;
  }
  if (item == "demand charge") {
    return month.bill.demand;
  }
  if (item == "fixed grid charges") {
    return month.bill.fixed;
  }
  if (item == "energy sold") {
    return -month.bill.export_credit;
  }
  if (item == "renewable contracts") {
    return month.ledger.contracts;
  }
  return item == "generator fuel" ? std::optional(month.ledger.fuel) : std::nullopt;
}

class Costs {
 public:
  explicit Costs(const RunResult& result) : result_(result) {
    for (const auto& site : result.sites) {
      chips_ += site.chips;
    }
  }

  double of(const SiteResult& site, const SiteMonth& month) const {
    double cost = 0;
    for (const auto& line : result_.costs) {
      const auto due = line.site == site.name ? fell_due(line.item, month) : std::nullopt;
      if (due) {
        cost += due->si();
      } else if (line.site == site.name && line.item == "carbon price") {
        cost += line.amount_usd * (month.ledger.carbon / site.ledger.carbon);
      } else if (line.site == site.name || line.site.empty()) {
        const double share = line.site.empty() ? site.chips / chips_ : 1;
        cost += line.amount_usd * share * month.duration.seconds() / result_.duration.seconds();
      }
    }
    return cost;
  }

 private:
  const RunResult& result_;
  double chips_ = 0;
};

std::string row(const SiteResult& site, const SiteMonth& month, double cost_usd) {
  const auto& ledger = month.ledger;
  const double it_kwh = ledger.it.si() / joules_per_kwh;
  const double site_kwh = ledger.site().si() / joules_per_kwh;
  const double water_l = ledger.water.si() * litres_per_cubic_metre;
  const double carbon_g = ledger.carbon.si() * grams_per_kilogram;
  const double mtok =
      static_cast<double>(month.input_tokens + month.output_tokens) / tokens_per_mtok;
  const bool knows_renewables =
      site.knows_grid_renewables || ledger.solar + ledger.wind > Joules(0);
  return fmt::format(
      "{},{:04}-{:02},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", site.name, month.year,
      month.month, month.duration.seconds() / seconds_per_hour, it_kwh, site_kwh,
      ratio(site_kwh, it_kwh), ledger.import.si() / joules_per_kwh,
      (ledger.solar + ledger.wind).si() / joules_per_kwh,
      knows_renewables ? ratio(ledger.renewable.si() / joules_per_kwh, site_kwh) : "", water_l,
      ratio(water_l, it_kwh), carbon_g / grams_per_kilogram, month.bill.total().si(), cost_usd,
      month.input_tokens, month.output_tokens, ratio(cost_usd, mtok), ratio(carbon_g, mtok),
      ratio(site_kwh, mtok));
}

}  // namespace

std::string months_csv(const RunResult& result) {
  const bool is_long = std::any_of(result.sites.begin(), result.sites.end(),
                                   [](const SiteResult& site) { return site.months.size() > 1; });
  if (!is_long) {
    return {};
  }
  std::string text =
      "site,month,duration_h,energy_it_kwh,energy_site_kwh,pue,energy_import_kwh,"
      "energy_own_renewable_kwh,renewable_share,water_l,wue_l_per_kwh,carbon_kg,grid_bill_usd,"
      "cost_usd,input_tokens,output_tokens,cost_per_mtok_usd,carbon_per_mtok_g,"
      "energy_per_mtok_kwh\n";
  const Costs costs(result);
  for (const auto& site : result.sites) {
    for (const auto& month : site.months) {
      text += row(site, month, costs.of(site, month));
    }
  }
  return text;
}

}  // namespace tokenfab

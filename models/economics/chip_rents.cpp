// SPDX-License-Identifier: Apache-2.0
#include "models/economics/chip_rents.hpp"

namespace tokenfab {
namespace {

constexpr double most = 1;  // USD/s: 3600 USD an hour, far above any chip

}  // namespace

const std::vector<std::string>& rent_view_names() {
  static const std::vector<std::string> names{"hyperscaler",     "neocloud",  "rental_3_year",
                                              "contract_1_year", "on_demand", "spot",
                                              "listed",          "monthly"};
  return names;
}

void ChipRentsConfig::describe(Describe<ChipRentsConfig>& d) {
  using C = ChipRentsConfig;
  d.field("name", &C::name, "What is rented");
  d.field("region", &C::region, "Where the quotes hold");
  d.choice("view", &C::view, rent_view_names(), "Which of the rents a scenario pays");
  const auto rent = [&](const char* key, std::optional<DollarsPerSecond> C::*member,
                        const char* meaning) { d.field(key, member, meaning).range(0, most); };
  rent("hyperscaler", &C::hyperscaler,
       "Total cost of ownership of a hyperscaler per chip hour, power and hosting included");
  rent("neocloud", &C::neocloud,
       "Total cost of ownership of a smaller cloud per chip hour, power and hosting included");
  rent("rental_3_year", &C::rental_3_year, "Rent on a contract of three years");
  rent("contract_1_year", &C::contract_1_year, "Rent on a contract of one year");
  rent("on_demand", &C::on_demand, "Rent by the hour without a contract");
  rent("spot", &C::spot, "Rent on the spot market");
  rent("listed", &C::listed, "Rent as listed or assumed, of no stated term");
  rent("listed_low", &C::listed_low, "Lowest of the listed rents");
  rent("listed_high", &C::listed_high, "Highest of the listed rents");
  rent("monthly", &C::monthly, "Rent by the month");
  rent("monthly_low", &C::monthly_low, "Lowest of the rents by the month");
  rent("monthly_high", &C::monthly_high, "Highest of the rents by the month");
}

std::optional<DollarsPerSecond> rent_of(const ChipRentsConfig& rents, RentView view) {
  switch (view) {
    case RentView::Hyperscaler:
      return rents.hyperscaler;
    case RentView::Neocloud:
      return rents.neocloud;
    case RentView::Rental3Year:
      return rents.rental_3_year;
    case RentView::Contract1Year:
      return rents.contract_1_year;
    case RentView::OnDemand:
      return rents.on_demand;
    case RentView::Spot:
      return rents.spot;
    case RentView::Listed:
      return rents.listed;
    case RentView::Monthly:
      return rents.monthly;
  }
  return std::nullopt;
}

std::vector<std::string> quoted_views(const ChipRentsConfig& rents) {
  std::vector<std::string> quoted;
  const auto& names = rent_view_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (rent_of(rents, static_cast<RentView>(i))) {
      quoted.push_back(names[i]);
    }
  }
  return quoted;
}

}  // namespace tokenfab

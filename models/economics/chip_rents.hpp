// SPDX-License-Identifier: Apache-2.0
// What an hour of a chip costs, as published, from several points of view: owners of different size
// (everything included: chip, server, network share, hosting and power), and tenants under
// contracts of different length. models/data/rents.json has an entry for every chip that has been
// quoted. A view nobody quoted is absent.
// Left out: volume discounts, prepayment, chips of other regions than the entry's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

enum class RentView {
  Hyperscaler,
  Neocloud,
  Rental3Year,
  Contract1Year,
  OnDemand,
  Spot,
  Listed,
  Monthly
};
const std::vector<std::string>& rent_view_names();

struct ChipRentsConfig {
  std::optional<std::string> name;
  std::optional<std::string> region;
  RentView view = RentView::Rental3Year;  // which of them is paid
  std::optional<DollarsPerSecond> hyperscaler;
  std::optional<DollarsPerSecond> neocloud;
  std::optional<DollarsPerSecond> rental_3_year;
  std::optional<DollarsPerSecond> contract_1_year;
  std::optional<DollarsPerSecond> on_demand;
  std::optional<DollarsPerSecond> spot;
  std::optional<DollarsPerSecond> listed;
  std::optional<DollarsPerSecond> listed_low;
  std::optional<DollarsPerSecond> listed_high;
  std::optional<DollarsPerSecond> monthly;
  std::optional<DollarsPerSecond> monthly_low;
  std::optional<DollarsPerSecond> monthly_high;
  static void describe(Describe<ChipRentsConfig>& d);
};

/// The rent from one point of view; absent if nobody quoted it.
std::optional<DollarsPerSecond> rent_of(const ChipRentsConfig& rents, RentView view);

/// The views that were quoted.
std::vector<std::string> quoted_views(const ChipRentsConfig& rents);

}  // namespace tokenfab

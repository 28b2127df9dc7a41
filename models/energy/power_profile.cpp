// SPDX-License-Identifier: Apache-2.0
#include "models/energy/power_profile.hpp"

#include "sim/core/check.hpp"

namespace tokenfab {

void PowerProfileConfig::describe(Describe<PowerProfileConfig>& d) {
  using C = PowerProfileConfig;
  d.field("capacity", &C::capacity, "Power at its terminals that a share of 1 means")
      .required()
      .range(0, 1e12);
  describe_data_file(d, "File of shares of the capacity over the year");
  describe_ownership(d, "Estimate: none assumed, a profile does not tell what it is of");
}

std::optional<DataFile> PowerProfile::data_file() const { return config_.file(DataKind::Fraction); }

void PowerProfile::open(const SiteInputs& inputs) {
  const auto* shares = std::get_if<AnnualSeries>(&inputs.data);
  CHECK(shares != nullptr && !shares->empty(), "{}: no data of {}", inputs.path, config_.path);
  calendar_ = inputs.calendar;
  shares_ = *shares;
}

Watts PowerProfile::power(Instant at, const Weather&) const {
  return config_.capacity * shares_.at(calendar_, at);
}

std::optional<Instant> PowerProfile::holds_until(Instant at) const {
  return shares_.holds_until(calendar_, at);
}

EnergyAsset PowerProfile::asset() const {
  return {"profile", config_.capacity * config_.price, config_.life,
          config_.capacity * config_.maintenance};
}

}  // namespace tokenfab

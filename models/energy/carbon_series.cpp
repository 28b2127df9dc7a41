// SPDX-License-Identifier: Apache-2.0
#include "models/energy/carbon_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {

void FileCarbonConfig::describe(Describe<FileCarbonConfig>& d) {
  using C = FileCarbonConfig;
  describe_data_file(d, "Carbon intensity by the hour (CSV), plain or gzip");
  d.choice("basis", &C::basis, {"direct", "life_cycle"},
           "Emissions of the power stations, or with construction and fuel supply");
}

void FileCarbon::open(const SiteInputs& inputs) {
  const auto& table = std::get<CarbonTable>(inputs.data);
  const bool is_direct = config_.basis == CarbonBasis::Direct;
  const auto& wanted = is_direct ? table.direct_kg_per_j : table.life_cycle_kg_per_j;
  const auto& other = is_direct ? table.life_cycle_kg_per_j : table.direct_kg_per_j;
  if (wanted.empty()) {
    throw std::invalid_argument(fmt::format(
        "{} has no {} emissions{}", config_.path, is_direct ? "direct" : "life-cycle",
        other.empty() ? ""
                      : fmt::format("; set basis to \"{}\"", is_direct ? "life_cycle" : "direct")));
  }
  calendar_ = inputs.calendar;
  series_ = wanted;
  renewable_share_ = table.renewable_share;
}

std::optional<double> FileCarbon::renewable_share(Instant at) const {
  return renewable_share_.empty() ? std::nullopt
                                  : std::optional(renewable_share_.at(calendar_, at));
}

std::optional<Instant> FileCarbon::holds_until(Instant at) const {
  const auto end = series_.holds_until(calendar_, at);
  return renewable_share_.empty() ? end
                                  : std::min(end, renewable_share_.holds_until(calendar_, at));
}

void MonthlyCarbonConfig::describe(Describe<MonthlyCarbonConfig>& d) {
  d.object("grid", &MonthlyCarbonConfig::grid, "Published level and shape")
      .catalogue("grids")
      .required();
}

void MonthlyCarbon::open(const SiteInputs& inputs) {
  calendar_ = inputs.calendar;
  series_ = generate_carbon(config_.grid, inputs);
}

}  // namespace tokenfab

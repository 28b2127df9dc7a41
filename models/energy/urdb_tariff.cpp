// SPDX-License-Identifier: Apache-2.0
#include "models/energy/urdb_tariff.hpp"

#include <fmt/format.h>

#include <variant>

namespace tokenfab {

void UrdbConfig::describe(Describe<UrdbConfig>& d) {
  using C = UrdbConfig;
  d.field("path", &C::path, "File of one rate, as JSON").required();
  d.field("format", &C::format, "Format of the file; \"auto\": told by its content");
}

void UrdbTariff::open(const SiteInputs& inputs) {
  UtilityTariff::open(inputs);
  const auto* rate = std::get_if<UtilityRate>(&inputs.data);
  CHECK(rate != nullptr, "{}: opened without its file", inputs.path);
  set_rate(fmt::format("urdb: {}", config_.path), *rate);
}

}  // namespace tokenfab

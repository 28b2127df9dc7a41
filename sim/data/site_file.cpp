// SPDX-License-Identifier: Apache-2.0
#include "sim/data/site_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/data/problems.hpp"

namespace tokenfab {

void SiteFile::warn(std::int64_t line, std::string message) {
  warnings_.push_back(describe(problem_at(lines_.file(), line, std::move(message))));
}

double SiteFile::usd_per(std::string_view currency) {
  const auto known = options.usd_per_currency.find(std::string(currency));
  if (known != options.usd_per_currency.end()) {
    return known->second;
  }
  if (currency != "USD") {
    refuse(fmt::format("prices in {}, whose exchange rate is not known", quote(currency)),
           fmt::format("give the scenario \"fx\": {{\"{}\": ...}}, its value in USD",
                       currency.size() == 3 ? currency : "EUR"));
  }
  return 1;
}

}  // namespace tokenfab

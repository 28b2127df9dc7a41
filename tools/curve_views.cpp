// SPDX-License-Identifier: Apache-2.0
#include "tools/curve_views.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "sim/core/nearest.hpp"
#include "sim/core/unit_factors.hpp"
#include "sim/scenario/catalogue_entry.hpp"
#include "sim/scenario/chip_nodes.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

struct KnownView {
  const char* name;
  const char* title;
  std::optional<RentView> rent;
};

const std::array<KnownView, 10> known_views{{
    {"hyperscaler", "Owned by a hyperscaler", RentView::Hyperscaler},
    {"neocloud", "Owned by a smaller cloud", RentView::Neocloud},
    {"rental", "Rented for three years", RentView::Rental3Year},
    {"contract-1-year", "Rented for a year", RentView::Contract1Year},
    {"on-demand", "Rented by the hour", RentView::OnDemand},
    {"spot", "Rented on the spot market", RentView::Spot},
    {"listed", "Rented as listed", RentView::Listed},
    {"monthly", "Rented by the month", RentView::Monthly},
    {"own", "The scenario's own full cost", std::nullopt},
    {energy_view, "Site energy", std::nullopt},
}};

}  // namespace

std::vector<std::string> curve_view_names() {
  std::vector<std::string> names;
  for (const auto& each : known_views) {
    names.emplace_back(each.name);
  }
  return names;
}

std::vector<PricedView> curve_views(const std::vector<std::string>& names,
                                    std::vector<std::string>& problems) {
  std::vector<PricedView> views;
  const auto known = curve_view_names();
  for (const auto& name : names) {
    const auto found = std::find_if(known_views.begin(), known_views.end(),
                                    [&name](const KnownView& each) { return each.name == name; });
    if (found == known_views.end()) {
      const auto hint = did_you_mean(name, known);
      problems.push_back(fmt::format("no view \"{}\"{}{} (known: {})", name,
                                     hint.empty() ? "" : "; ", hint, fmt::join(known, ", ")));
    } else {
      views.push_back({{found->name, found->title}, found->rent});
    }
  }
  return views;
}

std::map<std::string, double> rents_usd_per_h(const EmbeddedTables& tables, const std::string& chip,
                                              const std::vector<PricedView>& views) {
  std::map<std::string, double> rents;
  const auto wanted = same_entry(tables, "chips", chip);
  for (const auto& id : tables.ids("rents")) {
    if (same_entry(tables, "chips", id) != wanted) {
      continue;
    }
    const auto entry = catalogue_entry<ChipRentsConfig>("rents", id);
    for (const auto& each : views) {
      const auto rent = each.rent ? rent_of(entry, *each.rent) : std::nullopt;
      if (rent) {
        rents[each.view.name] = rent->si() * seconds_per_hour;
      }
    }
  }
  return rents;
}

}  // namespace tokenfab::tools

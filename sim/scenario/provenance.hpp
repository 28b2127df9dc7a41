// SPDX-License-Identifier: Apache-2.0
// Tells the catalogue values in a configuration from what the scenario says itself: a scalar that
// was read at the place where the table writes it is the table's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/metrics/provenance.hpp"
#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

/// `uses` and `origins` are those that reading the scenario with `tables` noted.
Provenance provenance_of(const EmbeddedTables& tables, const std::vector<CatalogueUse>& uses,
                         const std::map<std::string, Mark>& origins);

}  // namespace tokenfab

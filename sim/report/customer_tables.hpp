// SPDX-License-Identifier: Apache-2.0
// Applications, tenants and value tiers as text tables, one line each.
#pragma once

#include "sim/metrics/summary.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {

/// Adds each table that says more than the totals: one of several applications, of tenants if there
/// are any, of tiers if the price book has any.
void add_customer_tables(TextTable& table, const Summary& summary);

}  // namespace tokenfab

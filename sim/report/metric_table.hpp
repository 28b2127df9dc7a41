// SPDX-License-Identifier: Apache-2.0
// One line per object, one column per metric.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/metrics/declarations.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {

struct MetricColumn {
  const char* heading;
  const char* metric;
  std::string (*text)(double value);
};

/// Columns that say nothing of any of the objects are left out, and so are objects beyond the
/// first twelve.
void add_metric_table(TextTable& table, const char* title,
                      const std::map<std::string, MetricSet>& rows,
                      const std::vector<MetricColumn>& columns);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/serving/row_cost.hpp"

namespace tokenfab {

Parts to_ticks(const PartsS& seconds) {
  Parts ticks;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    ticks[i] = Duration::from_seconds(seconds[i]);
  }
  return ticks;
}

double energy_of(const Parts& time, const PartsS& power_w) {
  double energy = 0;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    energy += power_w[i] * time[i].seconds();
  }
  return energy;
}

RowCost layers_cost(const LayerCosts& layers, std::int64_t rows, bool in_two_halves,
                    const PartsS& power_w) {
  RowCost cost;
  if (in_two_halves && rows >= 2) {
    const auto half = rows / 2;
    auto both = layers.rows_without_exchange(half);
    const auto rest = layers.rows_without_exchange(rows - half);
    for (std::size_t i = 0; i < time_part_count; ++i) {
      both[i] += rest[i];
    }
    cost.time = to_ticks(both);
    cost.exchange =
        Duration::from_seconds(layers.exchange_s(half) + layers.exchange_s(rows - half));
  } else {
    cost.time = to_ticks(layers.rows(rows));
  }
  cost.energy_j = energy_of(cost.time, power_w);
  return cost;
}

RowCost head_cost(const LayerCosts& layers, std::int64_t rows, const PartsS& power_w) {
  RowCost cost;
  cost.time = to_ticks(layers.head(rows));
  cost.energy_j = energy_of(cost.time, power_w);
  return cost;
}

}  // namespace tokenfab

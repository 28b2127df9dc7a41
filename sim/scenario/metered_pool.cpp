// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/metered_pool.hpp"

#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {

void check_metered_energy(const PoolResult& pool, double metered_j, bool was_cut) {
  const double counted = pool.work.work.dynamic_energy_j;
  const double tolerance = 1e-9 * (metered_j + 1);
  CHECK(was_cut ? counted <= metered_j + tolerance : std::abs(counted - metered_j) <= tolerance,
        "{}/{}: its work used {} J above idle, the meter read {} J", pool.service, pool.name,
        counted, metered_j);
}

}  // namespace tokenfab

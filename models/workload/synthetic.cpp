// SPDX-License-Identifier: Apache-2.0
#include "models/workload/synthetic.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {

ArrivalProcess::ArrivalProcess(PerSecond rate, double burstiness)
    : scale_s_(1 / (rate.si() * burstiness)) {
  // The bounds keep a gap well inside the range of Duration.
  if (!(rate.si() >= 1e-12 && rate.si() <= 1e12)) {
    throw std::invalid_argument(
        fmt::format("an arrival rate of {} / s is not between 1e-12 / s and 1e12 / s", rate.si()));
  }
  if (burstiness != 1) {
    gamma_.emplace(burstiness);
  }
}

Duration ArrivalProcess::next_gap(RandomStream& random) const {
  const double gap = gamma_ ? gamma_->sample(random) : random.standard_exponential();
  return Duration::from_seconds(gap * scale_s_);
}

}  // namespace tokenfab

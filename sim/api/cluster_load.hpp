// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/api/site_data.hpp"

namespace tokenfab {

/// How busy the nodes of a cluster are that no service uses: a load that is given, not simulated.
/// Cost function, stepwise constant in time.
class ClusterLoad : public SiteModel {
 public:
  /// Share of the way from idle to design power, 0 to 1.
  virtual double utilization(Instant at) const = 0;
  virtual std::optional<Instant> holds_until(Instant at) const = 0;
};

}  // namespace tokenfab

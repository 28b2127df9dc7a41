// SPDX-License-Identifier: Apache-2.0
// Battery policy that buys in the cheapest hours of the day ahead and gives in the dearest ones.
// Of 24 hourly prices the k cheapest are paired with the k dearest, the k-th dearest still worth
// more than the k-th cheapest plus the round-trip loss, and k no more hours than it takes to fill
// the battery. Thresholds of price, renewed every hour. It gives no more than the site's load, and
// keeps what dearer hours before the next cheap one will take.
#pragma once

#include <array>

#include "sim/api/dispatch.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct PriceArbitrageConfig {
  DollarsPerJoule margin;
  std::optional<Watts> import_target;
  static void describe(Describe<PriceArbitrageConfig>& d);
};

class PriceArbitrage : public DispatchPolicy {
 public:
  explicit PriceArbitrage(const PriceArbitrageConfig& config) : config_(config) {}
  void open(const SiteInputs& inputs) override { calendar_ = inputs.calendar; }
  Watts battery_power(const DispatchView& view) override;

 private:
  void renew(const DispatchView& view);

  PriceArbitrageConfig config_;
  Calendar calendar_;
  std::optional<Instant> renewal_;
  bool has_pairs_ = false;
  DollarsPerJoule buy_below_;
  DollarsPerJoule give_above_;
  int dearer_hours_ = 0;  // before the next one it buys in
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Chips run at full clock whatever the site draws.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/power_control.hpp"

namespace tokenfab {

struct NoControlConfig {
  static void describe(Describe<NoControlConfig>&) {}
};

class NoControl final : public PowerControl {
 public:
  explicit NoControl(const NoControlConfig&) {}
  void decide(const ControlView&, std::span<double>) override {}
};

}  // namespace tokenfab

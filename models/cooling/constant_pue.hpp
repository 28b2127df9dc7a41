// SPDX-License-Identifier: Apache-2.0
// Cooling as a constant site PUE: the simple twin of a physical plant. The site draws pue x IT;
// what the power chain does not lose of the difference is cooling and auxiliaries.
// PUE as in ISO/IEC 30134-2: total facility energy over IT energy.
// Left out: weather, part load, water, temperatures.
#pragma once

#include "sim/api/cooling.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct ConstantPueConfig {
  double pue = 1.25;
  static void describe(Describe<ConstantPueConfig>& d);
};

class ConstantPue : public CoolingModel {
 public:
  explicit ConstantPue(const ConstantPueConfig& config) : config_(config) {}
  /// Needs pue x IT >= IT + loss of the power chain; the scenario checks that before the run.
  CoolingOutcome advance(Duration span, const CoolingInputs& inputs) override;

 private:
  ConstantPueConfig config_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Shorter stretches of a scenario's load, from its start on, to compare layouts by before they are
// played in full. A stretch that holds too few requests for its percentiles to mean anything is
// not offered.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/plan/plan_subject.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

class Stretches {
 public:
  Stretches(const Scenario& scenario, const PlanSubject& subject);

  /// Ascending, each twice the one before, below 1; none where the load cannot be cut.
  const std::vector<double>& fractions() const { return fractions_; }
  /// What makes the scenario that short: pointers and values of overrides. Nothing for 1.
  std::vector<std::pair<std::string, std::string>> settings_of(double fraction) const;

 private:
  double warmup_s_ = 0;
  double span_s_ = 0;          // of the load; 0: a closed loop
  std::string loop_requests_;  // pointer to num_prompts of a closed loop
  double loop_requests_all_ = 0;
  std::vector<double> fractions_;
};

}  // namespace tokenfab

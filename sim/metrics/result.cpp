// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/result.hpp"

namespace tokenfab {

void RequestLedger::add(const RequestLedger& other) {
  arrived += other.arrived;
  completed += other.completed;
  rejected += other.rejected;
  failed += other.failed;
  in_flight += other.in_flight;
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
  preemptions += other.preemptions;
  ended_unmeasured += other.ended_unmeasured;
  within_service_level += other.within_service_level;
}

void WorkLedger::add(const WorkLedger& other) {
  steps += other.steps;
  work.add(other.work, 1);
  busy += other.busy;
  prefill_charge += other.prefill_charge;
  decode_charge += other.decode_charge;
  cached_token_seconds += other.cached_token_seconds;
}

}  // namespace tokenfab

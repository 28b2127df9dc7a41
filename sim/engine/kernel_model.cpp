// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/kernel_model.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab::engine {
namespace {
// More rounds than this without moving the clock or handling anything is a hang.
constexpr int idle_rounds_max = 10'000;
}  // namespace

KernelModel::KernelModel(Agenda& agenda, std::function<bool()> flows_alive,
                         std::function<bool()> flow_ends_queued,
                         std::function<bool()> deliver_flow_ends)
    : Model("tokenfab agenda"),
      agenda_(&agenda),
      flows_alive_(std::move(flows_alive)),
      flow_ends_queued_(std::move(flow_ends_queued)),
      deliver_flow_ends_(std::move(deliver_flow_ends)) {}

double KernelModel::next_occurring_event(double now) {
  const auto next = agenda_->next();
  asked_delta_ = next ? std::max(0.0, next->seconds() - now) : never;
  // SimGrid completed flows after it last called us: have them handed out before time moves on.
  return flow_ends_queued_() ? 0.0 : asked_delta_;
}

bool KernelModel::due(double now, double delta) const {
  // The clock moves in doubles: now + delta may miss the date we asked for by one rounding, so
  // being given exactly the delta we asked for counts as reaching the date.
  const auto next = agenda_->next();
  return next && (next->seconds() <= now || delta == asked_delta_);
}

void KernelModel::update_actions_state(double now, double delta) {
  bool worked = deliver_flow_ends_();
  if (due(now, delta)) {
    // SimGrid completes flows of this very date after calling us. Let one round of zero length
    // pass, so that their ends come before our events.
    if (flows_alive_() && !yielded_to_flows_) {
      yielded_to_flows_ = true;
      return;
    }
    yielded_to_flows_ = false;
    agenda_->run_due(*agenda_->next());
    worked = true;
  }
  idle_rounds_ = worked || delta > 0 ? 0 : idle_rounds_ + 1;
  CHECK(idle_rounds_ < idle_rounds_max, "clock stands at {} s", now);
}

}  // namespace tokenfab::engine

// SPDX-License-Identifier: Apache-2.0
// The agenda as a SimGrid resource model: asked for the next date, told when it is reached.
#pragma once

#include <functional>
#include <simgrid/kernel/resource/Model.hpp>

#include "sim/engine/agenda.hpp"

namespace tokenfab::engine {

class KernelModel : public simgrid::kernel::resource::Model {
 public:
  /// `flows_alive` says whether a flow could end at the date of an event; `flow_ends_queued`
  /// whether ends wait to be handed out; `deliver_flow_ends` does that and says whether it had any.
  KernelModel(Agenda& agenda, std::function<bool()> flows_alive,
              std::function<bool()> flow_ends_queued, std::function<bool()> deliver_flow_ends);

  double next_occurring_event(double now) override;
  void update_actions_state(double now, double delta) override;

 private:
  bool due(double now, double delta) const;

  Agenda* agenda_;
  std::function<bool()> flows_alive_;
  std::function<bool()> flow_ends_queued_;
  std::function<bool()> deliver_flow_ends_;
  double asked_delta_ = never;
  bool yielded_to_flows_ = false;
  int idle_rounds_ = 0;

  static constexpr double never = -1.0;  // SimGrid's word for "no event"; stays in this file
};

}  // namespace tokenfab::engine

// SPDX-License-Identifier: Apache-2.0
// The autoscaler of one pool at run time: shows it the pool's load once per interval and carries
// out what it decides. While the pool has nothing to do and nothing to decide it sleeps.
#pragma once

#include <memory>

#include "sim/api/autoscaler.hpp"
#include "sim/scenario/service_runtime.hpp"

namespace tokenfab {

class AutoscalerRuntime : public engine::EventHandler {
 public:
  AutoscalerRuntime(std::unique_ptr<Autoscaler> autoscaler, engine::Agenda& agenda,
                    ServiceRuntime& service, PoolRuntime& pool);

  void start();
  void handle_event(Instant now) override;

 private:
  PoolLoad load_at(Instant now);

  std::unique_ptr<Autoscaler> autoscaler_;
  engine::Agenda& agenda_;
  ServiceRuntime& service_;
  PoolRuntime& pool_;
  engine::Agenda::Slot slot_;
  Duration interval_;
  std::uint64_t arrivals_seen_ = 0;
  std::uint64_t completions_seen_ = 0;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/autoscaler_runtime.hpp"

#include <algorithm>
#include <utility>

namespace tokenfab {

AutoscalerRuntime::AutoscalerRuntime(std::unique_ptr<Autoscaler> autoscaler, engine::Agenda& agenda,
                                     ServiceRuntime& service, PoolRuntime& pool)
    : autoscaler_(std::move(autoscaler)),
      agenda_(agenda),
      service_(service),
      pool_(pool),
      slot_(agenda.add(engine::EventPriority::Fault, *this)),
      interval_(Duration::from_seconds(autoscaler_->interval().si())) {}

void AutoscalerRuntime::start() {
  agenda_.schedule(slot_, Instant() + interval_);
  service_.when_held([this](Instant now) {
    // Nothing runs and nothing starts: somebody waits for the first replica.
    if (pool_.ready() + pool_.starting() == 0) {
      agenda_.schedule(slot_, now);
    }
  });
}

PoolLoad AutoscalerRuntime::load_at(Instant now) {
  PoolLoad load;
  load.now = now;
  load.ready = pool_.ready();
  load.starting = pool_.starting();
  load.waiting = pool_.waiting() + service_.held();
  load.running = pool_.running();
  load.sequence_slots = std::uint64_t{pool_.limits().max_num_seqs} * pool_.ready();
  load.kv_utilization = pool_.mean_kv_utilization(now);
  load.arrivals = service_.arrivals() - std::exchange(arrivals_seen_, service_.arrivals());
  const auto completed = pool_.result().requests.completed;
  load.completions = completed - std::exchange(completions_seen_, completed);
  return load;
}

void AutoscalerRuntime::handle_event(Instant now) {
  const auto& config = *pool_.plan().config;
  const PoolBounds bounds{static_cast<std::uint32_t>(config.replicas_min()),
                          static_cast<std::uint32_t>(config.replicas_max())};
  const auto wanted = std::clamp(autoscaler_->desired(load_at(now), bounds), bounds.replicas_min,
                                 bounds.replicas_max);
  pool_.scale_to(wanted, now);
  agenda_.schedule(slot_, now + interval_);
}

}  // namespace tokenfab

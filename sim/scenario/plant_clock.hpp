// SPDX-License-Identifier: Apache-2.0
// When the plants are solved: on an absolute grid of plant intervals while chips work or a plant is
// restless, at the plants' own events while anything is still to come, and where rows of the series
// end, which changes nothing.
#pragma once

#include <optional>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/scenario/site_plant.hpp"

namespace tokenfab {

class PlantClock : public engine::EventHandler {
 public:
  PlantClock(engine::Engine& engine, Duration interval, std::optional<Duration> series,
             SeriesSink* sink, std::vector<SitePlant*> plants);

  /// Something becomes busy at `now`: catches up with the idle stretch and starts ticking.
  void wake(Instant now);
  void handle_event(Instant now) override;
  /// The run ends at `now`.
  void finish(Instant now);

 private:
  void schedule(Instant now, bool is_busy);
  bool any(bool (SitePlant::*is_true)() const) const;
  void solve_until(Instant now);
  Instant grid_before(Instant date, Duration spacing) const;

  engine::Engine& engine_;
  Duration interval_;
  std::optional<Duration> series_;
  SeriesSink* sink_;
  std::vector<SitePlant*> plants_;
  engine::Agenda::Slot slot_;
  bool is_ticking_ = false;
  Instant solved_;
  Instant row_end_;  // of the last series row
};

}  // namespace tokenfab

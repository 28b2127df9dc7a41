// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/plant_clock.hpp"

#include <algorithm>
#include <utility>

namespace tokenfab {

PlantClock::PlantClock(engine::Engine& engine, Duration interval, std::optional<Duration> series,
                       SeriesSink* sink, std::vector<SitePlant*> plants)
    : engine_(engine),
      interval_(interval),
      series_(series),
      sink_(sink),
      plants_(std::move(plants)),
      slot_(engine.agenda().add(engine::EventPriority::Plant, *this)) {}

Instant PlantClock::grid_before(Instant date, Duration spacing) const {
  const auto cells = date.since_start().ticks() / spacing.ticks();
  return Instant(Duration::from_ticks(cells * spacing.ticks()));
}

void PlantClock::wake(Instant now) {
  if (is_ticking_) {
    return;
  }
  const auto cell = grid_before(now, interval_);
  if (cell > solved_) {
    solve_until(cell);
  }
  schedule(now, true);
}

void PlantClock::handle_event(Instant now) {
  solve_until(now);
  schedule(now, any(&SitePlant::any_busy));
}

bool PlantClock::any(bool (SitePlant::*is_true)() const) const {
  return std::any_of(plants_.begin(), plants_.end(),
                     [is_true](const SitePlant* plant) { return (plant->*is_true)(); });
}

void PlantClock::schedule(Instant now, bool is_busy) {
  // Where nothing else is to come, the plants' own events would keep the run alive for ever.
  const bool has_more_to_come =
      is_busy || engine_.agenda().next() || engine_.live_flows() > 0 || any(&SitePlant::comes_back);
  is_ticking_ = has_more_to_come && (is_busy || any(&SitePlant::is_restless));
  if (!has_more_to_come) {
    return;
  }
  std::optional<Instant> date;
  if (is_ticking_) {
    date = grid_before(now, interval_) + interval_;
  }
  for (const auto* plant : plants_) {
    const auto event = std::max(plant->next_event(), now);
    date = date ? std::min(*date, event) : event;
  }
  if (date) {
    engine_.agenda().schedule(slot_, *date);
  }
}

void PlantClock::solve_until(Instant now) {
  // An idle stretch is one solution, cut only where series rows end.
  while (series_ && row_end_ + *series_ <= now) {
    row_end_ += *series_;
    for (auto* plant : plants_) {
      plant->solve(row_end_);
      plant->write_row(row_end_, *sink_);
    }
  }
  for (auto* plant : plants_) {
    plant->solve(now);
  }
  solved_ = now;
}

void PlantClock::finish(Instant now) {
  const auto cell = grid_before(now, interval_);
  if (cell > solved_) {
    solve_until(cell);
  }
  solve_until(now);
  for (auto* plant : plants_) {
    if (series_ && row_end_ < now) {
      plant->write_row(now, *sink_);
    }
    plant->finish();
  }
}

}  // namespace tokenfab

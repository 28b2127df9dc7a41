// SPDX-License-Identifier: Apache-2.0
// What happens in a site's plant, as rows of events.csv: changes between two looks.
#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/site_plant.hpp"

namespace tokenfab {

void SitePlant::note(Instant now, EventKind kind, std::string subject, std::string detail) const {
  if (events_ != nullptr) {
    events_->add(now, {result_.name, ""}, kind, std::move(subject), std::move(detail));
  }
}

void SitePlant::note_change(bool& known, bool is_now, EventKind began, EventKind ended,
                            Instant now) const {
  if (known != is_now) {
    known = is_now;
    note(now, is_now ? began : ended);
  }
}

/// Grid and generators from `now` on, and the parts of the plant that stand still.
void SitePlant::note_sources(Instant now) {
  if (events_ == nullptr) {
    return;
  }
  note_change(noted_.is_without_grid, !supply_.has_grid(now), EventKind::GridOutageBegan,
              EventKind::GridOutageEnded, now);
  note_change(noted_.has_genset, supply_.genset_runs(now, supply_inputs(load_)),
              EventKind::GensetStarted, EventKind::GensetStopped, now);
  faults_.for_each_change(now, [&](const auto& name, const auto& fault, bool begins) {
    const auto& part = component_names()[static_cast<std::size_t>(fault.component)];
    note(now, begins ? EventKind::PlantFaultBegan : EventKind::PlantFaultEnded, name,
         fault.component == PlantComponent::Ups ? fmt::format("{}: {} units", part, fault.units)
                                                : fmt::format("{}: {} of it", part, fault.share));
  });
}

/// What the control wants, before heat is looked at.
void SitePlant::note_caps(Instant now) {
  if (events_ == nullptr) {
    return;
  }
  noted_.is_capped.resize(clocks_.size());
  for (std::size_t i = 0; i < clocks_.size(); ++i) {
    const bool is_capped = clocks_[i] < 1;
    if (is_capped != noted_.is_capped[i]) {
      noted_.is_capped[i] = is_capped;
      events_->add(now, {result_.name, it_.clusters()[i].name},
                   is_capped ? EventKind::CapBegan : EventKind::CapEnded, "",
                   is_capped ? fmt::format("clock {:.4g}", clocks_[i]) : "");
    }
  }
}

/// The clocks in force from `now` on.
void SitePlant::note_throttling(Instant now) {
  if (events_ == nullptr) {
    return;
  }
  const double clock = it_.mean_clock();
  const bool is_throttled = clock < 1;
  if (is_throttled != noted_.is_throttled) {
    noted_.is_throttled = is_throttled;
    const bool is_capped =
        std::find(noted_.is_capped.begin(), noted_.is_capped.end(), true) != noted_.is_capped.end();
    note(
        now, is_throttled ? EventKind::ThrottleBegan : EventKind::ThrottleEnded, "",
        is_throttled ? fmt::format("{}: clock {:.4g}", is_capped ? "control" : "heat", clock) : "");
  }
}

void SitePlant::note_blackout(Instant now, bool is_too_hot, bool has_tripped) const {
  if (is_too_hot) {
    note(now, EventKind::ThermalShutdown);
  }
  if (has_tripped) {
    note(now, EventKind::BreakerTripped);
  }
  note(now, EventKind::Blackout, "", is_too_hot || has_tripped ? "" : "no source");
}

}  // namespace tokenfab

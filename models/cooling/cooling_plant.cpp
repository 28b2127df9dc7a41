// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/cooling_plant.hpp"

#include <algorithm>
#include <array>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double horizon_s = 366 * 86400.0;  // of time_to_change: what settles later, never does

bool is_same(const Weather& a, const Weather& b) {
  return a.dry_bulb == b.dry_bulb && a.wet_bulb == b.wet_bulb && a.pressure_pa == b.pressure_pa;
}

bool is_same(const CoolingHealth& a, const CoolingHealth& b) {
  return a.chillers == b.chillers && a.heat_rejection == b.heat_rejection && a.pumps == b.pumps &&
         a.fans == b.fans;
}

void add_node(const NodePower& power, double span_s, CoolingOutcome& sum) {
  sum.fans += Watts(power.fans_w * span_s);
  sum.pumps += Watts(power.pumps_w * span_s);
  sum.chillers += Watts(power.chillers_w * span_s);
}

void add_cost(const RejectionCost& cost, double span_s, CoolingOutcome& sum) {
  sum.chillers += Watts(cost.chillers_w * span_s);
  sum.heat_rejection += Watts(cost.heat_rejection_w * span_s);
  sum.water += CubicMetres(cost.water_m3_s * span_s);
  sum.heat_rejected += Watts((cost.chillers_w + cost.heat_rejection_w) * span_s);
}

/// Dates at which one of the two curves turns, and the end.
struct Dates {
  int count = 0;
  std::array<double, 5> at{};
};

Dates turns_of(const ModalCurve& a, const ModalCurve& b, double end) {
  Dates dates;
  const auto first = a.turns(end);
  const auto second = b.turns(end);
  std::merge(first.at.begin(), first.at.begin() + first.count, second.at.begin(),
             second.at.begin() + second.count, dates.at.begin());
  dates.count = first.count + second.count;
  dates.at[dates.count++] = end;
  return dates;
}

}  // namespace

CoolingPlant::CoolingPlant(const PlantLayout& layout, const ThermalProtectionConfig& protection,
                           double auxiliary_share)
    : layout_(layout),
      protection_(protection),
      network_(layout.nodes),
      auxiliary_share_(auxiliary_share) {}

void CoolingPlant::size_for(Watts it_design) {
  CHECK(it_design > Watts(0), "cooling sized for {} W", it_design.si());
  it_design_ = it_design;
  auxiliary_w_ = auxiliary_share_ * it_design.si();
  size_equipment(it_design.si());
}

Watts CoolingPlant::power_design() const {
  CoolingInputs inputs;
  inputs.it_power = it_design_;
  inputs.liquid_heat = it_design_ * liquid_share_design();
  inputs.air_heat = it_design_ - inputs.liquid_heat;
  inputs.weather.dry_bulb = Celsius(35);
  inputs.weather.wet_bulb = Celsius(25);
  inputs.weather.relative_humidity = 0.44;  // of the two, at sea level
  const auto drive = drive_for(inputs);
  ThermalSegment second;
  second.span_s = 1;
  second.is_free.fill(!drive.is_steady);  // beyond its means everything runs flat out
  CoolingOutcome outcome;
  add(second, drive, outcome);
  return outcome.electric_power() + Watts(auxiliary_w_);
}

void CoolingPlant::prepare(const CoolingInputs& inputs) const {
  if (weather_ && is_same(*weather_, inputs.weather) && is_same(health_, inputs.health)) {
    return;
  }
  weather_ = inputs.weather;
  health_ = inputs.health;
  rejection_->prepare(inputs.weather, inputs.health);
}

CoolingPlant::Drive CoolingPlant::drive_for(const CoolingInputs& inputs) const {
  prepare(inputs);
  Drive drive;
  double carried = 0;
  const auto take_over = [&](int k) {
    PlantNode& node = drive.node[k];
    if (!inputs.is_powered) {
      PlantNode still;
      still.source_w = node.source_w;
      node = still;
    }
    drive.thermal.node[k] = {node.source_w, node.limit_w, node.slope_w_k, node.steady.sum(),
                             node.flat_out.sum()};
    carried += node.source_w + node.steady.sum();
  };
  for (int k = 1; k < layout_.nodes; ++k) {
    drive.node[k] = node_at(k, inputs);
    take_over(k);
  }
  drive.node[0] = root_at(inputs, carried);
  take_over(0);  // carried is now what heat rejection gets
  ThermalNodeInput& root = drive.thermal.node[0];
  if (inputs.is_powered) {
    const RejectionLimits limits = rejection_->limits(carried);
    const double beyond_pumps = limits.capacity_w - root.own_full_w;
    root.slope_w_k = limits.slope_w_k;
    if (beyond_pumps > root.limit_w) {
      root.slope_w_k *= root.limit_w / beyond_pumps;  // less water, as warm
    } else {
      root.limit_w = beyond_pumps;
    }
  }
  drive.flat_out_heat_w = root.limit_w + root.own_full_w;
  drive.is_steady = ThermalNetwork(layout_.nodes).is_steady(drive.thermal);
  if (inputs.is_powered) {
    if (drive.is_steady) {
      drive.steady = rejection_->cost(carried);
    }
    if (!drive.is_steady || !network_.is_at_set_points()) {
      drive.flat_out = rejection_->flat_out(carried);
    }
  }
  return drive;
}

/// Adds a segment's energies and water; means are taken once the stretch is whole.
void CoolingPlant::add(const ThermalSegment& segment, const Drive& drive,
                       CoolingOutcome& sum) const {
  bool is_steady = true;
  for (int k = 0; k < layout_.nodes; ++k) {
    const bool is_free = segment.is_free[k];
    is_steady = is_steady && !is_free;
    add_node(is_free ? drive.node[k].flat_out : drive.node[k].steady, segment.span_s, sum);
  }
  const auto& root = drive.thermal.node[0];
  const double rejected_j =
      segment.rejected_j + (segment.is_free[0] ? root.own_full_w : root.own_w) * segment.span_s;
  sum.heat_rejected += Watts(rejected_j);
  if (is_steady) {
    add_cost(drive.steady, segment.span_s, sum);
  } else if (segment.is_free[0]) {
    add_cost(drive.flat_out, segment.span_s, sum);
    const double more_j = rejected_j - drive.flat_out_heat_w * segment.span_s;
    sum.water += CubicMetres(rejection_->water_m3_j() * more_j);
  } else if (drive.flat_out_heat_w > 0) {
    add_cost(drive.flat_out, rejected_j / drive.flat_out_heat_w, sum);
  }
}

/// Powers in the steady state, per second.
CoolingOutcome CoolingPlant::rates(const Drive& drive) const {
  ThermalSegment second;
  second.span_s = 1;
  for (int k = 0; k < layout_.nodes; ++k) {
    second.rejected_j += drive.thermal.node[k].source_w;
    second.rejected_j += k == 0 ? 0 : drive.thermal.node[k].own_w;
  }
  CoolingOutcome outcome;
  add(second, drive, outcome);
  return outcome;
}

void CoolingPlant::watch(const ThermalSegment& segment, double chip_power_w) {
  const ModalCurve& chip = segment.excess[layout_.chip_node];
  const ModalCurve& room = segment.excess[layout_.room_node];
  const double chip_base = protection_.chip_degc(layout_.coolant.degrees(), chip_power_w);
  const Dates dates = turns_of(chip, room, segment.span_s);
  for (int i = 0; i < dates.count; ++i) {
    protection_.see(chip_base + chip.at(dates.at[i]),
                    layout_.room.degrees() + room.at(dates.at[i]));
  }
}

CoolingOutcome CoolingPlant::advance(Duration span, const CoolingInputs& inputs) {
  CHECK(span >= Duration(), "cooling advanced by {} s", span.seconds());
  const Drive drive = drive_for(inputs);
  const double span_s = span.seconds();
  chip_power_w_ = inputs.chip_power.si();
  const double chip = layout_.coolant.degrees() + network_.excess_k(layout_.chip_node);
  protection_.see(protection_.chip_degc(chip, chip_power_w_),
                  layout_.room.degrees() + network_.excess_k(layout_.room_node));
  if (rejection_->is_beyond()) {
    beyond_curves_ += span;
  }
  CoolingOutcome outcome;
  if (drive.is_steady && network_.is_at_set_points()) {
    outcome = rates(drive);
    outcome.water = outcome.water * span_s;
  } else if (span > Duration()) {
    network_.advance(span_s, drive.thermal, [&](const ThermalSegment& segment) {
      add(segment, drive, outcome);
      watch(segment, chip_power_w_);
      return true;
    });
    for (Watts* mean : {&outcome.chillers, &outcome.heat_rejection, &outcome.pumps, &outcome.fans,
                        &outcome.heat_rejected}) {
      *mean = *mean / span_s;
    }
  }
  outcome.other = Watts(inputs.is_powered ? auxiliary_w_ : 0);
  outcome.heat_rejected += outcome.other;
  return outcome;
}

std::optional<ThermalState> CoolingPlant::state() const {
  ThermalState state;
  state.coolant = layout_.coolant + Kelvins(network_.excess_k(layout_.chip_node));
  state.room = layout_.room + Kelvins(network_.excess_k(layout_.room_node));
  state.chip = Celsius(protection_.chip_degc(state.coolant.degrees(), chip_power_w_));
  state.clock_limit = protection_.clock_limit();
  state.is_too_hot = protection_.is_too_hot();
  return state;
}

std::optional<Duration> CoolingPlant::time_to_change(const CoolingInputs& inputs) const {
  const double chip_base = protection_.chip_degc(layout_.coolant.degrees(), inputs.chip_power.si());
  const double room_base = layout_.room.degrees();
  ThermalProtection protection = protection_;
  const auto has_changed = [&] {
    return protection.clock_limit() != protection_.clock_limit() ||
           protection.is_too_hot() != protection_.is_too_hot();
  };
  protection.see(chip_base + network_.excess_k(layout_.chip_node),
                 room_base + network_.excess_k(layout_.room_node));
  if (has_changed()) {
    return Duration();
  }
  const Drive drive = drive_for(inputs);
  if (drive.is_steady && network_.is_at_set_points()) {
    return std::nullopt;
  }
  double elapsed = 0;
  ThermalNetwork network = network_;
  network.advance(horizon_s, drive.thermal, [&](const ThermalSegment& segment) {
    ModalCurve chip = segment.excess[layout_.chip_node];
    ModalCurve room = segment.excess[layout_.room_node];
    double left = segment.span_s;
    // Not every crossing shows: chips that are too hot may wait for the room.
    while (const auto next = protection.first_change(chip, chip_base, room, room_base, left)) {
      elapsed += *next;
      left -= *next;
      chip = chip.from(*next);
      room = room.from(*next);
      protection.see(chip_base + chip.start, room_base + room.start);
      if (has_changed()) {
        return false;
      }
    }
    elapsed += left;
    return true;
  });
  return has_changed() ? std::optional(Duration::from_seconds(elapsed)) : std::nullopt;
}

}  // namespace tokenfab

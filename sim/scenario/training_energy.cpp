// SPDX-License-Identifier: Apache-2.0
// What a training job draws within its steps: phases of different power, exact to the tick.
#include <algorithm>

#include "models/chip/clock.hpp"
#include "sim/scenario/training_work.hpp"

namespace tokenfab {

/// Of the steps to come; the one under way keeps its length and its powers.
void TrainingWork::set_phases(Instant now) {
  const bool is_in_step = run_->state() == RunState::Training && run_->step_begin() < now;
  const auto step_end = run_->step_begin() + run_->step_under_way();
  if (!is_in_step) {
    old_until_ = now;
  } else if (old_until_ != step_end) {
    old_phases_ = phases_;
    old_until_ = step_end;
  }
  const auto& node = setup_.plan->cluster().node;
  const auto chip = at_clock(node.chip, clock_);
  const double chips = static_cast<double>(active_chips_);
  const auto power = [&](double level) {
    return microwatts(chips * (chip.power_span() * level + node.host_power_per_chip()).si());
  };
  phases_ = {{step_.phases.compute, power(chip.power_level.matmul)},
             {step_.phases.memory, power(chip.power_level.weights)},
             {step_.phases.communication, power(chip.power_level.communication)}};
}

Int128 TrainingWork::energy_of_step(const std::vector<Phase>& phases, Duration part,
                                    Duration whole) {
  Int128 energy = 0;
  double share = 0;
  Duration begin;
  for (const auto& phase : phases) {
    share += phase.share;
    const auto end = &phase == &phases.back()
                         ? whole
                         : Duration::from_seconds(whole.seconds() * std::min(1.0, share));
    energy += (std::clamp(part, begin, end) - begin).ticks() * phase.power_uw;
    begin = end;
  }
  return energy;
}

/// From the begin of the step under way on.
Int128 TrainingWork::energy_since_step(Duration since) const {
  const auto first = run_->step_under_way();
  const auto& first_phases = run_->step_begin() + first == old_until_ ? old_phases_ : phases_;
  if (since <= first) {
    return energy_of_step(first_phases, since, first);
  }
  const auto step = run_->step_to_come();
  const auto rest = since - first;
  const auto steps = static_cast<std::int64_t>(rest.ticks() / step.ticks());
  return energy_of_step(first_phases, first, first) +
         Int128{steps} * energy_of_step(phases_, step, step) +
         energy_of_step(phases_, rest - step * steps, step);
}

void TrainingWork::count_energy(Instant now) {
  if (now <= energy_at_) {
    return;
  }
  if (run_->state() == RunState::Training) {
    const auto begin = run_->step_begin();
    energy_ +=
        energy_since_step(now - begin) - energy_since_step(std::max(energy_at_, begin) - begin);
  }
  energy_at_ = now;
}

Int128 TrainingWork::profile_energy(Instant now) {
  count_energy(now);
  return energy_;
}

}  // namespace tokenfab

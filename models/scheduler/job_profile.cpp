// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_profile.hpp"

#include <algorithm>

namespace tokenfab {

void JobProfile::start(Instant now, ChipParts parts) { steps_.assign(1, {now, parts}); }

/// The step that holds at the date.
std::size_t JobProfile::step_at(Instant date) const {
  const auto after =
      std::upper_bound(steps_.begin(), steps_.end(), date,
                       [](Instant key, const Step& step) { return key < step.from; });
  return after == steps_.begin() ? 0 : static_cast<std::size_t>(after - steps_.begin()) - 1;
}

void JobProfile::forget_before(Instant now) {
  const std::size_t current = step_at(now);
  steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(current));
  steps_.front().from = std::max(steps_.front().from, now);
}

/// The step that begins at the date, made if there is none.
std::size_t JobProfile::cut(Instant date) {
  const std::size_t current = step_at(date);
  if (steps_[current].from == date) {
    return current;
  }
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(current) + 1,
                {date, steps_[current].free});
  return current + 1;
}

void JobProfile::add(Instant begin, Instant end, ChipParts parts) {
  const std::size_t first = cut(begin);
  const std::size_t last = cut(end);
  for (std::size_t i = first; i < last; ++i) {
    steps_[i].free += parts;
  }
  // Steps that no longer differ would pile up.
  for (const std::size_t i : {last, first}) {
    if (i > 0 && steps_[i].free == steps_[i - 1].free) {
      steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

std::optional<Instant> JobProfile::first_with(Instant now, ChipParts parts, Duration length) const {
  std::optional<Instant> begin;
  for (std::size_t i = step_at(now); i < steps_.size(); ++i) {
    if (steps_[i].free < parts) {
      begin.reset();
      continue;
    }
    if (!begin) {
      begin = std::max(now, steps_[i].from);
    }
    if (i + 1 < steps_.size() && steps_[i + 1].from - *begin >= length) {
      return begin;
    }
  }
  return begin;
}

}  // namespace tokenfab

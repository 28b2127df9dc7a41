// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/rolling_update.hpp"

#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {

void RollingUpdate::begin(Instant now, std::uint32_t max_unavailable,
                          std::function<void(Instant)> done) {
  CHECK(max_unavailable > 0, "an update that takes no replica down never ends");
  max_unavailable_ = max_unavailable;
  when_done_.push_back(std::move(done));
  look_again(now);
}

void RollingUpdate::look_again(Instant now) {
  if (!when_done_.empty()) {
    agenda_.schedule(slot_, now);
  }
}

void RollingUpdate::handle_event(Instant now) {
  std::uint32_t updating = 0;
  for (std::uint32_t i = 0; i < fleet_.replicas(); ++i) {
    updating += fleet_.update_stage(i) == UpdateStage::Updating ? 1 : 0;
  }
  bool is_done = true;
  for (std::uint32_t i = 0; i < fleet_.replicas(); ++i) {
    if (fleet_.update_stage(i) == UpdateStage::Stale && updating < max_unavailable_) {
      fleet_.update(i, now);
      ++updating;
    }
    is_done = is_done && fleet_.update_stage(i) == UpdateStage::Current;
  }
  if (is_done) {
    for (const auto& done : std::exchange(when_done_, {})) {
      done(now);
    }
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/interval_extremes.hpp"

#include <algorithm>

namespace tokenfab {

void IntervalExtremes::count(Watts used, Watts import) {
  peak_used_ = has_counted_ ? std::max(peak_used_, used) : used;
  min_used_ = has_counted_ ? std::min(min_used_, used) : used;
  peak_import_ = has_counted_ ? std::max(peak_import_, import) : import;
  has_counted_ = true;
}

void IntervalExtremes::add(Instant until, Watts used, Watts import) {
  while (metered_ < until) {
    const auto whole = (until - cell_began_).ticks() / interval_.ticks();
    if (metered_ == cell_began_ && whole > 0) {
      count(used, import);
      metered_ = cell_began_ += Duration::from_ticks(whole * interval_.ticks());
      continue;
    }
    const auto cell_end = cell_began_ + interval_;
    const auto end = std::min(until, cell_end);
    const Seconds span((end - metered_).seconds());
    used_ += used * span;
    import_ += import * span;
    metered_ = end;
    if (end == cell_end) {
      const Seconds interval(interval_.seconds());
      count(used_ / interval, import_ / interval);
      cell_began_ = end;
      used_ = import_ = Joules(0);
    }
  }
}

void IntervalExtremes::finish() {
  const Seconds span((metered_ - cell_began_).seconds());
  if (!has_counted_ && span > Seconds(0)) {
    count(used_ / span, import_ / span);
  }
}

}  // namespace tokenfab

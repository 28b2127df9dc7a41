// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/event_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tokenfab {

void EventLog::add(Instant at, EventPlace place, EventKind kind, std::string subject,
                   std::string detail) {
  if (last_ && at >= *last_) {
    ++left_out_;
    return;
  }
  rows_.push_back({at, added_++, place, kind, std::move(subject), std::move(detail)});
  if (rows_.size() >= 2 * rows_max_) {
    keep_earliest();
  }
}

void EventLog::keep_earliest() {
  if (rows_.size() <= rows_max_) {
    return;
  }
  const auto last = rows_.begin() + static_cast<std::ptrdiff_t>(rows_max_) - 1;
  std::nth_element(rows_.begin(), last, rows_.end());
  last_ = last->at;
  left_out_ += rows_.size() - rows_max_;
  rows_.erase(last + 1, rows_.end());
}

void EventLog::write(EventSink& sink) {
  keep_earliest();
  std::sort(rows_.begin(), rows_.end());
  for (const auto& row : rows_) {
    sink.event({row.at, row.place.site, row.place.cluster, row.kind, row.subject, row.detail});
  }
  if (left_out_ > 0) {
    const auto detail = fmt::format("{} more", left_out_);
    sink.event({rows_.back().at, "", "", EventKind::Truncated, "", detail});
  }
}

}  // namespace tokenfab

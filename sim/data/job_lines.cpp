// SPDX-License-Identifier: Apache-2.0
#include "sim/data/job_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/problems_of_rows.hpp"

namespace tokenfab {

bool JobLines::next(JobRow& row) {
  if (!sorts_) {
    return read(row);
  }
  if (!std::exchange(is_read_, true)) {
    read_all();
  }
  if (given_ == sorted_.size()) {
    return false;
  }
  row = std::move(sorted_[given_++]);
  return true;
}

bool JobLines::read(JobRow& row) {
  while (next_row_line(has_job_)) {
    // A bad row counts as a job: it is one problem, and "no jobs" would be a second one.
    const bool had_job = std::exchange(has_job_, true);
    row = JobRow();
    row.id = ++rows_;
    const std::string_view reason = parse(line(), row);
    has_job_ = had_job || reason.empty();
    check_order(row.submit);
    if (reason.empty()) [[likely]] {
      return true;
    }
    ++dropped_[std::string(reason)];
  }
  end_rows();
  return false;
}

/// Compared with the row just before: one jump ahead is one problem, not many.
void JobLines::check_order(Duration submit) {
  const Duration step = submit - std::exchange(previous_submit_, submit);
  if (step < Duration() && !sorts_) [[unlikely]] {
    reject(fmt::format("the row {} is submitted {} s before the row above it, expected rows in "
                       "order of submission (equal times are fine)",
                       quote(line()), (-step).seconds()),
           "sort the file by submission");
  }
}

void JobLines::read_all() {
  std::vector<Problem> problems;
  JobRow row;
  for (bool more = true; more && problems.size() < max_problems;) {
    try {
      while ((more = read(row))) {
        if (sorted_.size() == max_sorted_rows) {
          more = false;
          reject(fmt::format("the trace has more than {} jobs", max_sorted_rows));
        }
        sorted_.push_back(row);
      }
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) {
    sorted_.clear();
    throw DataError(std::move(problems));
  }
  std::stable_sort(sorted_.begin(), sorted_.end(),
                   [](const JobRow& a, const JobRow& b) { return a.submit < b.submit; });
}

/// A trace must hold a job.
void JobLines::end_rows() {
  if (std::exchange(ended_, true) || has_job_) {
    return;
  }
  reject_at(line_number(),
            rows_ == 0 ? std::string("the trace has no rows")
                       : fmt::format("none of the {} rows is a job to play", rows_),
            "");
}

Duration JobLines::seconds(std::string_view column, std::string_view field) const {
  const auto time = parse_seconds(field);
  if (!time) [[unlikely]] {
    reject_field(column, field, fmt::format("decimal seconds from 0 to {}", max_arrival_seconds));
  }
  return *time;
}

std::uint32_t JobLines::chips(std::string_view column, std::string_view field) const {
  const auto count = parse_whole(field, max_job_chips);
  if (!count) [[unlikely]] {
    reject_field(column, field, fmt::format("a whole number from 0 to {}", max_job_chips));
  }
  return *count;
}

}  // namespace tokenfab

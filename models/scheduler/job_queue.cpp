// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_queue.hpp"

#include <algorithm>
#include <bit>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t leaves_min = 16;

}  // namespace

std::size_t JobQueue::place_of(JobIndex job) const {
  return static_cast<std::size_t>(std::lower_bound(jobs_.begin(), jobs_.end(), job) -
                                  jobs_.begin());
}

void JobQueue::add(JobIndex job, ChipParts parts, Duration estimate) {
  const bool is_last = jobs_.empty() || job > jobs_.back();
  if (is_last && jobs_.size() < leaves_) {
    jobs_.push_back(job);
  } else if (is_last || jobs_[place_of(job)] != job) {
    rebuild(job);
  }
  const std::size_t place = place_of(job);
  CHECK(!is_present(place), "job {} waits already", job);
  set(place, {parts, estimate});
  ++count_;
}

void JobQueue::remove(JobIndex job) {
  const std::size_t place = place_of(job);
  CHECK(place < jobs_.size() && jobs_[place] == job && is_present(place), "job {} does not wait",
        job);
  set(place, {});
  --count_;
}

void JobQueue::set(std::size_t place, const Least& least) {
  std::size_t node = leaves_ + place;
  tree_[node] = least;
  while (node > 1) {
    node /= 2;
    const Least& left = tree_[2 * node];
    const Least& right = tree_[2 * node + 1];
    tree_[node] = {std::min(left.parts, right.parts), std::min(left.estimate, right.estimate)};
  }
}

/// Places for the jobs that wait, for `job`, and for as many again.
void JobQueue::rebuild(JobIndex job) {
  std::vector<JobIndex> kept;
  std::vector<Least> values;
  const auto keep_job = [&] {
    kept.push_back(job);
    values.emplace_back();
  };
  bool is_kept = false;
  for (std::size_t place = 0; place < jobs_.size(); ++place) {
    if (is_present(place)) {
      if (!is_kept && jobs_[place] > job) {
        keep_job();
        is_kept = true;
      }
      kept.push_back(jobs_[place]);
      values.push_back(tree_[leaves_ + place]);
    }
  }
  if (!is_kept) {
    keep_job();
  }
  jobs_ = std::move(kept);
  leaves_ = std::max(leaves_min, std::bit_ceil(2 * jobs_.size()));
  tree_.assign(2 * leaves_, {});
  std::copy(values.begin(), values.end(), tree_.begin() + static_cast<std::ptrdiff_t>(leaves_));
  for (std::size_t node = leaves_ - 1; node > 0; --node) {
    const Least& left = tree_[2 * node];
    const Least& right = tree_[2 * node + 1];
    tree_[node] = {std::min(left.parts, right.parts), std::min(left.estimate, right.estimate)};
  }
}

std::optional<JobIndex> JobQueue::next(JobIndex from, const QueueLimits& limits) const {
  if (count_ == 0) {
    return std::nullopt;
  }
  const auto place = find(1, 0, leaves_, from == 0 ? 0 : place_of(from), limits);
  return place ? std::optional(jobs_[*place]) : std::nullopt;
}

std::optional<std::size_t> JobQueue::find(std::size_t node, std::size_t low, std::size_t width,
                                          std::size_t from, const QueueLimits& limits) const {
  const Least& least = tree_[node];
  // An absent job is larger than any limit, unless that is none at all.
  if (low + width <= from || least.parts == std::numeric_limits<ChipParts>::max() ||
      !limits.admits(least.parts, least.estimate)) {
    return std::nullopt;
  }
  if (width == 1) {
    return low;
  }
  const std::size_t half = width / 2;
  if (const auto found = find(2 * node, low, half, from, limits)) {
    return found;
  }
  return find(2 * node + 1, low + half, half, from, limits);
}

}  // namespace tokenfab

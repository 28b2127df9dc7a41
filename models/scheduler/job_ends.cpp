// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_ends.hpp"

#include <algorithm>
#include <tuple>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t block_ends_max = 128;

}  // namespace

/// The last block that begins at this end or before it; 0 if none does.
std::size_t JobEnds::block_of(Instant end, JobIndex job) const {
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), std::tuple(end, job),
                       [](const auto& key, const Block& block) {
                         return key < std::tuple(block.ends.front().date, block.ends.front().job);
                       });
  return after == blocks_.begin() ? 0 : static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

void JobEnds::add(Instant end, JobIndex job, ChipParts parts) {
  if (blocks_.empty()) {
    blocks_.push_back({{{end, job, parts}}, parts});
    return;
  }
  const std::size_t at = block_of(end, job);
  Block& block = blocks_[at];
  const auto place = std::upper_bound(
      block.ends.begin(), block.ends.end(), std::tuple(end, job),
      [](const auto& key, const End& other) { return key < std::tuple(other.date, other.job); });
  block.ends.insert(place, {end, job, parts});
  block.sum += parts;
  if (block.ends.size() <= block_ends_max) {
    return;
  }
  Block upper;
  const auto middle = block.ends.begin() + static_cast<std::ptrdiff_t>(block_ends_max / 2);
  upper.ends.assign(middle, block.ends.end());
  block.ends.erase(middle, block.ends.end());
  for (const End& moved : upper.ends) {
    upper.sum += moved.parts;
  }
  block.sum -= upper.sum;
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
}

void JobEnds::remove(Instant end, JobIndex job) {
  CHECK(!blocks_.empty(), "job {} does not run", job);
  const std::size_t at = block_of(end, job);
  Block& block = blocks_[at];
  const auto place = std::lower_bound(
      block.ends.begin(), block.ends.end(), std::tuple(end, job),
      [](const End& other, const auto& key) { return std::tuple(other.date, other.job) < key; });
  CHECK(place != block.ends.end() && place->job == job, "job {} does not run", job);
  block.sum -= place->parts;
  block.ends.erase(place);
  if (block.ends.empty()) {
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

std::optional<JobEnds::Release> JobEnds::first_with(ChipParts needed) const {
  Release release;
  bool is_found = false;
  for (const Block& block : blocks_) {
    if (!is_found && release.parts + block.sum < needed) {
      release.parts += block.sum;
      continue;
    }
    for (const End& end : block.ends) {
      if (is_found && end.date > release.date) {
        return release;
      }
      release.parts += end.parts;
      if (!is_found && release.parts >= needed) {
        is_found = true;
        release.date = end.date;
      }
    }
  }
  return is_found ? std::optional(release) : std::nullopt;
}

}  // namespace tokenfab

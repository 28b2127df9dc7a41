// SPDX-License-Identifier: Apache-2.0
#include "sim/core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace tokenfab {
namespace {

// Longer names are no typing mistakes, and the distance costs the product of the lengths.
constexpr std::size_t max_name_length = 64;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return lower;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> known) {
  if (name.empty() || name.size() > max_name_length) {
    return std::nullopt;
  }
  const std::string lower_name = lower_case(name);
  const std::size_t allowed = std::max<std::size_t>(1, name.size() / 3);
  const std::string* best = nullptr;
  std::pair<std::size_t, std::size_t> best_distance{allowed + 1, 0};
  for (const auto& candidate : known) {
    if (candidate.empty() || candidate.size() > max_name_length) {
      continue;
    }
    const std::size_t ignoring_case = edit_distance(lower_name, lower_case(candidate));
    if (ignoring_case >= std::max(name.size(), candidate.size())) {
      continue;  // nothing in common
    }
    const std::pair distance{ignoring_case, edit_distance(name, candidate)};
    if (distance < best_distance) {
      best_distance = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
  const auto nearest = nearest_name(name, known);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest) : std::string();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Quantiles of durations in bounded memory. What it answers depends on the multiset of values
// only: not on their order, nor on how a progression was split, nor on how sketches were merged.
// Below a million values the quantiles are exact; from there on every value counts in a fixed
// integer bin (1024 per octave of femtoseconds) and a quantile is within 1/1024 of the exact one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/instant.hpp"

namespace tokenfab {

/// Values are not negative; the sum over all of them stays below 2^126 fs (2.7e15 years).
class QuantileSketch {
 public:
  /// At this many values (weights included) the sketch turns from records to bins.
  static constexpr std::uint64_t binned_count_min = 1'000'000;

  void add(Duration value, std::uint64_t weight = 1);
  /// first, first + step, ... (count values), each `weight` times. The step may be negative or 0.
  /// Costs O(bins touched), or O(1) below binned_count_min.
  void add_progression(Duration first, Duration step, std::uint64_t count,
                       std::uint64_t weight = 1);
  void merge(const QuantileSketch& other);

  std::uint64_t count() const { return count_; }
  Int128 sum_ticks() const { return sum_; }
  /// 0 when empty.
  double mean_s() const;
  std::optional<Duration> min() const;
  std::optional<Duration> max() const;

  /// The value at position q (count - 1) of the sorted values, linear between neighbours (numpy's
  /// default); 0 <= q <= 1. Below binned_count_min a call takes O(count()): ask for several at
  /// once.
  std::optional<double> quantile_s(double q) const;
  /// One answer per q, in their order; empty when the sketch is.
  std::vector<double> quantiles_s(std::span<const double> qs) const;

 private:
  /// Ascending. 24 bytes when ticks fit into 64 bits; a record holds at least one of fewer than
  /// binned_count_min values, so there are never more than 24 MB (48 MB beyond 9223 s) of them.
  template <class Tick>
  struct Progression {
    Tick first;
    Tick step;
    std::uint32_t count;
    std::uint32_t weight;
  };

  bool is_binned() const { return count_ >= binned_count_min; }
  void account(Int128 low, Int128 high, Int128 sum, std::uint64_t count);
  void fold();
  void cover(std::uint32_t first_bin, std::uint32_t last_bin);
  template <class Tick>
  void add_to_bins(Tick low, Tick high, Tick step, std::uint64_t count, std::uint64_t weight);
  template <class Tick>
  std::vector<Tick> ranked(std::span<const double> qs) const;
  double binned_ticks_at(std::uint64_t rank) const;

  std::uint64_t count_ = 0;
  Int128 sum_ = 0;
  Int128 min_ = 0;
  Int128 max_ = 0;
  std::vector<Progression<std::int64_t>> narrow_;
  std::vector<Progression<Int128>> wide_;  // those that reach 2^63 ticks
  std::vector<std::uint64_t> bins_;
  std::uint32_t bins_begin_ = 0;  // the number of the bin at bins_[0]
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/core/quantile_sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {

namespace {

// Bins are log-linear: below 2^11 ticks each tick has its own; above, each octave [2^e, 2^(e+1))
// is cut into 1024 of equal width. A bin is thus never wider than 1/1024 of its lowest value.
constexpr int sub_bits = 10;
constexpr std::uint32_t bins_per_octave = 1u << sub_bits;

int bit_width(std::uint64_t x) { return static_cast<int>(std::bit_width(x)); }
int bit_width(UInt128 x) {
  const auto high = static_cast<std::uint64_t>(x >> 64);
  return high != 0 ? 64 + bit_width(high) : bit_width(static_cast<std::uint64_t>(x));
}

template <class Tick>
std::uint32_t bin_of(Tick value) {
  const int shift = std::max(0, bit_width(value) - sub_bits - 1);
  return (static_cast<std::uint32_t>(shift) << sub_bits) +
         static_cast<std::uint32_t>(value >> shift);
}

int shift_of(std::uint32_t bin) { return std::max(0, static_cast<int>(bin >> sub_bits) - 1); }

template <class Tick>
Tick lowest_in(std::uint32_t bin) {
  const int shift = shift_of(bin);
  return Tick{bin - (static_cast<std::uint32_t>(shift) << sub_bits)} << shift;
}

template <class Tick>
Tick highest_in(std::uint32_t bin) {
  return lowest_in<Tick>(bin) + (Tick{1} << shift_of(bin)) - 1;
}

bool is_narrow(Int128 ticks) { return static_cast<std::uint64_t>(ticks >> 63) == 0; }

std::uint64_t product(std::uint64_t count, std::uint64_t weight) {
  std::uint64_t result = 0;
  const bool overflows = __builtin_mul_overflow(count, weight, &result);
  CHECK(!overflows, "{} values of weight {}", count, weight);
  return result;
}

/// Calls ticks_at(rank) for the one or two ranks around position q (count - 1).
template <class TicksAt>
double interpolated_s(double q, std::uint64_t count, const TicksAt& ticks_at) {
  const double position = q * static_cast<double>(count - 1);
  // Beyond 2^53 values the product may round up past the last one.
  const std::uint64_t rank = std::min(static_cast<std::uint64_t>(position), count - 1);
  const double low = ticks_at(rank);
  const double fraction = position - static_cast<double>(rank);
  const double high = fraction > 0 ? ticks_at(rank + 1) : low;
  return (low + fraction * (high - low)) / static_cast<double>(Duration::ticks_per_second);
}

}  // namespace

void QuantileSketch::account(Int128 low, Int128 high, Int128 sum, std::uint64_t count) {
  CHECK(low >= 0, "value {} s", Duration::from_ticks(low).seconds());
  min_ = count_ == 0 ? low : std::min(min_, low);
  max_ = std::max(max_, high);
  sum_ += sum;
  const bool was_binned = is_binned();
  const bool overflows = __builtin_add_overflow(count_, count, &count_);
  CHECK(!overflows, "count {}", count_);
  if (!was_binned && is_binned()) {
    fold();
  }
}

void QuantileSketch::add(Duration value, std::uint64_t weight) {
  if (weight == 0) {
    return;
  }
  const Int128 ticks = value.ticks();
  account(ticks, ticks, ticks * weight, weight);
  if (is_binned()) {
    const std::uint32_t bin = is_narrow(ticks) ? bin_of(static_cast<std::uint64_t>(ticks))
                                               : bin_of(static_cast<UInt128>(ticks));
    cover(bin, bin);
    bins_[bin - bins_begin_] += weight;
  } else if (is_narrow(ticks)) {
    narrow_.push_back({static_cast<std::int64_t>(ticks), 0, 1, static_cast<std::uint32_t>(weight)});
  } else {
    wide_.push_back({ticks, 0, 1, static_cast<std::uint32_t>(weight)});
  }
}

void QuantileSketch::add_progression(Duration first, Duration step, std::uint64_t count,
                                     std::uint64_t weight) {
  if (count == 0 || weight == 0) {
    return;
  }
  if (count == 1 || step == Duration{}) {
    return add(first, product(count, weight));
  }
  Int128 low = first.ticks();
  Int128 stride = step.ticks();
  Int128 high = low + stride * (count - 1);
  if (stride < 0) {
    std::swap(low, high);
    stride = -stride;
  }
  // Always even: either count is, or low + high = 2 low + stride (count - 1) is.
  account(low, high, ((low + high) * count >> 1) * weight, product(count, weight));
  if (is_binned()) {
    if (is_narrow(high)) {
      add_to_bins(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high),
                  static_cast<std::uint64_t>(stride), count, weight);
    } else {
      add_to_bins(static_cast<UInt128>(low), static_cast<UInt128>(high),
                  static_cast<UInt128>(stride), count, weight);
    }
  } else if (is_narrow(high)) {
    narrow_.push_back({static_cast<std::int64_t>(low), static_cast<std::int64_t>(stride),
                       static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(weight)});
  } else {
    wide_.push_back(
        {low, stride, static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(weight)});
  }
}

void QuantileSketch::merge(const QuantileSketch& other) {
  if (other.count_ == 0) {
    return;
  }
  if (&other == this) {
    return merge(QuantileSketch(other));
  }
  account(other.min_, other.max_, other.sum_, other.count_);
  narrow_.insert(narrow_.end(), other.narrow_.begin(), other.narrow_.end());
  wide_.insert(wide_.end(), other.wide_.begin(), other.wide_.end());
  if (is_binned()) {
    fold();
  }
  if (!other.bins_.empty()) {
    cover(other.bins_begin_,
          other.bins_begin_ + static_cast<std::uint32_t>(other.bins_.size()) - 1);
    for (std::size_t i = 0; i < other.bins_.size(); ++i) {
      bins_[other.bins_begin_ - bins_begin_ + i] += other.bins_[i];
    }
  }
}

/// Moves the records into bins.
void QuantileSketch::fold() {
  for (const auto& p : std::exchange(narrow_, {})) {
    const auto low = static_cast<std::uint64_t>(p.first);
    const auto step = static_cast<std::uint64_t>(p.step);
    add_to_bins(low, low + step * (p.count - 1), step, p.count, p.weight);
  }
  for (const auto& p : std::exchange(wide_, {})) {
    const auto low = static_cast<UInt128>(p.first);
    const auto step = static_cast<UInt128>(p.step);
    add_to_bins(low, low + step * (p.count - 1), step, p.count, p.weight);
  }
}

/// Makes bins_ hold the given range, in whole octaves.
void QuantileSketch::cover(std::uint32_t first_bin, std::uint32_t last_bin) {
  const auto end = bins_begin_ + static_cast<std::uint32_t>(bins_.size());
  if (first_bin >= bins_begin_ && last_bin < end) [[likely]] {
    return;
  }
  std::uint32_t new_begin = first_bin / bins_per_octave * bins_per_octave;
  std::uint32_t new_end = (last_bin / bins_per_octave + 1) * bins_per_octave;
  if (!bins_.empty()) {
    new_begin = std::min(new_begin, bins_begin_);
    new_end = std::max(new_end, end);
  }
  std::vector<std::uint64_t> wider(new_end - new_begin);
  std::copy(bins_.begin(), bins_.end(),
            wider.begin() + (bins_.empty() ? 0 : bins_begin_ - new_begin));
  bins_ = std::move(wider);
  bins_begin_ = new_begin;
}

template <class Tick>
void QuantileSketch::add_to_bins(Tick low, Tick high, Tick step, std::uint64_t count,
                                 std::uint64_t weight) {
  std::uint32_t bin = bin_of(low);
  const std::uint32_t last_bin = bin_of(high);
  cover(bin, last_bin);
  while (bin != last_bin) {
    const Tick room = highest_in<Tick>(bin) - low;
    const std::uint64_t here = room < step ? 1 : static_cast<std::uint64_t>(room / step) + 1;
    bins_[bin - bins_begin_] += here * weight;
    count -= here;
    low += here * step;
    bin = bin_of(low);
  }
  bins_[bin - bins_begin_] += count * weight;
}

double QuantileSketch::mean_s() const {
  return count_ == 0 ? 0.0
                     : static_cast<double>(sum_) / static_cast<double>(count_) /
                           static_cast<double>(Duration::ticks_per_second);
}

std::optional<Duration> QuantileSketch::min() const {
  return count_ == 0 ? std::nullopt : std::optional(Duration::from_ticks(min_));
}

std::optional<Duration> QuantileSketch::max() const {
  return count_ == 0 ? std::nullopt : std::optional(Duration::from_ticks(max_));
}

std::optional<double> QuantileSketch::quantile_s(double q) const {
  const auto result = quantiles_s({&q, 1});
  return result.empty() ? std::nullopt : std::optional(result.front());
}

std::vector<double> QuantileSketch::quantiles_s(std::span<const double> qs) const {
  std::vector<double> result;
  for (const double q : qs) {
    CHECK(q >= 0 && q <= 1, "q {}", q);
  }
  if (count_ == 0) {
    return result;
  }
  const auto answer = [&](const auto& ticks_at) {
    for (const double q : qs) {
      result.push_back(interpolated_s(q, count_, ticks_at));
    }
  };
  if (is_binned()) {
    answer([this](std::uint64_t rank) { return binned_ticks_at(rank); });
  } else if (wide_.empty()) {
    answer([values = ranked<std::int64_t>(qs)](std::uint64_t rank) {
      return static_cast<double>(values[rank]);
    });
  } else {
    answer([values = ranked<Int128>(qs)](std::uint64_t rank) {
      return static_cast<double>(values[rank]);
    });
  }
  return result;
}

/// All values one by one, fewer than binned_count_min of them; those that the quantiles need stand
/// where sorting would put them.
template <class Tick>
std::vector<Tick> QuantileSketch::ranked(std::span<const double> qs) const {
  std::vector<Tick> values;
  values.reserve(count_);
  const auto expand = [&values](const auto& progressions) {
    for (const auto& p : progressions) {
      for (std::uint32_t i = 0; i < p.count; ++i) {
        values.insert(values.end(), p.weight, static_cast<Tick>(p.first + p.step * i));
      }
    }
  };
  expand(narrow_);
  expand(wide_);
  std::vector<std::ptrdiff_t> ranks;
  for (const double q : qs) {
    const auto low = static_cast<std::ptrdiff_t>(q * static_cast<double>(count_ - 1));
    ranks.push_back(low);
    ranks.push_back(std::min(low + 1, static_cast<std::ptrdiff_t>(count_) - 1));
  }
  std::sort(ranks.begin(), ranks.end());
  auto begin = values.begin();
  for (const auto rank : ranks) {
    const auto place = values.begin() + rank;
    if (place >= begin) {
      std::nth_element(begin, place, values.end());
      begin = place + 1;
    }
  }
  return values;
}

/// The values of a bin are taken as spread evenly over it; the smallest and largest are known.
double QuantileSketch::binned_ticks_at(std::uint64_t rank) const {
  if (rank == 0 || rank == count_ - 1) {
    return static_cast<double>(rank == 0 ? min_ : max_);
  }
  std::size_t i = 0;
  while (rank >= bins_[i]) {
    rank -= bins_[i++];
  }
  const auto bin = bins_begin_ + static_cast<std::uint32_t>(i);
  const auto low = static_cast<double>(lowest_in<UInt128>(bin));
  const auto span = static_cast<double>(highest_in<UInt128>(bin) - lowest_in<UInt128>(bin));
  const double place = (static_cast<double>(rank) + 0.5) / static_cast<double>(bins_[i]);
  return std::clamp(low + span * place, static_cast<double>(min_), static_cast<double>(max_));
}

}  // namespace tokenfab

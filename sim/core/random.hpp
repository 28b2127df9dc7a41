// SPDX-License-Identifier: Apache-2.0
// Random numbers. Every consumer owns a stream keyed by (seed, replication, entity path, purpose),
// so that adding an entity shifts nobody else's draws. The generator is counter-based:
// Philox4x32-10, J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11.
// All samplers invert a distribution function (one uniform per draw); std::*_distribution is
// never used, because its algorithms differ between standard libraries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tokenfab {

/// One block of the generator; public for its known-answer test.
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key);

/// The generator key of a stream: FNV-1a 64 over seed, replication and both strings, each string
/// preceded by its length so that ("ab", "c") and ("a", "bc") differ, finished by splitmix64.
/// Two of a million streams share a key with a probability of 3e-8.
std::uint64_t stream_key(std::uint64_t seed, std::uint32_t replication,
                         std::string_view entity_path, std::string_view purpose);

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint32_t replication, std::string_view entity_path,
               std::string_view purpose);

  std::uint64_t next_u64() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    return draw_block();
  }

  /// Uniform on the open interval (0, 1): an odd multiple of 2^-53, hence symmetric about 1/2,
  /// never 0 or 1, and 1 - uniform() is exact.
  double uniform() { return static_cast<double>((next_u64() >> 11) | 1) * 0x1p-53; }

  double standard_exponential();
  double standard_normal();

 private:
  std::uint64_t draw_block();

  std::uint64_t key_;
  std::uint64_t block_ = 0;
  std::uint64_t spare_ = 0;
  bool has_spare_ = false;
};

/// The standard normal quantile of 0 < p < 1, to about 1e-15 relative.
double normal_quantile(double p);

/// The quantile of 0 < p < 1 of the gamma distribution with scale 1. Exact to a few ulps, slow
/// (about a microsecond).
double gamma_quantile(double shape, double p);

/// Draws from the gamma distribution with scale 1. Piecewise cubics over 10 octaves of each tail
/// stand in for gamma_quantile with a relative error below 1e-7; the outermost 2^-11 on either
/// side is gamma_quantile itself. Making one costs milliseconds.
class GammaSampler {
 public:
  static constexpr double shape_min = 0.02;  // below, the table's smallest values leave a double
  static constexpr double shape_max = 1e6;

  /// Throws std::invalid_argument when the shape is outside [shape_min, shape_max].
  explicit GammaSampler(double shape);

  double sample(RandomStream& random) const { return quantile(random.uniform()); }
  double quantile(double p) const;

 private:
  /// x = c[0] + c[1] t + c[2] t^2 + c[3] t^3 for t in [0, 1) across the cell.
  using Cubic = std::array<double, 4>;

  void append_tail(bool is_lower);

  double shape_;
  int fraction_bits_;         // the bits of a tail probability that give the place within a cell
  std::uint64_t first_cell_;  // the other bits, at the table's outer end
  std::uint64_t tail_cells_;  // cells per tail
  std::vector<Cubic> cells_;  // the lower tail, then the upper one
};

}  // namespace tokenfab

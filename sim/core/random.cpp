// SPDX-License-Identifier: Apache-2.0
#include "sim/core/random.hpp"

#include <Random123/philox.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <stdexcept>

#include "sim/core/mix.hpp"

namespace tokenfab {

namespace {

/// FNV-1a, 64 bits, by G. Fowler, L. C. Noll and K.-P. Vo (isthe.com/chongo/tech/comp/fnv).
class Fnv1a {
 public:
  void add(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x00000100000001b3u; }
  void add(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      add(static_cast<unsigned char>(value >> shift));
    }
  }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (const char c : text) {
      add(static_cast<unsigned char>(c));
    }
  }
  std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

/// c[0] + c[1] x + c[2] x^2 + ...
template <std::size_t n>
double polynomial(const double (&c)[n], double x) {
  double sum = c[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) {
    sum = sum * x + c[i];
  }
  return sum;
}

/// Natural logarithm of a positive normal number to 2 ulps, in plain IEEE operations: glibc picks
/// its log by processor (with or without fused multiply-add), so its last bit, and with it the
/// order of arrivals, would depend on the machine.
double portable_log(double x) {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh s = 2 s (1 + s^2/3 + s^4/5 + ...),
  // s = (m - 1) / (m + 1), |s| < 0.172: the first term left out is below 1e-18.
  constexpr auto sqrt_half = std::bit_cast<std::uint64_t>(0.70710678118654752440);
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::int64_t e = static_cast<std::int64_t>(bits - sqrt_half) >> 52;
  const auto m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(e) << 52));
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  const double z2 = z * z;
  // Even and odd powers apart: two short chains instead of a long one.
  constexpr double even[] = {1.0, 1.0 / 5, 1.0 / 9, 1.0 / 13, 1.0 / 17, 1.0 / 21};
  constexpr double odd[] = {1.0 / 3, 1.0 / 7, 1.0 / 11, 1.0 / 15, 1.0 / 19};
  const double series = polynomial(even, z2) + z * polynomial(odd, z2);
  return static_cast<double>(e) * 0.69314718055994530942 + 2 * s * series;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) {
  const philox4x32_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
  const philox4x32_key_t k = {{key[0], key[1]}};
  const philox4x32_ctr_t block = philox4x32_R(10, c, k);
  return {block.v[0], block.v[1], block.v[2], block.v[3]};
}

std::uint64_t stream_key(std::uint64_t seed, std::uint32_t replication,
                         std::string_view entity_path, std::string_view purpose) {
  Fnv1a fnv;
  fnv.add(seed);
  fnv.add(std::uint64_t{replication});
  fnv.add(entity_path);
  fnv.add(purpose);
  return mixed(fnv.hash());
}

RandomStream::RandomStream(std::uint64_t seed, std::uint32_t replication,
                           std::string_view entity_path, std::string_view purpose)
    : key_(stream_key(seed, replication, entity_path, purpose)) {}

std::uint64_t RandomStream::draw_block() {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const auto block = philox4x32_10({low(block_), high(block_), 0, 0}, {low(key_), high(key_)});
  ++block_;
  spare_ = std::uint64_t{block[3]} << 32 | block[2];
  has_spare_ = true;
  return std::uint64_t{block[1]} << 32 | block[0];
}

double RandomStream::standard_exponential() { return -portable_log(uniform()); }

double RandomStream::standard_normal() { return normal_quantile(uniform()); }

// Algorithm AS 241, routine PPND16: M. J. Wichura, "The percentage points of the normal
// distribution", Applied Statistics 37 (1988) 477-484. The constants are the paper's.
double normal_quantile(double p) {
  const double from_middle = p - 0.5;
  if (std::abs(from_middle) <= 0.425) {
    constexpr double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                            1.9715909503065514427e3, 1.3731693765509461125e4,
                            4.5921953931549871457e4, 6.7265770927008700853e4,
                            3.3430575583588128105e4, 2.5090809287301226727e3};
    constexpr double b[] = {1.0,
                            4.2313330701600911252e1,
                            6.8718700749205790830e2,
                            5.3941960214247511077e3,
                            2.1213794301586595867e4,
                            3.9307895800092710610e4,
                            2.8729085735721942674e4,
                            5.2264952788528545610e3};
    const double r = 0.180625 - from_middle * from_middle;
    return from_middle * polynomial(a, r) / polynomial(b, r);
  }
  const double r = std::sqrt(-portable_log(from_middle < 0 ? p : 1 - p));
  double z = 0;
  if (r <= 5) {
    constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                            5.76949722146069140550e0,  3.64784832476320460504e0,
                            1.27045825245236838258e0,  2.41780725177450611770e-1,
                            2.27238449892691845833e-2, 7.74545014278341407640e-4};
    constexpr double d[] = {1.0,
                            2.05319162663775882187e0,
                            1.67638483018380384940e0,
                            6.89767334985100004550e-1,
                            1.48103976427480074590e-1,
                            1.51986665636164571966e-2,
                            5.47593808499534494600e-4,
                            1.05075007164441684324e-9};
    z = polynomial(c, r - 1.6) / polynomial(d, r - 1.6);
  } else {
    constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                            1.78482653991729133580e0,  2.96560571828504891230e-1,
                            2.65321895265761230930e-2, 1.24266094738807843860e-3,
                            2.71155556874348757815e-5, 2.01033439929228813265e-7};
    constexpr double f[] = {1.0,
                            5.99832206555887937690e-1,
                            1.36929880922735805310e-1,
                            1.48753612908506148525e-2,
                            7.86869131145613259100e-4,
                            1.84631831751005468180e-5,
                            1.42151175831644588870e-7,
                            2.04426310338993978564e-15};
    z = polynomial(e, r - 5) / polynomial(f, r - 5);
  }
  return from_middle < 0 ? -z : z;
}

double gamma_quantile(double shape, double p) {
  return p < 0.5 ? boost::math::gamma_p_inv(shape, p) : boost::math::gamma_q_inv(shape, 1 - p);
}

// A cell is a range of tail probability q with the same exponent and the same leading mantissa
// bits, so that finding it is a shift. Towards 0 the quantile goes as q^(1/shape) or as -log q:
// the error of cubic Hermite interpolation in n cells per octave is about (1 / shape / n)^4 / 384
// relative (f'''' h^4 / 384), which n >= 16 / shape keeps below 1e-7.
GammaSampler::GammaSampler(double shape) : shape_(shape) {
  if (!(shape >= shape_min && shape <= shape_max)) {
    throw std::invalid_argument(
        fmt::format("gamma shape {} is not between {} and {}", shape, shape_min, shape_max));
  }
  constexpr std::uint64_t octaves = 10;
  const auto per_octave =
      std::bit_ceil(static_cast<std::uint64_t>(std::max(64.0, std::ceil(16 / shape))));
  fraction_bits_ = 52 - std::countr_zero(per_octave);
  tail_cells_ = octaves * per_octave;
  first_cell_ = (std::bit_cast<std::uint64_t>(0.5) >> fraction_bits_) - tail_cells_;
  cells_.reserve(2 * tail_cells_);
  append_tail(true);
  append_tail(false);
}

void GammaSampler::append_tail(bool is_lower) {
  struct Knot {
    double q, x, slope;
  };
  const auto knot = [this, is_lower](std::uint64_t i) {
    const auto q = std::bit_cast<double>((first_cell_ + i) << fraction_bits_);
    const double x =
        is_lower ? boost::math::gamma_p_inv(shape_, q) : boost::math::gamma_q_inv(shape_, q);
    const double density = boost::math::gamma_p_derivative(shape_, x);
    return Knot{q, x, (is_lower ? 1 : -1) / density};
  };
  Knot a = knot(0);
  for (std::uint64_t i = 1; i <= tail_cells_; ++i) {
    const Knot b = knot(i);
    const double rise = b.x - a.x;
    const double start = a.slope * (b.q - a.q);
    const double end = b.slope * (b.q - a.q);
    cells_.push_back({a.x, start, 3 * rise - 2 * start - end, start + end - 2 * rise});
    a = b;
  }
}

double GammaSampler::quantile(double p) const {
  const bool is_lower = p < 0.5;
  const auto bits = std::bit_cast<std::uint64_t>(is_lower ? p : 1 - p);
  // Farther out than the table the difference wraps to a huge number.
  const std::uint64_t cell = (bits >> fraction_bits_) - first_cell_;
  if (cell >= tail_cells_) {
    return gamma_quantile(shape_, p);
  }
  const std::uint64_t one = std::uint64_t{1} << fraction_bits_;
  const double t = static_cast<double>(bits & (one - 1)) / static_cast<double>(one);
  const Cubic& c = cells_[is_lower ? cell : tail_cells_ + cell];
  return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
}

}  // namespace tokenfab

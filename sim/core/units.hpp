// SPDX-License-Identifier: Apache-2.0
// Strong physical units: a double in SI base units whose dimension is part of its type, so that
// adding watts to joules does not compile. Only what the simulator needs: no unit conversion here
// (unit strings are read by unit_parser.hpp) and no affine scales except Celsius.
#pragma once

#include <compare>
#include <cstdint>

namespace tokenfab {

/// Exponents of the base units: second, joule, byte, floating-point operation, kelvin, US dollar,
/// kilogram (of CO2e), cubic metre (of water), token.
struct Dimension {
  std::int8_t time = 0;
  std::int8_t energy = 0;
  std::int8_t data = 0;
  std::int8_t flop = 0;
  std::int8_t temperature = 0;
  std::int8_t money = 0;
  std::int8_t mass = 0;
  std::int8_t volume = 0;
  std::int8_t token = 0;

  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;

  friend constexpr Dimension operator+(Dimension a, const Dimension& b) {
    return a.combined_with(b, 1);
  }
  friend constexpr Dimension operator-(Dimension a, const Dimension& b) {
    return a.combined_with(b, -1);
  }

 private:
  constexpr Dimension combined_with(const Dimension& other, int sign) const {
    const auto sum = [sign](int a, int b) { return static_cast<std::int8_t>(a + sign * b); };
    return {sum(time, other.time), sum(energy, other.energy),           sum(data, other.data),
            sum(flop, other.flop), sum(temperature, other.temperature), sum(money, other.money),
            sum(mass, other.mass), sum(volume, other.volume),           sum(token, other.token)};
  }
};

template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() = default;
  explicit constexpr Quantity(double value) : value_(value) {}

  /// The value in SI base units (see Dimension).
  constexpr double si() const { return value_; }

  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;

  constexpr Quantity operator-() const { return Quantity(-value_); }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, double b) { return Quantity(a.value_ * b); }
  friend constexpr Quantity operator*(double a, Quantity b) { return Quantity(a * b.value_); }
  friend constexpr Quantity operator/(Quantity a, double b) { return Quantity(a.value_ / b); }

 private:
  double value_ = 0;
};

/// Products and quotients; a result without dimension is a plain double.
template <Dimension D>
constexpr auto quantity_or_ratio(double value) {
  if constexpr (D == Dimension{}) {
    return value;
  } else {
    return Quantity<D>(value);
  }
}

template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return quantity_or_ratio<A + B>(a.si() * b.si());
}
template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return quantity_or_ratio<A - B>(a.si() / b.si());
}
template <Dimension A>
constexpr auto operator/(double a, Quantity<A> b) {
  return quantity_or_ratio<Dimension{} - A>(a / b.si());
}

namespace dimensions {
inline constexpr Dimension time{.time = 1};
inline constexpr Dimension energy{.energy = 1};
inline constexpr Dimension data{.data = 1};
inline constexpr Dimension flop{.flop = 1};
inline constexpr Dimension temperature{.temperature = 1};
inline constexpr Dimension money{.money = 1};
inline constexpr Dimension mass{.mass = 1};
inline constexpr Dimension volume{.volume = 1};
inline constexpr Dimension token{.token = 1};
}  // namespace dimensions

using Seconds = Quantity<dimensions::time>;
using PerSecond = Quantity<Dimension{} - dimensions::time>;
using Joules = Quantity<dimensions::energy>;
using Watts = Quantity<dimensions::energy - dimensions::time>;
using Bytes = Quantity<dimensions::data>;
using BytesPerSecond = Quantity<dimensions::data - dimensions::time>;
using Flop = Quantity<dimensions::flop>;
using FlopPerSecond = Quantity<dimensions::flop - dimensions::time>;
using Kelvins = Quantity<dimensions::temperature>;
using Dollars = Quantity<dimensions::money>;
using DollarsPerJoule = Quantity<dimensions::money - dimensions::energy>;
using DollarsPerSecond = Quantity<dimensions::money - dimensions::time>;
using DollarsPerWatt = Quantity<dimensions::money - dimensions::energy + dimensions::time>;
using DollarsPerToken = Quantity<dimensions::money - dimensions::token>;
using DollarsPerKilogram = Quantity<dimensions::money - dimensions::mass>;
using Kilograms = Quantity<dimensions::mass>;
using KilogramsPerJoule = Quantity<dimensions::mass - dimensions::energy>;
using CubicMetres = Quantity<dimensions::volume>;
using Tokens = Quantity<dimensions::token>;
using TokensPerSecond = Quantity<dimensions::token - dimensions::time>;

/// A point on the Celsius scale. Points differ by Kelvins; two points do not add.
class Celsius {
 public:
  constexpr Celsius() = default;
  explicit constexpr Celsius(double degrees) : degrees_(degrees) {}
  constexpr double degrees() const { return degrees_; }

  friend constexpr auto operator<=>(const Celsius&, const Celsius&) = default;
  friend constexpr Celsius operator+(Celsius a, Kelvins b) { return Celsius(a.degrees_ + b.si()); }
  friend constexpr Celsius operator-(Celsius a, Kelvins b) { return Celsius(a.degrees_ - b.si()); }
  friend constexpr Kelvins operator-(Celsius a, Celsius b) {
    return Kelvins(a.degrees_ - b.degrees_);
  }

 private:
  double degrees_ = 0;
};

}  // namespace tokenfab

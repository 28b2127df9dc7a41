// SPDX-License-Identifier: Apache-2.0
// Polynomials of equipment: fans and pumps over their flow share, chillers over temperatures.
#pragma once

namespace tokenfab {

struct Cubic {
  double c0, c1, c2, c3;
  constexpr double at(double x) const { return c0 + x * (c1 + x * (c2 + x * c3)); }
};

/// c1 + c2 x + c3 x^2 + c4 y + c5 y^2 + c6 x y, the form of EnergyPlus Chiller:Electric:EIR.
struct Biquadratic {
  double c1, c2, c3, c4, c5, c6;
  constexpr double at(double x, double y) const {
    return c1 + x * (c2 + c3 * x) + y * (c4 + c5 * y) + c6 * x * y;
  }
  constexpr double slope_y(double x, double y) const { return c4 + 2 * c5 * y + c6 * x; }
};

/// Share of full power at a share of full flow. Affinity laws: flow ~ n, pressure ~ n^2,
/// power ~ n^3; the cubics add static pressure and losses of the drive.
/// ASHRAE 90.1 Appendix G, variable-volume fans with part-load performance method 2.
inline constexpr Cubic fan_appendix_g{0.0013, 0.1470, 0.9506, -0.0998};
/// Variable-speed drive without reset of the static pressure (EnergyPlus, OpenStudio).
inline constexpr Cubic fan_vsd_only{0.070428852, 0.385330201, -0.460864118, 1.00920344};
/// Variable-speed drive with good reset of the static pressure (EnergyPlus, OpenStudio).
inline constexpr Cubic fan_vsd_good_reset{0.04076, 0.08804, -0.07293, 0.94374};
/// Variable-speed drive with perfect reset of the static pressure (EnergyPlus, OpenStudio).
inline constexpr Cubic fan_vsd_perfect_reset{0.02783, 0.02658, -0.0870687, 1.03091975};

}  // namespace tokenfab

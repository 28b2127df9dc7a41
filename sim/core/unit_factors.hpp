// SPDX-License-Identifier: Apache-2.0
// Factors between SI units and those that people read and data files are in. Exact by definition.
#pragma once

namespace tokenfab {

inline constexpr double joules_per_kwh = 3.6e6;
inline constexpr double litres_per_cubic_metre = 1e3;
inline constexpr double grams_per_kilogram = 1e3;
inline constexpr double seconds_per_hour = 3600;

}  // namespace tokenfab

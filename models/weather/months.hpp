// SPDX-License-Identifier: Apache-2.0
// The months of a year with 29 February, and values given by month.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tokenfab {

using ByMonth = std::array<double, 12>;

inline constexpr std::array<const char*, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                         "jul", "aug", "sep", "oct", "nov", "dec"};
inline constexpr std::array<std::uint32_t, 12> month_days{31, 29, 31, 30, 31, 30,
                                                          31, 31, 30, 31, 30, 31};
inline constexpr std::uint32_t days_of_leap_year = 366;

/// Twelve values in order, each within [low, high]. std::invalid_argument names every key that is
/// missing, unknown or out of range; `what` is the field.
ByMonth by_month(const std::map<std::string, double>& values, const std::string& what, double low,
                 double high);

/// Month (0: January) of each day of a leap year.
const std::array<std::uint8_t, days_of_leap_year>& month_of_day();

/// Mean over each month of one value a day.
ByMonth monthly_means(const std::vector<double>& daily);

/// One value a day: straight lines between the middles of the months, around the year.
std::vector<double> daily_from_months(const ByMonth& values);

/// Adds a curve that is continuous over the year, so that the monthly means of `daily` become
/// `wanted` (to 1e-9 of their size or better).
void shift_to_monthly_means(std::vector<double>& daily, const ByMonth& wanted);

}  // namespace tokenfab

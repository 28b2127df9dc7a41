// SPDX-License-Identifier: Apache-2.0
// A chip at another core clock, or under a power limit below its data sheet's: what its kernels
// then take and draw. Equations beside DvfsConfig (chip.hpp).
//
//   P(part, f) = idle + (rated - idle) level [memory_share r(f) + (1 - memory_share) core(f)]
//   core(f) = (1 - leakage_share) f v(f)^2 + leakage_share v(f),  r = rate of the part over that at
//   full clock: f if compute-bound, min(1, f / bandwidth_knee) if memory-bound, else 1.
//
// A limit below the rating slows the parts that would exceed it, each to the clock at which it
// draws the limit, as the board's controller does within milliseconds; other parts keep their
// clock. Full clock is the one at which the calibration ran. A product that ran at its power limit
// there ran below the greatest clock, so a locked clock slows it here earlier than in reality. Left
// out: temperature, differences between chips, voltage guard bands, time to switch. Range: clocks
// from clock_min to 1.
#pragma once

#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "sim/api/power_control.hpp"

namespace tokenfab {

/// What limits the rate of a kind of work, and so what the clock does to it.
enum class RateLimit { Core, Memory, Latency, Other };

/// Power of a kind of work at full clock.
struct WorkPower {
  double level = 0;         // share of the way from idle to the rated power
  double memory_share = 0;  // of that, by memory and links
  RateLimit limit = RateLimit::Other;
};
WorkPower work_power(const ChipConfig& chip, TimePart part);

/// Time of work at a clock over its time at full clock.
double slowdown(const ChipConfig& chip, RateLimit limit, double clock);

/// Level of the work at a clock.
double level_at(const ChipConfig& chip, const WorkPower& work, double clock);

/// Greatest clock at which the work draws no more than `limit`; clock_min if none.
double clock_under(const ChipConfig& chip, const WorkPower& work, Watts limit);

/// The chip at a core clock and under its power limit. At clock 1 with nothing above the limit it
/// is `chip` itself. Throws std::invalid_argument where power_problems() finds some; a chip at a
/// lower clock can only be asked for at clock 1 again, which changes nothing.
ChipConfig at_clock(const ChipConfig& chip, double clock);

/// The clocks that can be set, ascending to 1, with the power above idle of a serving mix: of its
/// time at full clock half reads weights, a fifth the KV cache, a fifth is compute-bound products
/// and a tenth collectives and gaps. Energy over time of the same kernels: what slows counts
/// longer.
std::vector<ClockLevel> clock_levels(const ChipConfig& chip);

/// Power numbers that contradict each other, each with the nearest fix; empty: none.
std::vector<std::string> power_problems(const ChipConfig& chip);

}  // namespace tokenfab

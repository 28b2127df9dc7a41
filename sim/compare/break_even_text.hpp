// SPDX-License-Identifier: Apache-2.0
// A break-even for people, programs and the eye.
#pragma once

#include <string>

#include "sim/compare/break_even_study.hpp"
#include "sim/compare/table.hpp"
#include "sim/report/svg_plot.hpp"

namespace tokenfab {

std::string break_even_text(const BreakEvenStudy& study, TableFormat format);
Plot break_even_plot(const BreakEvenStudy& study);
/// Every place that was played.
Table break_even_points(const BreakEvenStudy& study);

}  // namespace tokenfab

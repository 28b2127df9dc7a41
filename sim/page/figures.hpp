// SPDX-License-Identifier: Apache-2.0
// Metrics as people read them: few digits, a unit of the right size, and what they mean.
#pragma once

#include <string>
#include <string_view>

namespace tokenfab {

/// "87.7 ms", "64.2 %", "19,366"; `unit` and `name` are those of the metric's declaration. A unit
/// "share" is a percentage whatever the name; an unknown one is written behind the number.
std::string figure_text(std::string_view name, std::string_view unit, double value);

/// The same of a declared metric; `name` is the last part of "services/chat/ttft_p99_s".
std::string metric_text(std::string_view name, double value);

/// Four significant digits, thousands grouped: "1,235", "0.08773", "66.8 M", "2.107 tn".
std::string number_text(double value);

struct MetricMeaning {
  std::string label;  // "TTFT p99"
  std::string_view unit;
  std::string_view sentence;
};
/// Of a declared metric; of any other the label is its name and the rest is empty.
MetricMeaning meaning_of(std::string_view name);

/// Whether a larger value is better (1), worse (-1) or neither (0), for Pareto frontiers.
int better_sign(std::string_view name);

}  // namespace tokenfab

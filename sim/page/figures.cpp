// SPDX-License-Identifier: Apache-2.0
#include "sim/page/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "sim/metrics/better.hpp"
#include "sim/metrics/declarations.hpp"

namespace tokenfab {
namespace {

struct Size {
  double at_least;
  double divisor;
  const char* unit;
};

std::string sized(double value, std::span<const Size> sizes) {
  const double magnitude = std::abs(value);
  for (const auto& size : sizes) {
    if (magnitude >= size.at_least) {
      return number_text(value / size.divisor) + " " + size.unit;
    }
  }
  return number_text(value / sizes.back().divisor) + " " + sizes.back().unit;
}

constexpr std::array seconds{Size{2 * 86400.0, 86400, "days"}, Size{7200, 3600, "h"},
                             Size{180, 60, "min"}, Size{1, 1, "s"}, Size{0, 1e-3, "ms"}};
// Energy of a site is told as its meters tell it; a joule is the unit of a token.
constexpr std::array joules{Size{3.6e15, 3.6e15, "TWh"}, Size{3.6e12, 3.6e12, "GWh"},
                            Size{3.6e9, 3.6e9, "MWh"},   Size{3.6e5, 3.6e6, "kWh"},
                            Size{1e3, 1e3, "kJ"},        Size{0, 1, "J"}};
constexpr std::array watts{Size{1e9, 1e9, "GW"}, Size{1e6, 1e6, "MW"}, Size{1e3, 1e3, "kW"},
                           Size{0, 1, "W"}};
constexpr std::array bytes{Size{1e15, 1e15, "PB"}, Size{1e12, 1e12, "TB"}, Size{1e9, 1e9, "GB"},
                           Size{1e6, 1e6, "MB"}, Size{0, 1, "B"}};
constexpr std::array kilograms{Size{1e6, 1e6, "kt"}, Size{1e3, 1e3, "t"}, Size{0, 1, "kg"}};
constexpr std::array litres{Size{1e3, 1e3, "m\u00B3"}, Size{0, 1, "l"}};

std::string money_text(double value) {
  return (value < 0 ? "\u2212$" : "$") + number_text(std::abs(value));
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

/// Dimensionless metrics that are shares of something.
bool is_share(std::string_view name) {
  return has_any(name,
                 {"_share", "share_", "utilization", "attainment", "mfu", "mbu", "_time_ratio",
                  "hit_rate", "acceptance", "fragmentation", "battery_health", "clock_mean"});
}

/// The words of a metric's name that are no words.
std::string word_of(std::string_view part) {
  static const std::vector<std::pair<std::string_view, std::string_view>> words{
      {"ttft", "TTFT"},
      {"tpot", "TPOT"},
      {"itl", "ITL"},
      {"e2el", "E2EL"},
      {"mfu", "MFU"},
      {"mbu", "MBU"},
      {"pue", "PUE"},
      {"wue", "WUE"},
      {"slo", "SLO"},
      {"kv", "KV"},
      {"it", "IT"},
      {"mtok", "million tokens"},
      {"vae", "VAE"},
      {"mttf", "time between interruptions"},
      {"genset", "generators"},
      {"s", "second"}};
  const auto found = std::find_if(words.begin(), words.end(),
                                  [part](const auto& word) { return word.first == part; });
  return std::string(found == words.end() ? part : found->second);
}

/// Labels of the figures that the page opens with; of all others the name says it.
const char* own_label(std::string_view name) {
  static const std::vector<std::pair<std::string_view, const char*>> labels{
      {"cost_per_mtok_output_usd", "Cost per million output tokens"},
      {"cost_per_mtok_input_usd", "Cost per million input tokens"},
      {"cost_per_mtok_cached_input_usd", "Cost per million cached input tokens"},
      {"cost_per_mtok_training_usd", "Cost per million training tokens"},
      {"cost_total_usd", "All costs"},
      {"energy_site_j", "Site energy"},
      {"energy_it_j", "IT energy"},
      {"energy_conversion_j", "Conversion losses"},
      {"interactivity_tokens_per_s_per_user", "Interactivity, tokens/s per user"},
      {"output_tokens_per_s_per_chip", "Output tokens per second and chip"},
      {"chip_temperature_max_degc", "Hottest chip"},
      {"clock_mean", "Mean clock"},
      {"slo_attainment", "Within service level"},
      {"effective_training_time_ratio", "Effective training time"}};
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [name](const auto& label) { return label.first == name; });
  return found == labels.end() ? nullptr : found->second;
}

std::string label_of(std::string_view name) {
  if (const auto* own = own_label(name)) {
    return own;
  }
  // Of a last part that only says the unit.
  for (const std::string_view unit : {"_s", "_j", "_w", "_usd", "_kg", "_g", "_l", "_degc"}) {
    const bool is_rate = name.ends_with("_per_s");
    if (name.ends_with(unit) && !is_rate) {
      name.remove_suffix(unit.size());
      break;
    }
  }
  std::string label;
  while (!name.empty()) {
    const auto end = std::min(name.find('_'), name.size());
    label += (label.empty() ? "" : " ") + word_of(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') {
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
  }
  return label;
}

}  // namespace

std::string number_text(double value) {
  constexpr std::array steps{Size{1e12, 1e12, " tn"}, Size{1e9, 1e9, " bn"}, Size{1e6, 1e6, " M"}};
  if (!std::isfinite(value)) {
    return "\u2013";
  }
  const double size = std::abs(value);
  const std::string sign = value < 0 ? "\u2212" : "";
  if (size != 0 && (size >= 1e18 || size < 1e-4)) {
    return sign + fmt::format("{:.3e}", size);
  }
  for (const auto& step : steps) {
    if (size >= step.at_least) {
      return sign + number_text(size / step.divisor) + step.unit;
    }
  }
  if (size < 1000) {
    return sign + fmt::format("{:.4g}", size);
  }
  const auto whole = fmt::format("{:.0f}", size);
  auto text = sign;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    text += i > 0 && (whole.size() - i) % 3 == 0 ? "," : "";
    text += whole[i];
  }
  return text;
}

std::string figure_text(std::string_view name, std::string_view unit, double value) {
  const std::vector<std::pair<std::string_view, std::span<const Size>>> sizes{
      {"s", seconds}, {"J", joules}, {"W", watts}, {"B", bytes}, {"kg", kilograms}, {"l", litres}};
  for (const auto& [known, steps] : sizes) {
    if (unit == known) {
      return sized(value, steps);
    }
  }
  if (unit == "USD") {
    return money_text(value);
  }
  if (unit == "share") {
    return number_text(100 * value) + " %";
  }
  if (unit == "1") {
    return is_share(name) ? number_text(100 * value) + " %" : number_text(value);
  }
  if (unit == "1/s") {
    return number_text(value) + "/s";
  }
  if (unit == "USD/kWh") {
    return money_text(value) + "/kWh";
  }
  if (unit == "degC") {
    return number_text(value) + " \u00B0C";
  }
  return unit.empty() ? number_text(value) : fmt::format("{} {}", number_text(value), unit);
}

MetricMeaning meaning_of(std::string_view name) {
  for (const auto& declaration : metric_declarations()) {
    if (declaration.name == name) {
      return {label_of(name), declaration.unit, declaration.sentence};
    }
  }
  return {std::string(name), "", ""};
}

std::string metric_text(std::string_view name, double value) {
  return figure_text(name, meaning_of(name).unit, value);
}

int better_sign(std::string_view name) {
  switch (better_of(name)) {
    case Better::Higher:
      return 1;
    case Better::Lower:
      return -1;
    case Better::Neither:
      break;
  }
  return 0;
}

}  // namespace tokenfab

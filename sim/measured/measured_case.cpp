// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/measured_case.hpp"

#include <array>

namespace tokenfab {
namespace {

struct ObservableNames {
  std::string_view name;
  std::string_view title;
  std::string_view unit;
};

constexpr std::array<ObservableNames, observable_count> observables{{
    {"ttft", "time to first token", "s"},
    {"tpot", "time per output token", "s"},
    {"output_rate_per_chip", "output tokens per second and chip", "tokens/s"},
    {"power_per_chip", "power per chip", "W"},
    {"energy_per_token", "chip energy per output token", "J"},
    {"item_latency", "time per image or video", "s"},
    {"energy_per_item", "chip energy per image or video", "J"},
    {"training_rate", "training tokens per second", "tokens/s"},
    {"collective_time", "time of a collective", "s"},
}};

}  // namespace

std::string_view name_of(Observable quantity) {
  return observables[static_cast<std::size_t>(quantity)].name;
}

std::string_view title_of(Observable quantity) {
  return observables[static_cast<std::size_t>(quantity)].title;
}

std::string_view unit_of(Observable quantity) {
  return observables[static_cast<std::size_t>(quantity)].unit;
}

}  // namespace tokenfab

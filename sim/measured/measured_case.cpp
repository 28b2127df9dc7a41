// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/measured_case.hpp"

#include <array>

namespace tokenfab {
namespace {

struct ObservableNames {
  std::string_view name;
  std::string_view title;
};

constexpr std::array<ObservableNames, observable_count> observables{{
    {"ttft", "time to first token"},
    {"tpot", "time per output token"},
    {"output_rate_per_chip", "output tokens per second and chip"},
    {"power_per_chip", "power per chip"},
    {"energy_per_token", "chip energy per output token"},
    {"item_latency", "time per image or video"},
    {"energy_per_item", "chip energy per image or video"},
    {"training_rate", "training tokens per second"},
    {"collective_time", "time of a collective"},
}};

}  // namespace

std::string_view name_of(Observable quantity) {
  return observables[static_cast<std::size_t>(quantity)].name;
}

std::string_view title_of(Observable quantity) {
  return observables[static_cast<std::size_t>(quantity)].title;
}

}  // namespace tokenfab

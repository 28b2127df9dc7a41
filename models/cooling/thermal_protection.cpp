// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/thermal_protection.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {
namespace {

// A level counts as reached this far below it: dates of crossings are rounded to ticks.
constexpr double tolerance_k = 1e-9;
// A crossing is looked for so far beyond where it counts: more than rounding, or it would be missed
// at its own date.
constexpr double rounding_k = 1e-12;

}  // namespace

void ThermalProtectionConfig::describe(Describe<ThermalProtectionConfig>& d) {
  using C = ThermalProtectionConfig;
  d.field("chip_resistance", &C::chip_resistance,
          "Thermal resistance from the coolant (or the air entering the server) to the chip")
      .range(1e-4, 10)
      .source("Estimate: cold plates 0.02 to 0.04 K/W, heat sinks in air 0.06 to 0.09 K/W");
  d.field("throttle_temperature", &C::throttle_temperature,
          "Chip temperature from which clocks fall")
      .range(30, 150)
      .source("Estimate: data centre GPUs slow down between 83 and 90 degC (nvidia-smi -q)");
  d.field("shutdown_temperature", &C::shutdown_temperature, "Chip temperature that switches it off")
      .range(40, 170)
      .source("Estimate: data centre GPUs switch off between 90 and 100 degC (nvidia-smi -q)");
  d.field("restart_temperature", &C::restart_temperature,
          "Chip temperature at which one that was switched off may start again")
      .range(0, 150);
  d.field("clock_min", &C::clock_min, "Share of the clock at the last throttling step")
      .range(0.01, 1);
  d.field("throttle_steps", &C::throttle_steps,
          "Steps of the clock between throttle and shutdown temperature")
      .range(1, 50);
  d.field("hysteresis", &C::hysteresis,
          "A step is given back so far below where it was taken; more than a step saves in chip "
          "temperature, or clocks swing")
      .range(0.1, 100);
  d.field("room_shutdown_temperature", &C::room_shutdown_temperature,
          "Air entering the servers that switches them off")
      .range(20, 80)
      .source("ASHRAE TC9.9 2021: allowable up to 45 degC in class A4");
  d.field("room_restart_temperature", &C::room_restart_temperature,
          "Air at which servers that were switched off may start again")
      .range(0, 80)
      .source("ASHRAE TC9.9 2021: allowable up to 32 degC in class A1");
}

ThermalProtection::ThermalProtection(const ThermalProtectionConfig& config) : config_(config) {
  const auto order = [](const char* low, Celsius low_value, const char* high, Celsius high_value) {
    if (low_value >= high_value) {
      throw std::invalid_argument(
          fmt::format("{} ({} degC) must be below {} ({} degC): raise {} or lower {}", low,
                      low_value.degrees(), high, high_value.degrees(), high, low));
    }
  };
  order("throttle_temperature", config.throttle_temperature, "shutdown_temperature",
        config.shutdown_temperature);
  order("restart_temperature", config.restart_temperature, "shutdown_temperature",
        config.shutdown_temperature);
  order("room_restart_temperature", config.room_restart_temperature, "room_shutdown_temperature",
        config.room_shutdown_temperature);
}

double ThermalProtection::level_degc(int step) const {
  const double from = config_.throttle_temperature.degrees();
  const double to = config_.shutdown_temperature.degrees();
  return from + (step - 1) * (to - from) / config_.throttle_steps;
}

double ThermalProtection::clock_limit() const {
  return 1 - step_ * (1 - config_.clock_min) / config_.throttle_steps;
}

void ThermalProtection::see(double chip_degc, double room_degc) {
  while (step_ < config_.throttle_steps && chip_degc >= level_degc(step_ + 1) - tolerance_k) {
    ++step_;
  }
  while (step_ > 0 && chip_degc <= level_degc(step_) - config_.hysteresis.si() + tolerance_k) {
    --step_;
  }
  if (chip_degc >= config_.shutdown_temperature.degrees() - tolerance_k) {
    is_chip_hot_ = true;
  } else if (chip_degc <= config_.restart_temperature.degrees() + tolerance_k) {
    is_chip_hot_ = false;
  }
  if (room_degc >= config_.room_shutdown_temperature.degrees() - tolerance_k) {
    is_room_hot_ = true;
  } else if (room_degc <= config_.room_restart_temperature.degrees() + tolerance_k) {
    is_room_hot_ = false;
  }
}

std::optional<double> ThermalProtection::first_change(const ModalCurve& chip, double chip_base_degc,
                                                      const ModalCurve& room, double room_base_degc,
                                                      double span_s) const {
  std::optional<double> first;
  const auto consider = [&first, span_s](const ModalCurve& curve, double level, bool rising) {
    ModalCurve toward = curve;
    level += rising ? rounding_k - tolerance_k : tolerance_k - rounding_k;
    if (!rising) {
      toward.start = -toward.start;
      for (auto& slope : toward.slope) {
        slope = -slope;
      }
    }
    const auto date = toward.rises_above(rising ? level : -level, first.value_or(span_s), 0);
    if (date && (!first || *date < *first)) {
      first = date;
    }
  };
  if (step_ < config_.throttle_steps) {
    consider(chip, level_degc(step_ + 1) - chip_base_degc, true);
  }
  if (step_ > 0) {
    consider(chip, level_degc(step_) - config_.hysteresis.si() - chip_base_degc, false);
  }
  const auto flag = [&consider](const ModalCurve& curve, bool is_hot, double off, double on) {
    is_hot ? consider(curve, on, false) : consider(curve, off, true);
  };
  flag(chip, is_chip_hot_, config_.shutdown_temperature.degrees() - chip_base_degc,
       config_.restart_temperature.degrees() - chip_base_degc);
  flag(room, is_room_hot_, config_.room_shutdown_temperature.degrees() - room_base_degc,
       config_.room_restart_temperature.degrees() - room_base_degc);
  return first;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Throttling and shutdown of chips: the hottest chip is its coolant plus thermal resistance times
// its power (its own mass settles within seconds and is left out). Above throttle_temperature the
// clock falls in equal steps spread up to shutdown_temperature, so its changes are finitely many
// and can be dated; a step is given back `hysteresis` below where it was taken. Air that is too
// warm for servers switches them off too.
// Rate-independent: only the extrema of the temperatures matter, not how fast they came.
#pragma once

#include <optional>

#include "models/cooling/thermal_network.hpp"
#include "sim/api/cooling.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

using KelvinsPerWatt = Quantity<dimensions::temperature - dimensions::energy + dimensions::time>;

struct ThermalProtectionConfig {
  KelvinsPerWatt chip_resistance{0.03};
  Celsius throttle_temperature{85};
  Celsius shutdown_temperature{95};
  Celsius restart_temperature{60};
  double clock_min = 0.5;
  int throttle_steps = 5;
  Kelvins hysteresis{10};
  Celsius room_shutdown_temperature{45};
  Celsius room_restart_temperature{32};
  static void describe(Describe<ThermalProtectionConfig>& d);
};

class ThermalProtection {
 public:
  /// Throws std::invalid_argument where temperatures contradict each other.
  explicit ThermalProtection(const ThermalProtectionConfig& config);

  double chip_degc(double coolant_degc, double chip_power_w) const {
    return coolant_degc + config_.chip_resistance.si() * chip_power_w;
  }
  /// Temperatures now; both have moved monotonically since the last call.
  void see(double chip_degc, double room_degc);
  double clock_limit() const;
  bool is_too_hot() const { return is_chip_hot_ || is_room_hot_; }
  /// First date in [0, span] at which one of two temperatures, given over their values at an
  /// excess of 0, crosses what would change the state.
  std::optional<double> first_change(const ModalCurve& chip, double chip_base_degc,
                                     const ModalCurve& room, double room_base_degc,
                                     double span_s) const;

 private:
  double level_degc(int step) const;

  ThermalProtectionConfig config_;
  int step_ = 0;
  bool is_chip_hot_ = false;
  bool is_room_hot_ = false;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What all plants share: thermal masses, fans and pumps between them, heat rejection behind them.
// While the plant can reject the heat it stands at its set points and its power is a function of
// the inputs alone. Otherwise the thermal network takes over; what is off its set point runs flat
// out, and the power of heat rejection lies on the chord between standstill and flat out, so that
// its energy does not depend on how a stretch is cut.
#pragma once

#include <memory>
#include <optional>

#include "models/cooling/flow.hpp"
#include "models/cooling/heat_rejection.hpp"
#include "models/cooling/thermal_network.hpp"
#include "models/cooling/thermal_protection.hpp"
#include "sim/api/cooling.hpp"

namespace tokenfab {

/// Electric power of a node's equipment, at the set point or flat out.
struct NodePower {
  double fans_w = 0;
  double pumps_w = 0;
  double chillers_w = 0;
  double sum() const { return fans_w + pumps_w + chillers_w; }
};

/// One thermal mass with what carries heat out of it.
struct PlantNode {
  double source_w = 0;
  double limit_w = 0;  // net of its own equipment's heat
  double slope_w_k = 0;
  NodePower steady;
  NodePower flat_out;
};

/// Set points and thermal masses of a plant's nodes; fixed once it is sized.
struct PlantLayout {
  int nodes = 1;
  int chip_node = 0;  // whose temperature cools the chips
  int room_node = 0;
  Celsius coolant;  // set points
  Celsius room;
};

class CoolingPlant : public CoolingModel {
 public:
  void size_for(Watts it_design) override;
  /// Full load on a design day of 35 degC dry and 25 degC wet bulb (estimate: summer days that are
  /// exceeded 0.4 to 2 % of the hours in most places of the ASHRAE Handbook, Fundamentals, ch. 14);
  /// of everything flat out if the plant cannot hold its set points then.
  Watts power_design() const override;
  CoolingOutcome advance(Duration span, const CoolingInputs& inputs) override;
  std::optional<ThermalState> state() const override;
  Joules stored_heat() const override { return Joules(network_.stored_j()); }
  std::optional<Duration> time_to_change(const CoolingInputs& inputs) const override;
  Duration beyond_curves() const override { return beyond_curves_; }

 protected:
  CoolingPlant(const PlantLayout& layout, const ThermalProtectionConfig& protection,
               double auxiliary_share);

  /// Sizes equipment; called once, before anything else.
  virtual void size_equipment(double it_design_w) = 0;
  /// Of IT heat, at design.
  virtual double liquid_share_design() const { return 0; }
  /// Node k > 0 at these inputs, with power; a plant without power is the base class's matter.
  virtual PlantNode node_at(int node, const CoolingInputs& inputs) const = 0;
  /// Pumps or fans of node 0: heat that they can carry, and their power for so much.
  virtual PlantNode root_at(const CoolingInputs& inputs, double carried_w) const = 0;

  void set_capacity(int node, double j_per_k) { network_.set_capacity(node, j_per_k); }

  std::unique_ptr<HeatRejection> rejection_;

 private:
  /// All that follows from the inputs.
  struct Drive {
    ThermalInputs thermal;
    std::array<PlantNode, max_thermal_nodes> node;
    RejectionCost steady;  // of the heat at the set points
    RejectionCost flat_out;
    double flat_out_heat_w = 0;
    bool is_steady = false;  // from the set points
  };
  Drive drive_for(const CoolingInputs& inputs) const;
  void prepare(const CoolingInputs& inputs) const;
  void add(const ThermalSegment& segment, const Drive& drive, CoolingOutcome& sum) const;
  CoolingOutcome rates(const Drive& drive) const;
  void watch(const ThermalSegment& segment, double chip_power_w);

  PlantLayout layout_;
  ThermalProtection protection_;
  ThermalNetwork network_;
  double auxiliary_share_;
  double auxiliary_w_ = 0;
  Watts it_design_;
  double chip_power_w_ = 0;
  Duration beyond_curves_;
  // What rejection_ was prepared for: weather changes far less often than the load.
  mutable std::optional<Weather> weather_;
  mutable CoolingHealth health_;
};

}  // namespace tokenfab

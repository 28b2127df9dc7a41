// SPDX-License-Identifier: Apache-2.0
// Where heat goes that a plant cannot reject: up to three thermal masses held at set points. Node 0
// (facility water, or the room if there is nothing else) rejects to the environment, the others
// (room, rack coolant) to node 0.
//
// A node at its set point passes on what it gets as long as its limit allows; else it is free: it
// passes on its limit, which grows with its temperature above its parent's, and the balance warms
// it or cools it back to the set point, where it stops. Between such switches the network is linear
// and solved in closed form (its symmetric matrix by Jacobi rotations), switches are found as
// roots, so advancing in parts equals advancing in one. Left out: losses through walls, air leaking
// past the coils, sub-cooling below the set points.
#pragma once

#include <array>
#include <functional>

#include "models/cooling/modal_curve.hpp"

namespace tokenfab {

inline constexpr int max_thermal_nodes = 3;

/// Constant over a stretch. Limits are net of the node's own power, which it passes on besides.
struct ThermalNodeInput {
  double source_w = 0;    // heat from outside the network
  double limit_w = 0;     // what it can pass on at the set points
  double slope_w_k = 0;   // more per kelvin above its parent (node 0: above its set point)
  double own_w = 0;       // power of its fans and pumps at its set point, as heat
  double own_full_w = 0;  // the same while it is free: they run flat out
};

struct ThermalInputs {
  std::array<ThermalNodeInput, max_thermal_nodes> node{};
};

/// A stretch without switches.
struct ThermalSegment {
  double span_s = 0;
  std::array<bool, max_thermal_nodes> is_free{};
  std::array<ModalCurve, max_thermal_nodes> excess{};  // kelvins above the set point
  double rejected_j = 0;  // by node 0 to the environment, its own power not included
};

class ThermalNetwork {
 public:
  explicit ThermalNetwork(int nodes) : nodes_(nodes) {}

  void set_capacity(int node, double j_per_k) { capacity_[node] = j_per_k; }
  double capacity(int node) const { return capacity_[node]; }
  double excess_k(int node) const { return excess_[node]; }
  double stored_j() const;
  bool is_at_set_points() const { return excess_ == std::array<double, max_thermal_nodes>{}; }
  /// Whether every node stays at its set point at these inputs, as all are now.
  bool is_steady(const ThermalInputs& inputs) const;
  /// Hands out every segment in order; `visit` returns whether to go on. An aborted advance leaves
  /// the network at the end of the last segment.
  void advance(double span_s, const ThermalInputs& inputs,
               const std::function<bool(const ThermalSegment&)>& visit);

 private:
  using Flags = std::array<bool, max_thermal_nodes>;
  /// A node leaves its set point or comes back to it.
  struct Switch {
    double after_s = 0;
    int node = -1;  // none
    bool to_free = false;
  };

  double steady_inflow_w(const ThermalInputs& inputs, const Flags& is_free) const;
  Flags free_nodes(const ThermalInputs& inputs) const;
  void solve(const ThermalInputs& inputs, ThermalSegment& segment) const;
  Switch next_switch(const ThermalInputs& inputs, const ThermalSegment& segment,
                     double left_s) const;
  void settle(const ThermalInputs& inputs, const Switch& change, ThermalSegment& segment);

  int nodes_;
  std::array<double, max_thermal_nodes> capacity_{1, 1, 1};
  std::array<double, max_thermal_nodes> excess_{};
};

}  // namespace tokenfab

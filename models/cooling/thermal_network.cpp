// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/thermal_network.hpp"

#include <algorithm>
#include <cmath>

#include "models/cooling/symmetric_modes.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double tolerance_k = 1e-12;      // of switches; far below what a temperature means
constexpr double tolerance_share = 1e-13;  // of heat flows
constexpr int max_segments = 10'000;       // each node switches a few times per advance

/// Node numbers of the free ones.
struct FreeList {
  int count = 0;
  std::array<int, max_thermal_nodes> node{};
};

FreeList listed(const std::array<bool, max_thermal_nodes>& is_free) {
  FreeList list;
  for (int k = 0; k < max_thermal_nodes; ++k) {
    if (is_free[k]) {
      list.node[list.count++] = k;
    }
  }
  return list;
}

ModalCurve scaled(const ModalCurve& curve, double factor) {
  ModalCurve result = curve;
  result.start *= factor;
  for (auto& slope : result.slope) {
    slope *= factor;
  }
  return result;
}

}  // namespace

double ThermalNetwork::stored_j() const {
  double sum = 0;
  for (int k = 0; k < nodes_; ++k) {
    sum += capacity_[k] * excess_[k];
  }
  return sum;
}

/// What node 0 gets, but for what grows with the temperature of free nodes.
double ThermalNetwork::steady_inflow_w(const ThermalInputs& inputs, const Flags& is_free) const {
  double sum = inputs.node[0].source_w;
  for (int k = 1; k < nodes_; ++k) {
    const auto& node = inputs.node[k];
    sum += is_free[k] ? node.limit_w + node.own_full_w : node.source_w + node.own_w;
  }
  return sum;
}

ThermalNetwork::Flags ThermalNetwork::free_nodes(const ThermalInputs& inputs) const {
  Flags is_free{};
  double inflow = 0;
  for (int k = 1; k < nodes_; ++k) {
    const auto& node = inputs.node[k];
    const double limit = node.limit_w - node.slope_w_k * excess_[0];
    is_free[k] = excess_[k] > 0 || node.source_w > limit;
    inflow += is_free[k] ? node.slope_w_k * excess_[k] : 0;
  }
  inflow += steady_inflow_w(inputs, is_free);
  is_free[0] = excess_[0] > 0 || inflow > inputs.node[0].limit_w;
  return is_free;
}

bool ThermalNetwork::is_steady(const ThermalInputs& inputs) const {
  return is_at_set_points() && free_nodes(inputs) == Flags{};
}

/// Fills in the temperatures of the free nodes over time. With x the excess and C the capacities,
/// C x' = f - K x; y = sqrt(C) x makes the matrix symmetric.
void ThermalNetwork::solve(const ThermalInputs& inputs, ThermalSegment& segment) const {
  const FreeList free = listed(segment.is_free);
  SymmetricModes<max_thermal_nodes>::Matrix matrix{};
  std::array<double, max_thermal_nodes> force{};
  for (int i = 0; i < free.count; ++i) {
    const int k = free.node[i];
    const auto& node = inputs.node[k];
    const double root = std::sqrt(capacity_[k]);
    const double inflow = k == 0 ? steady_inflow_w(inputs, segment.is_free) : node.source_w;
    force[i] = (inflow - node.limit_w) / root;
    matrix[i][i] += node.slope_w_k / capacity_[k];
    if (k != 0 && segment.is_free[0]) {  // node 0 is then the first of the list
      matrix[0][0] += node.slope_w_k / capacity_[0];
      matrix[0][i] = matrix[i][0] = -node.slope_w_k / (root * std::sqrt(capacity_[0]));
    }
  }
  const SymmetricModes<max_thermal_nodes> modes(matrix, free.count);
  std::array<double, max_thermal_nodes> growth{};  // of each mode at the start
  std::array<double, max_thermal_nodes> rate{};
  for (int j = 0; j < free.count; ++j) {
    rate[j] = std::max(0.0, modes.value[j]);
    for (int i = 0; i < free.count; ++i) {
      const int k = free.node[i];
      growth[j] += modes.vector[i][j] * (force[i] - rate[j] * std::sqrt(capacity_[k]) * excess_[k]);
    }
  }
  for (int i = 0; i < free.count; ++i) {
    ModalCurve& curve = segment.excess[free.node[i]];
    curve.start = excess_[free.node[i]];
    curve.modes = free.count;
    curve.rate = rate;
    for (int j = 0; j < free.count; ++j) {
      curve.slope[j] = modes.vector[i][j] * growth[j] / std::sqrt(capacity_[free.node[i]]);
    }
  }
}

ThermalNetwork::Switch ThermalNetwork::next_switch(const ThermalInputs& inputs,
                                                   const ThermalSegment& segment,
                                                   double left_s) const {
  Switch next{left_s, -1, false};
  const auto consider = [&next](const ModalCurve& curve, double level, double tolerance, int node,
                                bool to_free) {
    const auto date = curve.rises_above(level, next.after_s, tolerance);
    if (date && *date < next.after_s) {
      next = {*date, node, to_free};
    }
  };
  ModalCurve inflow;  // of node 0, what grows with temperatures
  for (int k = 0; k < nodes_; ++k) {
    const ModalCurve& curve = segment.excess[k];
    const auto& node = inputs.node[k];
    if (segment.is_free[k]) {
      consider(scaled(curve, -1), 0, tolerance_k, k, false);
    } else if (k != 0 && segment.is_free[0] && node.slope_w_k > 0) {
      const double level = (node.limit_w - node.source_w) / node.slope_w_k;
      consider(segment.excess[0], level, tolerance_k, k, true);
    }
    if (k != 0 && segment.is_free[k]) {
      inflow.modes = curve.modes;
      inflow.rate = curve.rate;
      inflow.start += node.slope_w_k * curve.start;
      for (int j = 0; j < curve.modes; ++j) {
        inflow.slope[j] += node.slope_w_k * curve.slope[j];
      }
    }
  }
  if (!segment.is_free[0]) {
    const double level = inputs.node[0].limit_w - steady_inflow_w(inputs, segment.is_free);
    consider(inflow, level, tolerance_share * std::abs(inputs.node[0].limit_w), 0, true);
  }
  return next;
}

/// Moves to the end of the segment; what node 0 rejected follows from conservation.
void ThermalNetwork::settle(const ThermalInputs& inputs, const Switch& change,
                            ThermalSegment& segment) {
  segment.rejected_j = inputs.node[0].source_w * segment.span_s;
  for (int k = nodes_ - 1; k >= 0; --k) {
    const double before = excess_[k];
    if (segment.is_free[k]) {
      const bool is_back = change.node == k && !change.to_free;
      excess_[k] = is_back ? 0 : std::max(0.0, segment.excess[k].at(segment.span_s));
    }
    segment.rejected_j -= capacity_[k] * (excess_[k] - before);
    if (k != 0) {
      const auto& node = inputs.node[k];
      const double own = segment.is_free[k] ? node.own_full_w : node.own_w;
      segment.rejected_j += (node.source_w + own) * segment.span_s;
    }
  }
}

void ThermalNetwork::advance(double span_s, const ThermalInputs& inputs,
                             const std::function<bool(const ThermalSegment&)>& visit) {
  // Modes change by switches only: comparing flows anew after each would be a matter of rounding.
  Flags is_free = free_nodes(inputs);
  double left = span_s;
  for (int segments = 0; left > 0; ++segments) {
    CHECK(segments < max_segments, "thermal network: {} s left of {} s", left, span_s);
    ThermalSegment segment;
    segment.is_free = is_free;
    solve(inputs, segment);
    const Switch change = next_switch(inputs, segment, left);
    segment.span_s = change.after_s;
    settle(inputs, change, segment);
    left -= segment.span_s;
    if (change.node >= 0) {
      is_free[change.node] = change.to_free;
    }
    if (!visit(segment)) {
      return;
    }
  }
}

}  // namespace tokenfab

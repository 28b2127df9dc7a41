// SPDX-License-Identifier: Apache-2.0
// A torus or mesh of two or three dimensions, of chips (TPU pods: the torus is their scale-up
// fabric) or of nodes (it joins the nodes' ports). A cluster may hold several; they meet over the
// nodes' ports at one point.
//   Neighbours, all links at once: a chip sends 2 l in a dimension that wraps round, l in one that
//   does not (l: bandwidth of a link, one direction), as the rings of reductions do.
//   Every chip to every other one alike, k chips along a dimension: the links that cross its middle
//   carry the traffic of its halves, so that a chip gets 8 l / k, and 4 l / k without wrap-around;
//   for odd k 8 l k / (k^2 - 1) and 4 l k / (k^2 - 1). The least dimension decides.
// Source: W. Dally, B. Towles, "Principles and Practices of Interconnection Networks", 2004,
// chapters 3 and 5; for TPUs "How to Scale Your Model", jax-ml.github.io/scaling-book, ch. 3.
// Left out: twisted tori, optical switches that rewire them, adaptive routes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/interconnect/scale_up_network.hpp"

namespace tokenfab {

struct TorusSizeConfig {
  std::int64_t x = 1;
  std::int64_t y = 1;
  std::optional<std::int64_t> z;
  std::vector<std::int64_t> counts() const;
  static void describe(Describe<TorusSizeConfig>& d);
};

enum class TorusUnit { Chip, Node };

struct TorusConfig {
  TorusUnit unit = TorusUnit::Chip;
  TorusSizeConfig dimensions;
  std::optional<TorusSizeConfig> node_dimensions;
  std::optional<BytesPerSecond> link_bandwidth;
  bool wrap_around = true;
  Seconds latency{1e-6};
  Seconds port_latency{10e-6};
  ScaleUpConfig scale_up;
  static void describe(Describe<TorusConfig>& d);
};

class TorusNetwork : public ClusterNetwork {
 public:
  explicit TorusNetwork(const TorusConfig& config);
  void size_for(const NetworkInputs& inputs) override;
  const std::vector<NetworkLevel>& levels() const override { return levels_; }
  const NetworkTopology& topology() const override { return topology_; }

 private:
  /// Along one dimension, in the torus' own units.
  struct Side {
    std::int64_t units;    // of the torus
    std::int64_t in_node;  // of a node
    BytesPerSecond link;   // of a unit
    bool wraps = false;
  };
  std::vector<Side> sides(const NetworkInputs& inputs) const;
  void require_whole_tori(const std::vector<Side>& sides, const NetworkInputs& inputs) const;
  void add_torus_level(const std::vector<Side>& sides, const NetworkInputs& inputs);
  void set_topology(const std::vector<Side>& sides, const NetworkInputs& inputs);

  TorusConfig config_;
  std::vector<NetworkLevel> levels_;
  NetworkTopology topology_;
};

}  // namespace tokenfab

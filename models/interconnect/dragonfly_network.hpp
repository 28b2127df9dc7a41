// SPDX-License-Identifier: Apache-2.0
// A dragonfly of routers in groups (J. Kim, W. Dally, S. Scott, D. Abts, ISCA 2008,
// doi:10.1109/ISCA.2008.19): p nodes on a router, a routers in a group, all joined to each other,
// h links of a router to other groups; g groups share the a h global links of each evenly, c
// between two groups. Balanced at a = 2 p = 2 h. When all that nodes send leaves their router a
// node gets (a - 1) l / p, when it leaves their group c (g - 1) l / (a p), l being the bandwidth of
// a link: uniform traffic over minimal routes. Left out in closed form: neighbouring groups that
// talk to each other only, who have c links between them; the engine's flows see that.
#pragma once

#include <optional>
#include <vector>

#include "models/interconnect/scale_up_network.hpp"

namespace tokenfab {

struct DragonflyConfig {
  ScaleUpConfig scale_up;
  std::int64_t nodes_per_router = 0;
  std::int64_t routers_per_group = 0;
  std::int64_t global_links_per_router = 0;
  std::optional<BytesPerSecond> local_link_bandwidth;
  std::optional<BytesPerSecond> global_link_bandwidth;
  Seconds latency = scale_out_message_latency;
  Seconds hop_latency = switch_latency;
  static void describe(Describe<DragonflyConfig>& d);
};

class DragonflyNetwork : public ClusterNetwork {
 public:
  explicit DragonflyNetwork(const DragonflyConfig& config) : config_(config) {}
  void size_for(const NetworkInputs& inputs) override;
  const std::vector<NetworkLevel>& levels() const override { return levels_; }
  const NetworkTopology& topology() const override { return topology_; }

 private:
  DragonflyConfig config_;
  std::vector<NetworkLevel> levels_;
  NetworkTopology topology_;
};

}  // namespace tokenfab

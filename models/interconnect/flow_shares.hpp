// SPDX-License-Identifier: Apache-2.0
// Flows that share the links of a network max-min fairly, each within its own bound, by progressive
// filling: Bertsekas and Gallager, Data Networks, 2nd ed., 1992, section 6.5.2. The same shares as
// SimGrid's for the engine's flows, but for classes of equal flows and without an engine.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/api/link_routes.hpp"

namespace tokenfab {

/// So many equal flows between two nodes.
struct FlowClass {
  std::uint32_t from_node = 0;
  std::uint32_t to_node = 0;
  Bytes size;  // of each
  std::int64_t count = 1;
  BytesPerSecond bound{std::numeric_limits<double>::infinity()};  // of each
};

class FlowShares {
 public:
  explicit FlowShares(const LinkRoutes& routes);

  void start(std::uint32_t owner, const std::vector<FlowClass>& flows);
  bool has_flows() const { return !live_.empty(); }
  bool has_flows(std::uint32_t owner) const { return owner < alive_.size() && alive_[owner] > 0; }
  /// At the present rates; only while there are flows.
  Seconds until_next_end();
  /// At most until then; flows that end leave.
  void advance(Seconds time);

 private:
  struct Live {
    std::uint32_t owner;
    std::uint32_t first_link;  // in route_links_
    std::uint32_t last_link;
    double count;
    double bound;
    double size;
    double left;
    double rate = 0;
  };
  void share();
  void index_links();
  double settle_links(double level);
  void settle(std::uint32_t flow, double rate);
  std::uint32_t local(std::uint32_t link);

  const LinkRoutes& routes_;
  std::vector<std::uint32_t> local_of_;  // by the network's number; 0: not yet used
  std::vector<double> capacity_;         // of the links in use, as the vectors below
  std::vector<Live> live_;
  std::vector<std::uint32_t> route_links_;
  std::vector<std::uint64_t> alive_;  // by owner
  bool is_shared_ = false;
  // While sharing: what is left of a link, flows on it without a rate yet, and its flows.
  std::vector<double> left_;
  std::vector<double> open_;
  std::vector<std::uint32_t> first_flow_;
  std::vector<std::uint32_t> link_flows_;
  std::vector<bool> is_settled_;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Small clusters with a network between their nodes, and flows over them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/interconnect/dragonfly_network.hpp"
#include "models/interconnect/switched_network.hpp"
#include "models/interconnect/torus_network.hpp"
#include "sim/engine/engine.hpp"

namespace tokenfab::testing {

constexpr BytesPerSecond gb_per_s(double value) { return BytesPerSecond(value * 1e9); }

/// Nodes of so many chips, each with 100 GB/s of scale-up and 10 GB/s of port.
inline NetworkInputs inputs_of(std::int64_t nodes, std::int64_t chips_per_node,
                               std::int64_t domain) {
  return {nodes, chips_per_node, gb_per_s(100), domain, gb_per_s(10)};
}

template <class Network, class Config>
Network sized(const Config& config, const NetworkInputs& inputs) {
  Network network(config);
  network.size_for(inputs);
  return network;
}

/// One site of one cluster, its storage faster than all it may be asked for.
inline std::vector<engine::SitePlatform> site_of(const NetworkTopology& topology,
                                                 std::uint32_t nodes) {
  engine::ClusterPlatform cluster;
  cluster.name = "pool";
  cluster.nodes = nodes;
  cluster.topology = topology;
  return {{"site", {cluster}, gb_per_s(1e6)}};
}

struct PlayedFlow {
  engine::HostPlace from;
  engine::HostPlace to;
  double gigabytes = 0;
};

/// When each of the flows, all started at date 0, ends.
inline std::vector<double> play_flows(const std::vector<engine::SitePlatform>& sites,
                                      const std::vector<PlayedFlow>& flows,
                                      const std::vector<engine::WanLink>& wan = {}) {
  struct Ends : engine::FlowHandler {
    void flow_ended(engine::FlowId flow, Instant now, bool) override {
      seconds.at(flow - 1) = now.seconds();  // flows are numbered from 1
    }
    std::vector<double> seconds;
  } ends;
  ends.seconds.resize(flows.size());
  engine::Engine engine(sites, wan);
  for (const auto& flow : flows) {
    engine.start_flow(flow.from, flow.to, Bytes(flow.gigabytes * 1e9), ends);
  }
  engine.run();
  return ends.seconds;
}

constexpr engine::HostPlace node_place(std::uint32_t node) { return {0, 0, node, false}; }

}  // namespace tokenfab::testing

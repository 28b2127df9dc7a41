// SPDX-License-Identifier: Apache-2.0
// The seam to SimGrid: it owns the clock and the flows, we own the agenda. A kernel model of ours
// is asked for the next date inside SimGrid's own loop; no actor exists. One Engine per process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/agenda.hpp"
#include "sim/engine/platform.hpp"

namespace tokenfab::engine {

using FlowId = std::uint64_t;

class FlowHandler {
 public:
  virtual ~FlowHandler() = default;
  /// The flow's last byte arrived, or it failed with its link or host.
  virtual void flow_ended(FlowId flow, Instant now, bool delivered) = 0;
};

class Engine {
 public:
  /// Without lines between sites these meet at a point that lets everything through; with lines,
  /// no flow may start between sites that none joins (CHECK).
  explicit Engine(const std::vector<SitePlatform>& sites, const std::vector<WanLink>& wan = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Agenda& agenda();

  /// Starts a flow of at least one byte now, over both nodes' ports or, within one node, over its
  /// fabric. Flows share links max-min fairly, each at no more than its `bound`: the sender's own
  /// ports, where the node's link belongs to more chips than send. Keep at most about 1,000 alive.
  /// Ends are handed out sorted by id, before the agenda's events of the same date.
  FlowId start_flow(const HostPlace& from, const HostPlace& to, Bytes size, FlowHandler& handler,
                    std::optional<BytesPerSecond> bound = std::nullopt);
  /// Its handler hears no more of the flow, and the links are free for others from now on. Does
  /// nothing to a flow that has ended.
  void cancel_flow(FlowId flow);
  std::size_t live_flows() const;

  /// Runs until nothing is left on the agenda and no flow is alive.
  void run();
  /// Ends the run from inside an event: forgets the agenda and cancels all flows.
  void stop();

  static std::string simgrid_version();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokenfab::engine

// SPDX-License-Identifier: Apache-2.0
// What a communication library makes of its links: a handful of physical numbers per generation of
// chips, fitted to measured collectives (docs/collectives.md prints the fit and its hold-out
// error).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

/// The library on one kind of link. A collective of w seconds of bytes over the link's bandwidth
/// takes its message steps + w / efficiency + sqrt(fill w / efficiency): messages are cut into
/// chunks to pipeline them, and with the best number of chunks what filling the pipeline costs goes
/// with the root of the size (Thakur, Rabenseifner, Gropp 2005, doi:10.1177/1094342005051521,
/// for chains and trees).
struct CollectiveTransport {
  Seconds launch;                  // once, when a collective leaves the level below
  Seconds step;                    // a message step over a network of the reference latency
  Seconds small_step;              // the same under the protocol for small messages
  double efficiency = 1;           // of the bandwidth, large messages
  double exchange_efficiency = 1;  // the same in all-to-all and send-receive
  Seconds fill;
  /// Of a single message over the network that the steps were measured on. A step may take less:
  /// it does not wait for its predecessor's acknowledgement. Another network's steps take longer
  /// by what its messages take longer.
  Seconds reference_latency;
  static void describe(Describe<CollectiveTransport>& d);
};

struct CollectiveLibraryConfig {
  std::string name;
  std::vector<std::string> algorithms;  // that it chooses from
  Seconds exchange_launch;              // of an all-to-all or send-receive
  /// Share of the bandwidth under the protocol for small messages, which flags every word it sends
  /// (NCCL: LL, LL128).
  double small_efficiency = 1;
  /// A rank's own part is copied through the same channels: as if this share of it were sent.
  double own_part = 0;
  Seconds in_network_latency;        // of an all-reduce in the switches of a scale-up domain
  double in_network_efficiency = 0;  // of the bandwidth then; 0: it does not reduce in switches
  /// Rings that run at once: at most as many chips of a scale-up domain send into the network.
  std::int64_t rings = 8;
  CollectiveTransport scale_up;
  CollectiveTransport scale_out;
  static void describe(Describe<CollectiveLibraryConfig>& d);
};

}  // namespace tokenfab

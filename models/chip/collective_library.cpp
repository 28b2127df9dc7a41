// SPDX-License-Identifier: Apache-2.0
#include "models/chip/collective_library.hpp"

namespace tokenfab {

void CollectiveTransport::describe(Describe<CollectiveTransport>& d) {
  using C = CollectiveTransport;
  d.field("launch", &C::launch, "Once per collective that leaves the level below").range(0, 1e-2);
  d.field("step", &C::step, "A message step over a network of the reference latency")
      .required()
      .range(0, 1e-2);
  d.field("small_step", &C::small_step, "The same under the protocol for small messages")
      .required()
      .range(0, 1e-2);
  d.field("efficiency", &C::efficiency, "Share of the bandwidth that large messages reach")
      .required()
      .range(1e-3, 1);
  d.field("exchange_efficiency", &C::exchange_efficiency, "The same in all-to-all and send-receive")
      .required()
      .range(1e-3, 1);
  d.field("fill", &C::fill, "Filling the pipeline: sqrt(fill x time on the wire)").range(0, 1);
  d.field("reference_latency", &C::reference_latency,
          "Latency of a message over the network that the steps were measured on")
      .range(0, 1e-2);
}

void CollectiveLibraryConfig::describe(Describe<CollectiveLibraryConfig>& d) {
  using C = CollectiveLibraryConfig;
  d.field("name", &C::name, "Name in lists");
  d.field("algorithms", &C::algorithms,
          "Algorithms it chooses from: ring, tree, halving_doubling, hierarchical, in_network")
      .required();
  d.field("exchange_launch", &C::exchange_launch, "Launch of an all-to-all or send-receive")
      .required()
      .range(0, 1e-2);
  d.field("small_efficiency", &C::small_efficiency,
          "Share of the bandwidth under the protocol for small messages")
      .required()
      .range(1e-3, 1);
  d.field("own_part", &C::own_part, "Share of a rank's own part that is copied like a sent one")
      .range(0, 1);
  d.field("in_network_latency", &C::in_network_latency,
          "Latency of an all-reduce in the switches of a scale-up domain")
      .range(0, 1e-2);
  d.field("in_network_efficiency", &C::in_network_efficiency,
          "Share of the bandwidth of an all-reduce in those switches; 0: it has none")
      .range(0, 1);
  d.field("rings", &C::rings, "Chips of a scale-up domain that send into the network at once")
      .range(1, 1e4)
      .source(
          "Estimate: 8, from the 406 GB/s of 1,440 GB200 in 20 racks whose chips have 50 GB/s of "
          "network each");
  d.object("scale_up", &C::scale_up, "Links of a scale-up domain").required();
  d.object("scale_out", &C::scale_out, "The network between scale-up domains").required();
}

}  // namespace tokenfab

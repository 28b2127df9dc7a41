// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/storage_streams.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

constexpr std::size_t streams_max = 16;

}  // namespace

void StorageStreams::begin(Bytes size, std::span<const NodeChips> nodes, Way way) {
  // A flow has one byte at least.
  const auto streams = std::min({streams_max, nodes.size(), static_cast<std::size_t>(size.si())});
  const auto part = size / static_cast<double>(streams);
  const engine::HostPlace storage{site_, 0, 0, true};
  for (std::size_t i = 0; i < streams; ++i) {
    const engine::HostPlace node{site_, cluster_, nodes[i * nodes.size() / streams].node, false};
    flows_.push_back(way == Way::FromStorage ? engine_.start_flow(storage, node, part, handler_)
                                             : engine_.start_flow(node, storage, part, handler_));
  }
}

void StorageStreams::call_off() {
  for (const auto flow : flows_) {
    engine_.cancel_flow(flow);
  }
  flows_.clear();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// A volume between a job's nodes and their site's storage, as flows.
//
// It leaves from, or comes to, some of the nodes, spread over the job: enough that not their ports
// but the storage is what it waits for, few enough for the engine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/api/job_scheduler.hpp"
#include "sim/engine/engine.hpp"

namespace tokenfab {

class StorageStreams {
 public:
  enum class Way { FromStorage, ToStorage };

  /// `handler` is told of every flow that ends, and hands it to ended().
  StorageStreams(engine::Engine& engine, std::uint32_t site, std::uint32_t cluster,
                 engine::FlowHandler& handler)
      : engine_(engine), site_(site), cluster_(cluster), handler_(handler) {}
  ~StorageStreams() { call_off(); }
  StorageStreams(const StorageStreams&) = delete;
  StorageStreams& operator=(const StorageStreams&) = delete;

  /// Nothing moves for less than a byte.
  void begin(Bytes size, std::span<const NodeChips> nodes, Way way);
  void call_off();
  void ended(engine::FlowId flow) { std::erase(flows_, flow); }
  bool is_moving() const { return !flows_.empty(); }

 private:
  engine::Engine& engine_;
  std::uint32_t site_;
  std::uint32_t cluster_;
  engine::FlowHandler& handler_;
  std::vector<engine::FlowId> flows_;
};

}  // namespace tokenfab

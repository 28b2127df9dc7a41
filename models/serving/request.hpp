// SPDX-License-Identifier: Apache-2.0
// Requests in flight. Slots are reused, so memory follows the requests in the system, not the
// length of the trace.
#pragma once

#include <cstdint>
#include <vector>

#include "models/serving/prefix_cache.hpp"
#include "sim/api/generation.hpp"
#include "sim/api/prompt.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

inline constexpr std::uint32_t no_slot = 0xffffffffU;

struct Request {
  Instant arrival;
  Instant first_token;
  Instant last_token;              // kept only across a preemption
  std::uint64_t number = 0;        // per service, from 0 in order of arrival
  std::uint64_t finish_count = 0;  // replica's decode count after which the last token is out
  std::uint64_t cap_count = 0;     // decode count after which its capped context stops growing
  std::uint64_t admission = 0;     // replica's admission number: the order of the running list
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t emitted_tokens = 0;    // output tokens the user has seen
  std::uint32_t prefilled_tokens = 0;  // in the KV cache from prefill chunks
  std::uint32_t prefill_target = 0;    // tokens to prefill: the prompt, after a preemption also
                                       // the tokens already emitted
  std::int32_t priority = 0;           // lower goes first
  std::uint32_t tenant = 0;            // index into the workload's tenant names
  std::uint64_t session = 0;           // 0: of no session
  std::uint64_t handle = 0;            // the workload's own
  GenerationShape generation;          // images or video to make; zero: text
  bool answer_joins_last = false;      // the answer continues the prompt's last span
  bool kv_arrives = false;             // its KV cache comes from another replica
  std::uint32_t cached_tokens = 0;     // of the prompt, found when it was first admitted
  std::uint32_t loaded_from = 0;       // tokens [from, to) fetched from a tier below the KV cache
  std::uint32_t loaded_to = 0;
  bool was_admitted = false;         // to a batch, once
  bool is_prompt_counted = false;    // in the ledgers: once, however often it is computed
  bool is_prompt_pending = false;    // counted among its replica's pending prompts
  std::uint32_t retries = 0;         // after lost replicas
  std::uint32_t settled_tokens = 0;  // output tokens that pools it was lost from have counted
  WorkloadId workload;
  ServiceId service;
  ReplicaId replica;  // within its pool
  // Intrusive doubly linked list of the replica's running decodes, oldest admission first.
  std::uint32_t running_before = no_slot;
  std::uint32_t running_after = no_slot;
};

/// Requests in flight, and apart from them what only those with shared prompts have.
class RequestPool {
 public:
  SlotId take() {
    if (free_.empty()) {
      slots_.emplace_back();
      prompts_.emplace_back();
      leases_.emplace_back();
      return {static_cast<std::uint32_t>(slots_.size() - 1)};
    }
    const SlotId slot{free_.back()};
    free_.pop_back();
    slots_[slot.index] = Request{};
    prompts_[slot.index].clear();
    leases_[slot.index].clear();
    return slot;
  }
  void give_back(SlotId slot) { free_.push_back(slot.index); }

  Request& operator[](SlotId slot) { return slots_[slot.index]; }
  const Request& operator[](SlotId slot) const { return slots_[slot.index]; }
  /// What the prompt consists of; empty if nobody shares it.
  std::vector<PromptSpan>& prompt(SlotId slot) { return prompts_[slot.index]; }
  const std::vector<PromptSpan>& prompt(SlotId slot) const { return prompts_[slot.index]; }
  PrefixLease& lease(SlotId slot) { return leases_[slot.index]; }

 private:
  std::vector<Request> slots_;
  std::vector<std::vector<PromptSpan>> prompts_;
  std::vector<PrefixLease> leases_;
  std::vector<std::uint32_t> free_;
};

}  // namespace tokenfab

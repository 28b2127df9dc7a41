// SPDX-License-Identifier: Apache-2.0
// One serving replica: continuous batching with the semantics of vLLM's V1 scheduler.
//
// Each step has one token budget (max_num_batched_tokens). Running requests come first, one token
// per decode; a prompt that was cut into chunks goes on next; then waiting requests are admitted
// first come first served while budget, sequence slots (max_num_seqs) and paged KV blocks last. A
// running request that finds no free block preempts the latest admitted one, which loses its cache
// and waits at the front of the queue to be recomputed; no request is admitted in that step. Under
// the priority policy the queue is ordered by (priority, arrival) and the last in that order is
// preempted.
// Source: vllm/v1/core/sched/scheduler.py, Scheduler.schedule(), vLLM v0.10 (2025-08).
//
// With prefix caching an admitted prompt starts behind what the cache holds of it; what a request
// has computed is shared from the step that computes it (prefix_cache.hpp).
//
// A replica may have one half of the work only. A prefill replica hands each prompt over when it is
// computed and keeps its blocks until release(). A decode replica takes such requests with
// submit_decode(): it reserves their blocks at admission, says so to the observer, and decodes them
// from the step after kv_arrived(). What it preempts it recomputes itself.
//
// Left out: several partial prefills at once, asynchronous scheduling. Under the priority policy
// two details differ from vLLM, at most a step per preemption: requests admitted after one that
// preempts itself still get their token, and of equal (priority, arrival) the last arrived is
// preempted. Output lengths end requests; they never inform a decision.
//
// A state machine in time: `next_event()` and `advance_to()`; advancing in two calls equals
// advancing in one. Between two changes of the batch, k decode steps are one event.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/serving/decode_set.hpp"
#include "models/serving/engine_config.hpp"
#include "models/serving/prefix_cache.hpp"
#include "models/serving/request.hpp"
#include "models/serving/waiting_queue.hpp"
#include "sim/api/step.hpp"
#include "sim/core/progression.hpp"

namespace tokenfab {

enum class Stepping {
  Request,   // as many steps per event as the decisions allow
  Iteration  // every step its own event: the reference that the fast path is tested against
};

enum class ReplicaRole { Mixed, Prefill, Decode };

struct ReplicaLimits {
  std::uint32_t max_num_seqs = 0;
  std::uint32_t max_num_batched_tokens = 0;
  std::uint32_t block_size = 0;  // tokens per KV block
  std::uint64_t kv_blocks = 0;
  bool chunked_prefill = true;
  std::uint64_t sequence_blocks = 0;  // held by every running sequence whatever its length:
                                      // recurrent states and windows
  SchedulingPolicy policy = SchedulingPolicy::Fcfs;
  ReplicaRole role = ReplicaRole::Mixed;
  bool prefix_caching = false;
  std::uint32_t lookahead_tokens = 0;  // that a speculating step may write beyond a sequence's end
  std::optional<Duration> queue_deadline{};  // requests that waited longer are dropped unserved

  std::uint64_t blocks_for(std::uint64_t tokens) const {
    return (tokens + block_size - 1) / block_size;
  }
  /// Whether the request can ever finish here; the last output token is never cached.
  bool can_hold(std::uint64_t input_tokens, std::uint64_t output_tokens) const {
    return blocks_for(input_tokens + output_tokens - 1 + lookahead_tokens) + sequence_blocks <=
           kv_blocks;
  }
};

/// A finished run of equal-batch steps.
struct StepsRecord {
  std::int64_t steps = 0;
  Progression times;  // every decode's inter-token gaps
  Duration time;      // sum of the steps
  std::uint32_t decode_sequences = 0;
  std::uint64_t decode_tokens = 0;  // emitted by all decodes
  std::uint64_t prefill_tokens = 0;
  StepWork work;                    // total over the steps; its energy is reported by harvest
  Duration prefill_charge;          // share of `time` charged to input tokens ...
  Duration decode_charge;           // ... and to output tokens
  Duration cached_charge;           // part of prefill_charge: reading prefixes found in the cache
  double cached_token_seconds = 0;  // integral of tokens in the KV cache
};

/// Told what happens; called in order of simulated time, at a step boundary.
class ReplicaObserver {
 public:
  virtual ~ReplicaObserver() = default;
  virtual void steps_done(const StepsRecord& record) = 0;
  virtual void first_token(SlotId slot, Instant now) = 0;
  /// The gap across a preemption, which no StepsRecord contains.
  virtual void token_after_preemption(SlotId slot, Duration gap) = 0;
  virtual void preempted(SlotId slot) = 0;
  /// The last token is out; the slot may be reused after the call.
  virtual void finished(SlotId slot, Instant now) = 0;
  /// A prefill replica has computed the prompt; it holds its blocks until release().
  virtual void prefilled(SlotId, Instant) {}
  /// A decode replica has reserved the blocks: the KV cache may come.
  virtual void reserved(SlotId, Instant) {}
  /// Waited beyond the deadline and left the queue; the slot may be reused after the call.
  virtual void expired(SlotId, Instant) {}
};

class Replica {
 public:
  /// `weight`: what fair queueing owes the tenants; all the same if absent.
  Replica(const ReplicaLimits& limits, const StepModel& step_model, RequestPool& pool,
          ReplicaObserver& observer, Stepping stepping, WaitingQueue::TenantWeight weight = {});

  /// The replica starts only at make_available(); until then requests queue up.
  void hold() { available_ = false; }
  void make_available(Instant now);

  /// A request arrives. It must satisfy limits.can_hold().
  void submit(SlotId slot, Instant now);

  /// Decode replica: a request arrives whose prompt another replica has computed.
  void submit_decode(SlotId slot, Instant now);
  /// The KV cache of a reserved request is here; its first token is out.
  void kv_arrived(SlotId slot, Instant now);
  /// A request submitted to decode leaves again before its KV cache arrived.
  void abandon(SlotId slot, Instant now);
  /// Prefill replica: the blocks of a request that was handed over are free again.
  void release(SlotId slot, Instant now);

  /// Tokens of the prompt that the prefix cache holds at `now`.
  std::uint32_t cached_prefix(std::span<const PromptSpan> prompt, Instant now);

  /// Steps that begin from now on cost what this model says; the one under way ends as it was
  /// priced. It must outlive its use and have the same decode rate and context cap.
  void set_step_model(const StepModel& step_model, Instant now) {
    step_model_ = &step_model;
    cut_run(now);
  }

  /// The hardware is lost at `now`: whole steps made by then are reported, everything else is
  /// gone, the caches too. Appends the requests that were here to `lost`, those handed over and not
  /// released last; each one's emitted_tokens and last_token say where to go on. The replica waits
  /// for make_available(). Returns the time spent on the step that was cut.
  Duration fail(Instant now, std::vector<SlotId>& lost);

  /// Date of the next batch change; none while idle.
  std::optional<Instant> next_event() const { return next_event_; }
  void advance_to(Instant now);

  /// Energy above idle used since the last harvest; now >= every earlier date given.
  double harvest_energy_j(Instant now);
  /// Output tokens emitted since the last harvest.
  std::uint64_t harvest_tokens(Instant now);

  /// The run ends: reports the whole steps made by `now` and drops the one under way.
  /// Returns the time spent on the dropped step.
  Duration stop_at(Instant now);

  bool busy() const { return next_event_.has_value(); }
  std::size_t waiting() const { return waiting_.size(); }
  std::uint32_t running() const {
    const auto prefilling = chunks_.empty() ? std::size_t{partial_ ? 1U : 0U} : chunks_.size();
    return decodes_.size() +
           static_cast<std::uint32_t>(prefilling + reserved_.size() + arrived_.size());
  }
  bool is_empty() const { return running() == 0 && waiting_.empty() && handed_over_.empty(); }
  /// Held by requests here at `now`; cached contents that nobody uses count as free.
  std::uint64_t kv_blocks_used(Instant now) const {
    return limits_.kv_blocks - free_blocks_at(now);
  }

  /// Calls visit(SlotId, emitted_tokens) for every request here, running first; not for those that
  /// were handed over.
  template <class Visit>
  void for_each_request(Visit visit) const {
    decodes_.for_each([&](SlotId slot) { visit(slot, decodes_.emitted_tokens(slot)); });
    if (partial_) {
      visit(*partial_, (*pool_)[*partial_].emitted_tokens);
    }
    for (const auto& chunk : chunks_) {
      if (!partial_ || chunk.slot != *partial_) {
        visit(chunk.slot, (*pool_)[chunk.slot].emitted_tokens);
      }
    }
    for (const auto* slots : {&reserved_, &arrived_}) {
      for (const auto slot : *slots) {
        visit(slot, (*pool_)[slot].emitted_tokens);
      }
    }
    waiting_.for_each([&](SlotId slot) { visit(slot, (*pool_)[slot].emitted_tokens); });
  }

 private:
  struct ScheduledChunk {
    SlotId slot;
    std::uint32_t tokens;
  };
  /// What admitting a request now would take.
  struct Admission {
    std::uint32_t shared = 0;  // prompt tokens leased from the prefix cache
    std::uint32_t ready = 0;   // the same, with what was fetched from lower tiers
    std::uint32_t tokens = 0;  // of the first chunk; 0: it does not fit the budget
    std::uint64_t blocks = 0;  // from the free ones
    std::uint64_t room = 0;    // of free blocks that it waits for; at least as many
  };
  /// The run of steps under way.
  struct Segment {
    bool active = false;
    Instant start;
    std::int64_t steps = 0;
    StepCost cost;
    Progression times;
    Duration prefill_alone;
    Duration decode_alone;
    Duration cached_alone;            // of the prefill: reading cached prefixes
    std::uint64_t cached_tokens = 0;  // attended in the first step
    std::int64_t charged_steps = 0;   // that the fair policy's counters know of
    double harvested_j = 0;
    std::uint64_t harvested_tokens = 0;
  };

  void wake(Instant now);
  void enqueue(SlotId slot, Instant now);
  void cut_run(Instant date);
  void cut_run_after(std::int64_t steps);
  void charge_decodes(Instant now);
  void look_again(Instant now);
  void begin_steps(Instant now);
  void join_arrived();
  void join_decodes(SlotId slot);
  bool make_room(Instant now);
  void preempt(SlotId victim, Instant now);
  SlotId choose_victim() const;
  std::uint32_t schedule_partial(std::uint32_t budget);
  void admit_waiting(std::uint32_t budget, Instant now);
  Admission plan(SlotId slot, std::uint32_t budget) const;
  void admit(SlotId slot, const Admission& admission);
  void admit_reserved(SlotId slot, std::uint64_t blocks, Instant now);
  Instant expiry_of(SlotId slot) const;
  void drop_expired(Instant now);
  std::int64_t steps_to_new_front(Instant now) const;
  std::uint64_t free_blocks_at(Instant now) const;
  void take_blocks(std::uint64_t blocks);
  void give_back_blocks(SlotId slot);
  void share(SlotId slot, std::uint32_t end);
  void price_steps(Instant now, bool preempted);
  void end_steps(Instant now);
  std::uint64_t report_steps(std::int64_t steps);
  std::uint64_t tokens_of(std::int64_t steps) const;
  void complete_chunks(Instant now);
  void finish_decodes(Instant now);
  void finish(SlotId slot, Instant now);
  void emit_from_prefill(SlotId slot, Instant now);
  void emit_token(SlotId slot, Instant now);
  bool admits_newcomer() const;
  std::uint32_t budget_beside_decodes() const;
  Duration cached_part();
  std::uint32_t chunk_of(const Request& request, std::uint32_t budget) const;
  std::uint64_t chunk_blocks(const Request& request, std::uint32_t tokens) const;
  double steps_energy_j(std::int64_t steps) const;
  double segment_energy_j(Instant now) const;

  ReplicaLimits limits_;
  const StepModel* step_model_;
  RequestPool* pool_;
  ReplicaObserver* observer_;
  Stepping stepping_;

  DecodeRate rate_;
  WaitingQueue waiting_;
  DecodeSet decodes_;
  PrefixCache cache_;
  std::vector<SlotId> reserved_;     // whose KV cache is on its way
  std::vector<SlotId> arrived_;      // whose KV cache came during the step under way
  std::vector<SlotId> handed_over_;  // computed here, blocks held for the transfer
  std::optional<SlotId> partial_;    // a prompt in the middle of its chunks: last in running order
  std::vector<ScheduledChunk> chunks_;  // of the step under way
  std::vector<PrefillChunk> chunk_shapes_;
  std::uint64_t free_blocks_;
  std::uint64_t admissions_ = 0;
  Segment segment_;
  bool available_ = true;
  std::optional<Instant> next_event_;
  double pending_energy_j_ = 0;  // of ended segments, not harvested yet
  std::uint64_t pending_tokens_ = 0;
};

}  // namespace tokenfab

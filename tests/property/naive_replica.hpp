// SPDX-License-Identifier: Apache-2.0
// The scheduler of vLLM V1, token by token and list by list, straight from its description
// (vllm/v1/core/sched/scheduler.py, v0.10): the replica must do the same without walking its lists.
//
// Under the priority policy the victim is the largest (priority, arrival) of the running requests;
// of equals the one that arrived last (vLLM: the one admitted first). A victim that already has its
// token of this step gives it back. Deviations from vLLM, the replica's too: a request that is its
// own victim does not keep those admitted after it from their tokens, and a prompt's chunk grows by
// the budget that a victim gives back.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <vector>

#include "tests/replica_play.hpp"

namespace tokenfab::testing {

class NaiveReplica {
 public:
  struct Request {
    Job job;
    std::uint32_t emitted = 0;
    std::uint32_t computed = 0;
    std::uint64_t blocks = 0;
    bool decodes = false;
    bool runs = false;  // holds the blocks of a sequence
    std::uint32_t tokens() const { return job.input + emitted; }
  };

  NaiveReplica(const ReplicaLimits& limits, const StepModel& model)
      : limits_(limits), model_(model), free_(limits.kv_blocks) {}

  std::map<std::uint64_t, Diary::Entry> play(const std::vector<Job>& jobs) {
    for (const auto& job : jobs) {
      requests_.push_back({job});
    }
    std::size_t arrived = 0;
    while (true) {
      while (arrived < jobs.size() && jobs[arrived].arrival <= now_) {
        enqueue(arrived++, false);
      }
      if (running_.empty() && waiting_.empty()) {
        if (arrived == jobs.size()) {
          return entries_;
        }
        now_ = jobs[arrived].arrival;
        continue;
      }
      step();
    }
  }

 private:
  std::uint64_t blocks_of(std::uint64_t tokens) const {
    return (tokens + limits_.block_size - 1) / limits_.block_size;
  }

  bool goes_before(std::size_t a, std::size_t b) const {
    const auto& x = requests_[a].job;
    const auto& y = requests_[b].job;
    return std::tuple(x.priority, x.arrival, a) < std::tuple(y.priority, y.arrival, b);
  }

  void enqueue(std::size_t number, bool was_preempted) {
    waiting_.insert(was_preempted ? waiting_.begin() : waiting_.end(), number);
    if (limits_.policy == SchedulingPolicy::Priority) {
      std::sort(waiting_.begin(), waiting_.end(),
                [this](std::size_t a, std::size_t b) { return goes_before(a, b); });
    }
  }

  /// Takes the blocks for `tokens` more; false if they are not there.
  bool allocate(Request& request, std::uint32_t tokens) {
    const auto needed = blocks_of(request.computed + tokens) - request.blocks +
                        (request.runs ? 0 : limits_.sequence_blocks);
    if (needed > free_) {
      return false;
    }
    free_ -= needed;
    request.blocks = blocks_of(request.computed + tokens);
    request.runs = true;
    return true;
  }

  void release(Request& request) {
    free_ += request.blocks + limits_.sequence_blocks;
    request.blocks = 0;
    request.computed = 0;
    request.decodes = false;
    request.runs = false;
  }

  std::size_t choose_victim() const {
    if (limits_.policy == SchedulingPolicy::Fcfs) {
      return running_.back();
    }
    return *std::max_element(running_.begin(), running_.end(),
                             [this](std::size_t a, std::size_t b) { return goes_before(a, b); });
  }

  void preempt(std::size_t victim, std::uint32_t& budget) {
    const auto granted = std::find_if(scheduled_.begin(), scheduled_.end(),
                                      [&](const auto& entry) { return entry.first == victim; });
    if (granted != scheduled_.end()) {
      budget += granted->second;
      scheduled_.erase(granted);
    }
    std::erase(running_, victim);
    release(requests_[victim]);
    enqueue(victim, true);
    ++entries_[victim].preemptions;
  }

  /// Returns whether anybody was preempted.
  bool schedule_running(std::uint32_t& budget) {
    bool preempted = false;
    const auto order = running_;
    for (const auto number : order) {
      const auto runs = [&] { return std::count(running_.begin(), running_.end(), number) > 0; };
      auto& request = requests_[number];
      while (runs()) {
        const auto tokens = std::min(request.tokens() - request.computed, budget);
        if (allocate(request, tokens)) {
          scheduled_.emplace_back(number, tokens);
          budget -= tokens;
          break;
        }
        preempt(choose_victim(), budget);
        preempted = true;
      }
    }
    return preempted;
  }

  void admit(std::uint32_t& budget) {
    while (!waiting_.empty() && budget > 0 && running_.size() < limits_.max_num_seqs) {
      auto& request = requests_[waiting_.front()];
      const auto wanted = request.tokens() - request.computed;
      if (wanted > budget && !limits_.chunked_prefill) {
        return;
      }
      const auto tokens = std::min(wanted, budget);
      if (!allocate(request, tokens)) {
        return;
      }
      scheduled_.emplace_back(waiting_.front(), tokens);
      running_.push_back(waiting_.front());
      waiting_.pop_front();
      budget -= tokens;
    }
  }

  void step() {
    scheduled_.clear();
    auto budget = limits_.max_num_batched_tokens;
    if (!schedule_running(budget)) {
      admit(budget);
    }
    StepShape shape;
    std::vector<PrefillChunk> chunks;
    for (const auto& [number, tokens] : scheduled_) {
      const auto& request = requests_[number];
      if (request.decodes) {
        ++shape.decode_sequences;
        shape.decode_context_tokens += request.computed + 1;
        if (const auto cap = model_.context_cap()) {
          shape.decode_capped_tokens += std::min(request.computed + 1, *cap);
        }
      } else {
        chunks.push_back({tokens, request.computed, request.computed + tokens == request.tokens()});
      }
    }
    shape.prefills = chunks;
    now_ += model_.cost(shape).first.time();
    for (const auto& [number, tokens] : scheduled_) {
      finish_step(number, tokens);
    }
  }

  void finish_step(std::size_t number, std::uint32_t tokens) {
    auto& request = requests_[number];
    request.computed += tokens;
    if (request.computed < request.tokens()) {
      return;
    }
    ++request.emitted;
    request.decodes = true;
    if (request.emitted == 1) {
      entries_[number].first_token = now_;
    }
    if (request.emitted == request.job.output) {
      entries_[number].end = now_;
      release(request);
      std::erase(running_, number);
    }
  }

  ReplicaLimits limits_;
  const StepModel& model_;
  std::uint64_t free_;
  Instant now_;
  std::vector<Request> requests_;
  std::deque<std::size_t> waiting_;
  std::vector<std::size_t> running_;
  std::vector<std::pair<std::size_t, std::uint32_t>> scheduled_;
  std::map<std::uint64_t, Diary::Entry> entries_;
};

}  // namespace tokenfab::testing

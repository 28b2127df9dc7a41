// SPDX-License-Identifier: Apache-2.0
// The scheduler of vLLM V1, token by token and list by list, straight from its description
// (vllm/v1/core/sched/scheduler.py, v0.10): the replica must do the same without walking its lists.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
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
        waiting_.push_back(arrived++);
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

  /// Takes the blocks for `tokens` more; false if they are not there.
  bool allocate(Request& request, std::uint32_t tokens) {
    const auto needed = blocks_of(request.computed + tokens) - request.blocks;
    if (needed > free_) {
      return false;
    }
    free_ -= needed;
    request.blocks += needed;
    return true;
  }

  void release(Request& request) {
    free_ += request.blocks;
    request.blocks = 0;
    request.computed = 0;
    request.decodes = false;
  }

  /// Returns whether anybody was preempted.
  bool schedule_running(std::uint32_t& budget) {
    bool preempted = false;
    for (std::size_t i = 0; i < running_.size() && budget > 0; ++i) {
      auto& request = requests_[running_[i]];
      const auto tokens = std::min(request.tokens() - request.computed, budget);
      bool has_room = allocate(request, tokens);
      while (!has_room && running_.size() > i) {
        const auto victim = running_.back();
        running_.pop_back();
        release(requests_[victim]);
        waiting_.push_front(victim);
        ++entries_[victim].preemptions;
        preempted = true;
        has_room = running_.size() > i && allocate(request, tokens);
      }
      if (has_room) {
        scheduled_.emplace_back(running_[i], tokens);
        budget -= tokens;
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

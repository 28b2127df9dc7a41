// SPDX-License-Identifier: Apache-2.0
// The waiting line of a serving replica, by policy:
//
// fcfs      first come first served; a preempted request goes back to the front.
// priority  by (priority, arrival, number).
// fair      between tenants: each tenant has a counter of the service it got, divided by its
//           weight; the waiting tenant with the smallest counter goes first, and inside a tenant
//           the first come. A tenant that comes back after having nothing in the line is lifted to
//           the smallest counter that waits, or, in an empty line, to that of the tenant that left
//           it last: idle time earns no credit.
//
// Source of fair: Y. Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024,
// algorithm 2 (virtual token counter); service = input_price x input tokens (charged at admission)
// + output_price x output tokens (as they come), section 3.1. Of equal counters the earliest
// request at a tenant's head goes first. A preempted request does not come back, so nothing is
// lifted for it; its recomputation is not the tenant's doing and should not be charged.
//
// Counters are integers: the order does not depend on how charges are grouped. Between two
// decisions the counters of tenants whose requests decode grow by the step, so the head of the line
// may change without an arrival: steps_to_new_front() says when.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "models/serving/engine_config.hpp"
#include "models/serving/request.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

class WaitingQueue {
 public:
  /// The share of service that the request's tenant is due, > 0; asked once per tenant.
  using TenantWeight = std::function<double(const Request&)>;

  // Sheng et al. 2024, section 5: an output token counts as two input tokens.
  static constexpr std::uint32_t input_price = 1;
  static constexpr std::uint32_t output_price = 2;

  /// Without `weight` all tenants are due the same.
  WaitingQueue(SchedulingPolicy policy, const RequestPool& pool, TenantWeight weight = {});

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  SlotId front() const { return policy_ == SchedulingPolicy::Fair ? fair_front() : line_.front(); }

  void push(SlotId slot) {
    ++size_;
    if (policy_ == SchedulingPolicy::Fcfs) {
      line_.push_back(slot);
    } else {
      insert(slot, true);
    }
  }
  void push_preempted(SlotId slot) {
    ++size_;
    if (policy_ == SchedulingPolicy::Fcfs) {
      line_.push_front(slot);
    } else {
      insert(slot, false);
    }
  }
  void pop_front() {
    --size_;
    if (policy_ == SchedulingPolicy::Fair) {
      pop_fair_front();
    } else {
      line_.pop_front();
    }
  }
  /// Takes a waiting request out, wherever it stands.
  void erase(SlotId slot);

  /// The order inside a line: by arrival, under the priority policy by priority first.
  bool goes_before(SlotId a, SlotId b) const;

  /// Calls visit(SlotId) in the order of service; under fair, the order if nothing were charged
  /// meanwhile.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto slot : line_) {
      visit(slot);
    }
    for (const auto tenant : tenants_in_order()) {
      for (const auto slot : tenants_[tenant].line) {
        visit(slot);
      }
    }
  }

  // The rest is for the fair policy and does nothing under the others.

  /// The request's tenant was served so many tokens.
  void charge(SlotId slot, std::uint64_t input_tokens, std::uint64_t output_tokens);
  /// The request joins or leaves those that get output tokens in every decode step ...
  void decode_joined(SlotId slot);
  void decode_left(SlotId slot);
  /// ... of which so many were made since the last call, each gaining a request
  /// DecodeRate::tokens_per_step.
  void decoded(std::int64_t steps, std::uint32_t tokens_per_step = DecodeRate::unit);
  /// Decode steps after which another request is at the front, if nothing joins or leaves;
  /// StepCost::unlimited if it stays. The line is not empty.
  std::int64_t steps_to_new_front(std::uint32_t tokens_per_step = DecodeRate::unit) const;

 private:
  struct Tenant {
    std::deque<SlotId> line;
    Int128 counter = 0;  // 1 / weight x tokens x price, in units small enough to be whole
    Int128 price = 0;    // of 1 / DecodeRate::unit token
    std::uint32_t decodes = 0;
  };

  bool tenant_goes_before(std::uint32_t a, std::uint32_t b) const;
  void insert(SlotId slot, bool has_arrived);
  void lift(Tenant& tenant);
  std::uint32_t tenant_of(SlotId slot);
  std::uint32_t front_tenant() const;
  SlotId fair_front() const { return tenants_[front_tenant()].line.front(); }
  void pop_fair_front();
  void leave_if_empty(std::uint32_t tenant);
  std::vector<std::uint32_t> tenants_in_order() const;
  static Int128 growth(const Tenant& tenant, std::uint32_t tokens_per_step) {
    return tenant.price * output_price * tenant.decodes * tokens_per_step;
  }

  SchedulingPolicy policy_;
  const RequestPool* pool_;
  TenantWeight weight_;
  std::size_t size_ = 0;
  std::deque<SlotId> line_;  // fcfs and priority

  std::vector<Tenant> tenants_;  // fair, in order of their first request here
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // by (workload, tenant)
  std::vector<std::uint32_t> waiting_;                        // tenants with a line, any order
  std::vector<std::uint32_t> decoding_;                       // tenants with decodes, any order
  std::optional<std::uint32_t> last_left_;
  mutable std::optional<std::uint32_t> front_;  // kept until a counter or a line changes
};

}  // namespace tokenfab

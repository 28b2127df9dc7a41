// SPDX-License-Identifier: Apache-2.0
#include "models/serving/waiting_queue.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

/// The price of a token for a tenant of weight 1: weights are told apart to a millionth.
constexpr double unit_price = 1 << 20;

void remove_from(std::vector<std::uint32_t>& tenants, std::uint32_t tenant) {
  const auto place = std::find(tenants.begin(), tenants.end(), tenant);
  *place = tenants.back();
  tenants.pop_back();
}

}  // namespace

WaitingQueue::WaitingQueue(SchedulingPolicy policy, const RequestPool& pool, TenantWeight weight)
    : policy_(policy), pool_(&pool), weight_(std::move(weight)) {}

bool WaitingQueue::goes_before(SlotId a, SlotId b) const {
  const Request& x = (*pool_)[a];
  const Request& y = (*pool_)[b];
  if (policy_ == SchedulingPolicy::Priority && x.priority != y.priority) {
    return x.priority < y.priority;
  }
  return x.arrival != y.arrival ? x.arrival < y.arrival : x.number < y.number;
}

bool WaitingQueue::tenant_goes_before(std::uint32_t a, std::uint32_t b) const {
  const auto& x = tenants_[a];
  const auto& y = tenants_[b];
  return x.counter != y.counter ? x.counter < y.counter
                                : goes_before(x.line.front(), y.line.front());
}

void WaitingQueue::insert(SlotId slot, bool has_arrived) {
  auto* line = &line_;
  if (policy_ == SchedulingPolicy::Fair) {
    const auto number = tenant_of(slot);
    auto& tenant = tenants_[number];
    if (tenant.line.empty()) {
      if (has_arrived) {
        lift(tenant);
      }
      waiting_.push_back(number);
    }
    line = &tenant.line;
    front_.reset();
  }
  if (line->empty() || !goes_before(slot, line->back())) {
    line->push_back(slot);
    return;
  }
  const auto place = std::upper_bound(line->begin(), line->end(), slot,
                                      [this](SlotId a, SlotId b) { return goes_before(a, b); });
  line->insert(place, slot);
}

void WaitingQueue::lift(Tenant& tenant) {
  if (!waiting_.empty()) {
    tenant.counter = std::max(tenant.counter, tenants_[front_tenant()].counter);
  } else if (last_left_) {
    tenant.counter = std::max(tenant.counter, tenants_[*last_left_].counter);
  }
}

std::uint32_t WaitingQueue::tenant_of(SlotId slot) {
  const Request& request = (*pool_)[slot];
  const auto key = std::uint64_t{request.workload.index} << 32 | request.tenant;
  const auto [place, is_new] =
      numbers_.try_emplace(key, static_cast<std::uint32_t>(tenants_.size()));
  if (is_new) {
    const double weight = weight_ ? weight_(request) : 1;
    CHECK(weight >= 1e-6 && weight <= 1e6, "tenant {} weight {}", request.tenant, weight);
    const double price = std::max(std::round(unit_price / weight), 1.0);
    tenants_.emplace_back().price = static_cast<Int128>(price);
  }
  return place->second;
}

std::uint32_t WaitingQueue::front_tenant() const {
  if (!front_) {
    front_ = *std::min_element(
        waiting_.begin(), waiting_.end(),
        [this](std::uint32_t a, std::uint32_t b) { return tenant_goes_before(a, b); });
  }
  return *front_;
}

void WaitingQueue::pop_fair_front() {
  const auto number = front_tenant();
  tenants_[number].line.pop_front();
  leave_if_empty(number);
  front_.reset();
}

void WaitingQueue::leave_if_empty(std::uint32_t tenant) {
  if (tenants_[tenant].line.empty()) {
    remove_from(waiting_, tenant);
    last_left_ = tenant;
  }
}

void WaitingQueue::erase(SlotId slot) {
  const bool is_fair = policy_ == SchedulingPolicy::Fair;
  auto& line = is_fair ? tenants_[tenant_of(slot)].line : line_;
  const auto place = std::find(line.begin(), line.end(), slot);
  CHECK(place != line.end(), "request {} does not wait", (*pool_)[slot].number);
  line.erase(place);
  --size_;
  if (is_fair) {
    leave_if_empty(tenant_of(slot));
    front_.reset();
  }
}

std::vector<std::uint32_t> WaitingQueue::tenants_in_order() const {
  auto tenants = waiting_;
  std::sort(tenants.begin(), tenants.end(),
            [this](std::uint32_t a, std::uint32_t b) { return tenant_goes_before(a, b); });
  return tenants;
}

void WaitingQueue::charge(SlotId slot, std::uint64_t input_tokens, std::uint64_t output_tokens) {
  if (policy_ != SchedulingPolicy::Fair) {
    return;
  }
  auto& tenant = tenants_[tenant_of(slot)];
  const Int128 service = static_cast<Int128>(input_tokens) * input_price +
                         static_cast<Int128>(output_tokens) * output_price;
  tenant.counter += tenant.price * DecodeRate::unit * service;
  front_.reset();
}

void WaitingQueue::decode_joined(SlotId slot) {
  if (policy_ != SchedulingPolicy::Fair) {
    return;
  }
  const auto number = tenant_of(slot);
  if (tenants_[number].decodes++ == 0) {
    decoding_.push_back(number);
  }
}

void WaitingQueue::decode_left(SlotId slot) {
  if (policy_ != SchedulingPolicy::Fair) {
    return;
  }
  const auto number = tenant_of(slot);
  CHECK(tenants_[number].decodes > 0, "request {} does not decode", (*pool_)[slot].number);
  if (--tenants_[number].decodes == 0) {
    remove_from(decoding_, number);
  }
}

void WaitingQueue::decoded(std::int64_t steps, std::uint32_t tokens_per_step) {
  for (const auto number : decoding_) {
    auto& tenant = tenants_[number];
    tenant.counter += growth(tenant, tokens_per_step) * steps;
  }
  front_.reset();
}

std::int64_t WaitingQueue::steps_to_new_front(std::uint32_t tokens_per_step) const {
  if (policy_ != SchedulingPolicy::Fair) {
    return StepCost::unlimited;
  }
  const auto first = front_tenant();
  const auto& front = tenants_[first];
  Int128 steps = StepCost::unlimited;
  for (const auto number : waiting_) {
    const auto& other = tenants_[number];
    const auto gap = other.counter - front.counter;
    const auto closing = growth(front, tokens_per_step) - growth(other, tokens_per_step);
    if (number == first || closing <= 0) {
      continue;
    }
    // At equal counters the earlier head goes first.
    const bool wins_tie = goes_before(other.line.front(), front.line.front());
    steps = std::min(steps, wins_tie ? (gap + closing - 1) / closing : gap / closing + 1);
  }
  return static_cast<std::int64_t>(steps);
}

}  // namespace tokenfab

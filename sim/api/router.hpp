// SPDX-License-Identifier: Apache-2.0
// Which replica of a group takes a request. A decider: it sees what a real router sees, its own
// counts of requests sent and answered and the engines' published state, never an output length.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

/// What a router knows of the request.
struct RoutingRequest {
  std::uint32_t input_tokens = 0;
  std::uint64_t session = 0;  // 0: of no session
  std::int32_t priority = 0;
};

/// What a router may ask of the replicas it chooses from, numbered from 0. Answers hold for the
/// request being routed and the present date.
class ReplicaView {
 public:
  virtual ~ReplicaView() = default;
  virtual std::uint32_t replicas() const = 0;
  /// Whether every replica may take the request: then nobody needs to ask one by one.
  virtual bool all_eligible() const = 0;
  /// In service, and allowed for the request's tenant.
  virtual bool is_eligible(std::uint32_t replica) const = 0;
  /// Requests sent and not answered.
  virtual std::uint32_t outstanding(std::uint32_t replica) const = 0;
  /// Prompt tokens sent to it whose first output token is not out.
  virtual std::uint64_t pending_prompt_tokens(std::uint32_t replica) const = 0;
  /// Share of its KV cache held by running requests, 0 to 1.
  virtual double kv_utilization(std::uint32_t replica) const = 0;
  /// Tokens of the request's prompt that its prefix cache holds.
  virtual std::uint32_t cached_tokens(std::uint32_t replica) const = 0;
  /// Prompt tokens per second that it prefills when it does nothing else: the operator's rating.
  virtual double prefill_tokens_per_s(std::uint32_t replica) const = 0;
  /// The pool it belongs to, from 0, and that pool's configured weight (> 0).
  virtual std::uint32_t pool(std::uint32_t replica) const = 0;
  virtual double pool_weight(std::uint32_t pool) const = 0;
  virtual std::uint32_t pool_count() const = 0;
  /// The service level for the time to first token, if the service has one.
  virtual std::optional<Duration> ttft_target() const = 0;
};

class Router {
 public:
  virtual ~Router() = default;
  /// Called once, before the first request; replicas >= 1. `view` stays valid. `random` is this
  /// router's own.
  virtual void start(const ReplicaView& view, RandomStream random) = 0;
  /// The replica for a request. Post: an eligible one; none if no replica is eligible.
  virtual std::optional<std::uint32_t> route(const RoutingRequest& request) = 0;
  /// The replica now has this many requests sent and not answered.
  virtual void outstanding_changed(std::uint32_t replica, std::uint32_t outstanding) {
    static_cast<void>(replica);
    static_cast<void>(outstanding);
  }
  /// A session has ended: what was kept of it may be forgotten.
  virtual void session_ended(std::uint64_t session) { static_cast<void>(session); }
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/result.hpp"

#include <array>
#include <cmath>
#include <string_view>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

using Counter = std::uint64_t RequestLedger::*;

struct NamedCounter {
  std::string_view name;
  Counter counter;
};

constexpr std::array counters{
    NamedCounter{"arrived", &RequestLedger::arrived},
    NamedCounter{"completed", &RequestLedger::completed},
    NamedCounter{"rejected", &RequestLedger::rejected},
    NamedCounter{"failed", &RequestLedger::failed},
    NamedCounter{"in flight", &RequestLedger::in_flight},
    NamedCounter{"input tokens", &RequestLedger::input_tokens},
    NamedCounter{"output tokens", &RequestLedger::output_tokens},
    NamedCounter{"cached input tokens", &RequestLedger::cached_input_tokens},
    NamedCounter{"rejected too long", &RequestLedger::rejected_too_long},
    NamedCounter{"rejected by rate limit", &RequestLedger::rejected_rate_limit},
    NamedCounter{"rejected by quota", &RequestLedger::rejected_quota},
    NamedCounter{"rejected by deadline", &RequestLedger::rejected_deadline},
    NamedCounter{"rejected by region", &RequestLedger::rejected_region},
    NamedCounter{"rejected for want of capacity", &RequestLedger::rejected_no_capacity},
    NamedCounter{"images", &RequestLedger::images},
};

// Of these an application or a tenant need not know.
constexpr std::array pool_counters{&RequestLedger::preemptions, &RequestLedger::retries,
                                   &RequestLedger::within_service_level,
                                   &RequestLedger::ended_unmeasured};

void check_equal(const RequestLedger& whole, const RequestLedger& parts, const std::string& name) {
  for (const auto& each : counters) {
    CHECK(whole.*each.counter == parts.*each.counter, "{}: {} {}, its parts have {}", name,
          each.name, whole.*each.counter, parts.*each.counter);
  }
  // The only sum of doubles: the order of adding shows in the last bits.
  CHECK(std::abs(whole.video_seconds - parts.video_seconds) <= 1e-9 * (whole.video_seconds + 1),
        "{}: {} s of video, its parts have {} s", name, whole.video_seconds, parts.video_seconds);
}

}  // namespace

void RequestLedger::add(const RequestLedger& other) {
  for (const auto& each : counters) {
    this->*each.counter += other.*each.counter;
  }
  for (const auto counter : pool_counters) {
    this->*counter += other.*counter;
  }
  video_seconds += other.video_seconds;
}

void WorkLedger::add(const WorkLedger& other) {
  steps += other.steps;
  work.add(other.work, 1);
  busy += other.busy;
  prefill_charge += other.prefill_charge;
  cached_charge += other.cached_charge;
  decode_charge += other.decode_charge;
  image_charge += other.image_charge;
  video_charge += other.video_charge;
  batches += other.batches;
  text_encoder += other.text_encoder;
  vae_decode += other.vae_decode;
  cached_token_seconds += other.cached_token_seconds;
}

void SiteLedger::add(const SiteLedger& other) {
  for (const auto field : {&SiteLedger::import,
                           &SiteLedger::solar,
                           &SiteLedger::wind,
                           &SiteLedger::genset,
                           &SiteLedger::shortfall,
                           &SiteLedger::it,
                           &SiteLedger::conversion_indoor,
                           &SiteLedger::conversion_outdoor,
                           &SiteLedger::chillers,
                           &SiteLedger::heat_rejection,
                           &SiteLedger::pumps,
                           &SiteLedger::fans,
                           &SiteLedger::auxiliaries,
                           &SiteLedger::battery_loss,
                           &SiteLedger::exported,
                           &SiteLedger::stored,
                           &SiteLedger::heat_rejected,
                           &SiteLedger::heat_stored,
                           &SiteLedger::curtailed,
                           &SiteLedger::over_limit,
                           &SiteLedger::renewable}) {
    this->*field += other.*field;
  }
  water += other.water;
  carbon += other.carbon;
  carbon_matched += other.carbon_matched;
  fuel += other.fuel;
  contracts += other.contracts;
  dark += other.dark;
  clock_seconds += other.clock_seconds;
  powered_seconds += other.powered_seconds;
}

void check_ledgers(const RunResult& result) {
  RequestLedger all;
  for (const auto& pool : result.pools) {
    all.add(pool.requests);
  }
  for (const auto& [service, unrouted] : result.unrouted_by_service) {
    all.add(unrouted);
  }
  CHECK(all.arrived == all.completed + all.rejected + all.failed + all.in_flight,
        "requests: {} arrived, {} completed, {} rejected, {} failed, {} in flight", all.arrived,
        all.completed, all.rejected, all.failed, all.in_flight);
  CHECK(all.rejected == all.rejected_for_a_reason(), "{} requests rejected, {} for a reason",
        all.rejected, all.rejected_for_a_reason());
  CHECK(all.cached_input_tokens <= all.input_tokens, "{} of {} input tokens were cached",
        all.cached_input_tokens, all.input_tokens);
  RequestLedger of_applications;
  for (const auto& [name, application] : result.applications) {
    RequestLedger of_tenants;
    for (const auto& [tenant, got] : application.tenants) {
      of_tenants.add(got.requests);
    }
    check_equal(application.requests, of_tenants, "application " + name);
    of_applications.add(application.requests);
  }
  check_equal(all, of_applications, "the factory");
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/request_metrics.hpp"

#include <array>
#include <string>

namespace tokenfab {
namespace {

void set_latency(MetricSet& metrics, const std::string& name, const QuantileSketch& sketch) {
  if (sketch.count() == 0) {
    return;
  }
  constexpr std::array<double, 3> points{0.5, 0.9, 0.99};
  const auto quantiles = sketch.quantiles_s(points);
  metrics.set(name + "_mean_s", sketch.mean_s());
  metrics.set(name + "_p50_s", quantiles[0]);
  metrics.set(name + "_p90_s", quantiles[1]);
  metrics.set(name + "_p99_s", quantiles[2]);
}

double tokens_of(const RequestLedger& requests) {
  return static_cast<double>(requests.input_tokens) + static_cast<double>(requests.output_tokens);
}

}  // namespace

bool makes_tokens(const RequestLedger& requests) {
  return tokens_of(requests) > 0 || (requests.images == 0 && requests.video_seconds <= 0);
}

void set_requests(MetricSet& metrics, const RequestLedger& requests) {
  const auto count = [&](const char* name, std::uint64_t value) {
    metrics.set(name, static_cast<double>(value));
  };
  count("requests_completed", requests.completed);
  count("requests_rejected", requests.rejected);
  count("requests_rejected_too_long", requests.rejected_too_long);
  count("requests_rejected_rate_limit", requests.rejected_rate_limit);
  count("requests_rejected_quota", requests.rejected_quota);
  count("requests_rejected_deadline", requests.rejected_deadline);
  count("requests_rejected_region", requests.rejected_region);
  count("requests_rejected_no_capacity", requests.rejected_no_capacity);
  count("requests_failed", requests.failed);
  count("requests_retried", requests.retries);
  count("requests_in_flight", requests.in_flight);
  count("input_tokens", requests.input_tokens);
  count("output_tokens", requests.output_tokens);
  count("cached_input_tokens", requests.cached_input_tokens);
  if (requests.images > 0) {
    count("images_completed", requests.images);
  }
  if (requests.video_seconds > 0) {
    metrics.set("video_seconds_completed", requests.video_seconds);
  }
}

void set_latencies(MetricSet& metrics, const LatencyStats& latency) {
  set_latency(metrics, "ttft", latency.ttft);
  set_latency(metrics, "tpot", latency.tpot);
  set_latency(metrics, "itl", latency.itl);
  set_latency(metrics, "e2el", latency.e2el);
}

void set_rates(MetricSet& metrics, const RequestLedger& requests, bool has_service_level,
               const RunTime& time) {
  if (makes_tokens(requests)) {
    metrics.set_ratio("output_tokens_per_s", static_cast<double>(requests.output_tokens),
                      time.duration_s);
    metrics.set_ratio("total_tokens_per_s", tokens_of(requests), time.duration_s);
  }
  if (requests.images > 0) {
    metrics.set_ratio("images_per_s", static_cast<double>(requests.images), time.duration_s);
  }
  if (requests.video_seconds > 0) {
    metrics.set_ratio("video_seconds_per_s", requests.video_seconds, time.duration_s);
  }
  if (const auto tpot = metrics.get("tpot_p50_s")) {
    metrics.set_ratio("interactivity_tokens_per_s_per_user", 1, *tpot);
  }
  if (has_service_level) {
    const auto within = static_cast<double>(requests.within_service_level);
    const auto ended =
        requests.completed + requests.rejected + requests.failed - requests.ended_unmeasured;
    metrics.set_ratio("goodput_requests_per_s", within, time.duration_s - time.warmup_s);
    metrics.set_ratio("slo_attainment", within, static_cast<double>(ended));
  }
}

void set_given_tokens(MetricSet& metrics, const RequestLedger& made, const RunTime& time) {
  if (tokens_of(made) > 0) {
    metrics.set("input_tokens", static_cast<double>(made.input_tokens));
    metrics.set("output_tokens", static_cast<double>(made.output_tokens));
    set_rates(metrics, made, false, time);
  }
}

void set_costs(MetricSet& metrics, const RequestLedger& requests, const ProductCosts& costs) {
  const auto amounts = products_of(requests);
  const auto per = [&](const char* name, Product product, double unit) {
    metrics.set_ratio(name, costs.of(product) * unit, amounts[static_cast<std::size_t>(product)]);
  };
  metrics.set("cost_total_usd", costs.total_usd());
  metrics.set_ratio("cost_per_mtok_usd", costs.total_usd() * tokens_per_mtok, tokens_of(requests));
  per("cost_per_mtok_input_usd", Product::Input, tokens_per_mtok);
  per("cost_per_mtok_cached_input_usd", Product::CachedInput, tokens_per_mtok);
  per("cost_per_mtok_output_usd", Product::Output, tokens_per_mtok);
  per("cost_per_image_usd", Product::Image, 1);
  per("cost_per_video_second_usd", Product::VideoSecond, 1);
}

void set_revenue(MetricSet& metrics, const RequestLedger& requests, double revenue_usd,
                 double cost_usd) {
  metrics.set("revenue_usd", revenue_usd);
  metrics.set("margin_usd", revenue_usd - cost_usd);
  metrics.set_ratio("revenue_per_mtok_usd", revenue_usd * tokens_per_mtok, tokens_of(requests));
}

}  // namespace tokenfab

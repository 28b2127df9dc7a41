// SPDX-License-Identifier: Apache-2.0
#include "models/serving/expert_exchange.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

constexpr double bf16_bytes = 2;

/// Bytes of one element on the way to its expert: quantized rows take their scales along.
double dispatched_bytes(Precision activations) {
  const double element = bytes_per_element(activations);
  // No kernel sends fp4: those rows travel as fp8.
  return element >= bf16_bytes ? element : 1 + 4.0 / 128;
}

/// Copies of a row over each kind of link.
struct Copies {
  double scale_up = 0;
  double scale_out = 0;
};

Copies copies_of_row(double top_k, double chips, double domain,
                     std::optional<std::int64_t> domains_max) {
  if (chips <= domain) {
    return {top_k * (chips - 1) / chips, 0};
  }
  if (!domains_max) {
    return {top_k * (domain - 1) / chips, top_k * (chips - domain) / chips};
  }
  const double domains = chips / domain;
  const double reached = std::min(static_cast<double>(*domains_max),
                                  domains * -std::expm1(top_k * std::log1p(-1 / domains)));
  return {top_k * (domain - 1) / domain, reached * (domains - 1) / domains};
}

}  // namespace

ExpertExchange::ExpertExchange(const TransformerConfig& model, const ChipConfig& chip,
                               const EngineConfig& engine)
    : is_needed_(engine.expert_parallel_size > 1 && model.mixture) {
  if (!is_needed_) {
    return;
  }
  const auto& fit = chip.expert_exchange;
  const auto copies =
      copies_of_row(static_cast<double>(model.mixture->num_experts_per_tok),
                    static_cast<double>(engine.expert_parallel_size),
                    static_cast<double>(chip.scale_up_domain), engine.expert_domains_max);
  // The busiest chip's links carry its excess rows as well.
  const double elements = static_cast<double>(model.hidden_size) *
                          engine.busiest_expert_chip(model) /
                          static_cast<double>(engine.tensor_parallel_size);
  const auto per_row = [&](double element_bytes) {
    const Bytes row(elements * element_bytes);
    return std::max(copies.scale_up * row / (chip.scale_up_bandwidth * fit.scale_up_efficiency),
                    copies.scale_out * row / (chip.scale_out_bandwidth * fit.scale_out_efficiency));
  };
  latency_ = fit.latency;
  dispatch_per_row_ = per_row(dispatched_bytes(engine.activation_precision()));
  combine_per_row_ = per_row(bf16_bytes);
}

Seconds ExpertExchange::operator()(std::int64_t rows) const {
  if (!is_needed_) {
    return Seconds(0);
  }
  return 2 * latency_ + static_cast<double>(rows) * (dispatch_per_row_ + combine_per_row_);
}

Seconds ExpertExchange::dispatch(std::int64_t rows) const {
  return is_needed_ ? latency_ + static_cast<double>(rows) * dispatch_per_row_ : Seconds(0);
}

Seconds ExpertExchange::combine(std::int64_t rows) const {
  return is_needed_ ? latency_ + static_cast<double>(rows) * combine_per_row_ : Seconds(0);
}

}  // namespace tokenfab

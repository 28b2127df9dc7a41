// SPDX-License-Identifier: Apache-2.0
#include "tools/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "models/catalog.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "sim/api/workload.hpp"
#include "sim/report/provenance_text.hpp"
#include "sim/scenario/render_rules.hpp"
#include "tools/job_estimate.hpp"
#include "tools/plant_estimate.hpp"
#include "tools/render_estimate.hpp"

namespace tokenfab::tools {
namespace {

// What this program plays on one core of a 2020s server (docs/performance.md); an order of
// magnitude for planning, nothing depends on it.
constexpr double requests_per_cpu_s = 4e5;

struct Demand {
  double input_tokens = 0;
  double output_tokens = 0;
  std::optional<std::uint64_t> requests;
  std::optional<double> rate_per_s;
};

/// What the workloads of a service ask for; nullopt if the lengths are not known beforehand.
std::optional<Demand> demand_of(const Scenario& scenario, const std::string& service) {
  for (const auto& [name, workload] : scenario.config->workloads) {
    if (workload.service != service) {
      continue;
    }
    const auto trace = scenario.traces.find(name);
    if (trace != scenario.traces.end()) {
      const auto& summary = trace->second.summary;
      const auto rows = static_cast<double>(summary.rows);
      const double span = summary.last_arrival.seconds();
      return Demand{static_cast<double>(summary.input_tokens) / rows,
                    static_cast<double>(summary.output_tokens) / rows, summary.rows,
                    span > 0 ? std::optional(rows / span) : std::nullopt};
    }
    const auto source = plugin_table().make<Workload>("workload", workload.source);
    if (const auto lengths = source->mean_lengths()) {
      return Demand{lengths->first, lengths->second, source->expected_requests(),
                    source->offered_rate_per_s()};
    }
  }
  return std::nullopt;
}

/// Requests per second of one replica with its batch full: every request takes its share of a step
/// full of prompts and its share of output_tokens decode steps.
double replica_rate(const PoolPlan& plan, const Demand& demand) {
  const auto& engine = *plan.config->engine;
  const TransformerStepModel model(*plan.model, plan.node->chip, engine, Watts(0));
  const double mean_context = demand.input_tokens + demand.output_tokens / 2;
  const auto ranks = static_cast<double>(engine.data_parallel_size);
  const double batch = std::clamp(static_cast<double>(plan.placement.kv_tokens) / mean_context, 1.0,
                                  static_cast<double>(engine.max_num_seqs) * ranks);
  StepShape decode;
  decode.decode_sequences = static_cast<std::uint32_t>(batch);
  decode.decode_context_tokens = static_cast<std::uint64_t>(batch * mean_context);
  if (const auto cap = model.context_cap()) {
    decode.decode_capped_tokens =
        static_cast<std::uint64_t>(batch * std::min(mean_context, static_cast<double>(*cap)));
  }
  const double step = model.cost(decode).first.time().seconds();
  const double budget = static_cast<double>(engine.max_num_batched_tokens) * ranks *
                        static_cast<double>(engine.pipeline_parallel_size);
  const double prompt = std::clamp(demand.input_tokens, 1.0, budget);
  const std::vector<PrefillChunk> prompts(
      static_cast<std::size_t>(std::min(budget / prompt, batch)),
      PrefillChunk{static_cast<std::uint32_t>(prompt), 0, true});
  StepShape prefill;
  prefill.prefills = prompts;
  const double prefill_per_token = model.cost(prefill).first.time().seconds() /
                                   (static_cast<double>(prompts.size()) * std::floor(prompt));
  return 1 / (demand.input_tokens * prefill_per_token + demand.output_tokens * step / batch);
}

std::string pool_text(const PoolPlan& plan) {
  const auto gigabytes = [](Bytes size) { return size.si() / 1e9; };
  const auto& placement = plan.placement;
  return fmt::format(
      "{}/{}: {} replicas of {} chips on {}/{}\n"
      "  per chip: weights {:.1f} GB, activations {:.1f} GB, reserved {:.1f} GB, "
      "KV cache {:.1f} GB of {:.1f} GB\n"
      "  KV capacity per replica: {} tokens in {} blocks; longest request {} tokens\n",
      plan.service, plan.pool, plan.config->replicas, plan.config->chips_per_replica(), plan.site,
      plan.cluster, gigabytes(placement.weights_per_chip),
      gigabytes(placement.activations_per_chip), gigabytes(placement.reserved_per_chip),
      gigabytes(placement.kv_cache_per_chip), gigabytes(plan.node->chip.memory_capacity),
      placement.kv_tokens, placement.kv_blocks, placement.context_tokens);
}

}  // namespace

std::string estimate_text(const Scenario& scenario) {
  std::string text = fmt::format("{}: fits\n", scenario.config->name);
  for (const auto& [name, service] : scenario.config->services) {
    if (is_diffusion_service(*scenario.config, service)) {
      text += render_estimate_text(scenario, name);
      continue;
    }
    const auto demand = demand_of(scenario, name);
    double rate = 0;
    for (const auto& plan : scenario.pools) {
      if (plan.service == name) {
        text += pool_text(plan);
        rate +=
            demand ? replica_rate(plan, *demand) * static_cast<double>(plan.config->replicas) : 0;
      }
    }
    if (!demand) {
      continue;
    }
    text += fmt::format("{}: mean request {:.0f} + {:.0f} tokens, at most about {:.2f} requests/s",
                        name, demand->input_tokens, demand->output_tokens, rate);
    if (demand->rate_per_s) {
      text += fmt::format("; offered {:.2f} ({:.0f} %)", *demand->rate_per_s,
                          100 * *demand->rate_per_s / rate);
    }
    text += "\n";
    if (demand->requests) {
      text += fmt::format("{}: {} requests, about {:.2g} s to play\n", name, *demand->requests,
                          static_cast<double>(*demand->requests) / requests_per_cpu_s);
    }
  }
  text += job_estimate_text(scenario);
  text += plant_estimate_text(scenario);
  for (const auto& line : provenance_lines(scenario.provenance)) {
    text += line + "\n";
  }
  for (const auto& warning : scenario.warnings) {
    text += fmt::format("warning: {}\n", warning);
  }
  return text;
}

}  // namespace tokenfab::tools

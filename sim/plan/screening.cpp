// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/screening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/economics/cost.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double tokens_per_mtok = 1e6;

/// Mean lengths of a request; prompts are none where they may come from a cache.
struct Lengths {
  double input = 0;
  double output = 1;
};

/// Steps of one replica in closed form.
class ReplicaRate {
 public:
  ReplicaRate(const PoolPlan& plan, const Lengths& lengths)
      : plan_(plan),
        lengths_(lengths),
        model_(*plan.model, plan.node->chip, *plan.config->engine, Watts(0)) {
    const auto rate = model_.decode_rate();
    gain_ = static_cast<double>(rate.tokens_per_step) / DecodeRate::unit;
    rows_ = rate.rows_per_sequence;
  }

  double mixed_per_s() const {
    double best = 0;
    for_batches([&](double batch) {
      const double together =
          batch * gain_ / (lengths_.output * step_s(batch, batch * gain_ * input_per_output()));
      const double apart = 1 / (lengths_.input * prompt_token_s() + decode_s_per_request(batch));
      best = std::max({best, together, apart});
    });
    return best;
  }
  double prefill_per_s() const {
    const double per_request = lengths_.input * prompt_token_s();
    return per_request > 0 ? 1 / per_request : HUGE_VAL;
  }
  double decode_per_s() const {
    double best = 0;
    for_batches([&](double batch) { best = std::max(best, 1 / decode_s_per_request(batch)); });
    return best;
  }
  /// Of a lone sequence.
  double interactivity_per_s() const {
    StepShape shape;
    shape.decode_sequences = 1;
    shape.decode_context_tokens = 1;
    shape.decode_capped_tokens = model_.context_cap() ? 1 : 0;
    return gain_ / model_.cost(shape).first.time().seconds();
  }

 private:
  double input_per_output() const { return lengths_.input / lengths_.output; }
  /// Rows of a step, as the limits of a replica have it (sim/scenario/replica_limits.cpp).
  double row_budget() const {
    const auto& engine = *plan_.config->engine;
    return static_cast<double>(engine.max_num_batched_tokens * engine.data_parallel_size *
                               engine.pipeline_parallel_size);
  }
  double batch_max() const {
    const auto& engine = *plan_.config->engine;
    const double by_cache =
        static_cast<double>(plan_.placement.kv_tokens) / (lengths_.input + lengths_.output / 2);
    const double by_limit = static_cast<double>(engine.max_num_seqs * engine.data_parallel_size);
    const double by_rows = (row_budget() - 1) / rows_;
    return std::max(1.0, std::floor(std::min({by_cache, by_limit, by_rows})));
  }
  template <class Function>
  void for_batches(const Function& at) const {
    const double most = batch_max();
    for (double batch = 1; batch < most; batch *= 2) {
      at(batch);
    }
    at(most);
  }
  double step_s(double batch, double prompt_tokens) const {
    const double context = batch * (lengths_.input + lengths_.output / 2);
    StepShape shape;
    shape.decode_sequences = static_cast<std::uint32_t>(batch);
    shape.decode_context_tokens = static_cast<std::uint64_t>(context);
    if (const auto cap = model_.context_cap()) {
      const auto capped = std::min(context, batch * static_cast<double>(*cap));
      shape.decode_capped_tokens = static_cast<std::uint64_t>(capped);
    }
    // Prompts that do not fit beside the decodes take more steps of the same kind.
    const double room = std::max(1.0, row_budget() - batch * rows_);
    const auto prompts = chunks(std::min(prompt_tokens, room));
    shape.prefills = prompts;
    const double fits = prompt_tokens > 0 ? std::min(1.0, room / prompt_tokens) : 1;
    return model_.cost(shape).first.time().seconds() / fits;
  }
  /// Whole prompts, and the beginning of another one. The one row of the output head that each of
  /// them has is left out.
  std::vector<PrefillChunk> chunks(double tokens) const {
    const double prompt = std::max(1.0, std::floor(lengths_.input));
    std::vector<PrefillChunk> parts(static_cast<std::size_t>(tokens / prompt),
                                    {static_cast<std::uint32_t>(prompt), 0, false});
    const double rest = tokens - prompt * static_cast<double>(parts.size());
    if (rest >= 1) {
      parts.push_back({static_cast<std::uint32_t>(rest), 0, false});
    }
    return parts;
  }
  double decode_s_per_request(double batch) const {
    return lengths_.output * step_s(batch, 0) / (batch * gain_);
  }
  /// In a step full of prompts.
  double prompt_token_s() const {
    if (lengths_.input <= 0) {
      return 0;
    }
    const auto prompts = chunks(row_budget());
    double tokens = 0;
    for (const auto& prompt : prompts) {
      tokens += prompt.tokens;
    }
    StepShape shape;
    shape.prefills = prompts;
    return model_.cost(shape).first.time().seconds() / tokens;
  }

  const PoolPlan& plan_;
  Lengths lengths_;
  TransformerStepModel model_;
  double gain_ = 1;  // tokens of a sequence per step
  double rows_ = 1;
};

std::optional<Lengths> lengths_of(const PlanDemand& demand) {
  if (!demand.input_tokens || !demand.output_tokens || *demand.output_tokens <= 0) {
    return std::nullopt;
  }
  return Lengths{demand.may_share_prompts ? 0 : *demand.input_tokens, *demand.output_tokens};
}

void set_speed(const Scenario& scenario, const PlanSubject& subject, const Layout& layout,
               Screened& screened) {
  const auto lengths = lengths_of(subject.demand);
  double rate = HUGE_VAL;
  for (const auto& plan : scenario.pools) {
    if (plan.service != subject.service) {
      continue;
    }
    const ReplicaRate replica(plan, lengths.value_or(Lengths()));
    if (plan.config->role != ReplicaRole::Prefill) {
      screened.interactivity_max_per_s = replica.interactivity_per_s();
    }
    if (!lengths) {
      continue;
    }
    switch (plan.config->role) {
      case ReplicaRole::Mixed:
        rate = std::min(rate, replica.mixed_per_s());
        break;
      case ReplicaRole::Prefill:
        rate = std::min(rate, static_cast<double>(layout.split.prefill) * replica.prefill_per_s());
        break;
      case ReplicaRole::Decode:
        rate = std::min(rate, static_cast<double>(layout.split.decode) * replica.decode_per_s());
        break;
    }
  }
  screened.rate_max_per_s = lengths ? std::optional(rate) : std::nullopt;
}

/// Costs of an hour, which are linear in the number of servers and of chips held.
double usd_per_s(const EconomicsConfig& economics, const NodeConfig& node, double nodes,
                 double chips_held) {
  const auto hour = Duration::from_seconds(3600);
  ClusterAssets assets;
  assets.chips = nodes * static_cast<double>(node.chips_per_node);
  assets.chip_price = node.chip.price;
  assets.chip_rent = node.chip.rent;
  assets.nodes = nodes;
  assets.host_price = node.host_price;
  assets.network_price = node.network_price;
  assets.power_design = nodes * node.power_design();
  assets.active_chip_seconds = chips_held * hour.seconds();
  double sum = 0;
  for (const auto& item : cost_items(economics, {{"", {assets}, {}, {}, {}, {}, {}}}, hour)) {
    sum += item.amount.si();
  }
  return sum / hour.seconds();
}

void set_prices(const EconomicsConfig& economics, const NodeConfig& node, Screened& screened) {
  screened.fixed_usd_per_s = usd_per_s(economics, node, 0, 0);
  screened.node_usd_per_s = usd_per_s(economics, node, 1, 0) - screened.fixed_usd_per_s;
  screened.chip_usd_per_s = usd_per_s(economics, node, 0, 1) - screened.fixed_usd_per_s;
  screened.capex_usd_per_node =
      (static_cast<double>(node.chips_per_node) * node.chip.price + node.host_price +
       node.network_price + economics.capex.facility_price * node.power_design())
          .si();
}

/// Chips that the catalogue has no price for would win every plan.
std::string price_obstacle(const EconomicsConfig& economics, const NodeConfig& node) {
  const bool is_rented = economics.ownership == Ownership::Rented;
  const bool has_rents = economics.rents.has_value();
  if (is_rented ? !has_rents && node.chip.rent.si() <= 0 : node.chip.price.si() <= 0) {
    return fmt::format("the catalogue has no {} of the chip", is_rented ? "rent" : "price");
  }
  return "";
}

}  // namespace

Screened screen(const PlanRequest& request, const PlanSubject& subject, const Layout& layout) {
  auto changed = request.scenario;
  const auto settings = settings_of(layout, 1, subject);
  changed.overrides.insert(changed.overrides.end(), settings.begin(), settings.end());
  Screened screened;
  try {
    const auto scenario = load_scenario(changed);
    const auto pool =
        std::find_if(scenario.pools.begin(), scenario.pools.end(),
                     [&](const PoolPlan& each) { return each.service == subject.service; });
    CHECK(pool != scenario.pools.end(), "service {} has no pools", subject.service);
    if (!layout.node.node.empty()) {
      screened.obstacle = price_obstacle(scenario.config->economics, *pool->node);
    }
    set_prices(scenario.config->economics, *pool->node, screened);
    set_speed(scenario, subject, layout, screened);
  } catch (const InputError& error) {
    screened.obstacle = error.problems().front().message;
  }
  return screened;
}

std::optional<double> offered_tokens_per_s(const PlanDemand& demand) {
  if (!demand.rate_per_s || !demand.input_tokens || !demand.output_tokens) {
    return std::nullopt;
  }
  return *demand.rate_per_s * (*demand.input_tokens + *demand.output_tokens);
}

double cost_bound_usd(const Screened& screened, const Layout& layout, const PlanDemand& demand,
                      const std::optional<double>& offered_tokens_per_s, std::int64_t units) {
  double tokens_per_s = offered_tokens_per_s.value_or(HUGE_VAL);
  if (screened.rate_max_per_s) {
    const double per_request = *demand.input_tokens + *demand.output_tokens;
    tokens_per_s =
        std::min(tokens_per_s, static_cast<double>(units) * *screened.rate_max_per_s * per_request);
  }
  const double usd_per_s =
      screened.fixed_usd_per_s +
      screened.node_usd_per_s * static_cast<double>(layout.nodes(units)) +
      screened.chip_usd_per_s * static_cast<double>(units * layout.chips_per_unit());
  return std::isinf(tokens_per_s) ? 0 : usd_per_s / tokens_per_s * tokens_per_mtok;
}

std::int64_t units_needed(const Screened& screened, const PlanDemand& demand, double utilization) {
  if (!screened.rate_max_per_s || !demand.rate_per_s) {
    return 1;
  }
  const double units = *demand.rate_per_s / (*screened.rate_max_per_s * utilization);
  constexpr double most = 1e6;
  return static_cast<std::int64_t>(std::ceil(std::clamp(units, 1.0, most)));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/workload/session_generator.hpp"

#include <algorithm>

#include "sim/api/request_row.hpp"
#include "sim/core/mix.hpp"

namespace tokenfab {
namespace {

constexpr double gap_max_s = 1e9;
constexpr std::uint64_t compaction = ~std::uint64_t{0};  // no number of a turn

std::uint32_t request_tokens(std::uint64_t tokens) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(tokens, max_request_tokens));
}

}  // namespace

SessionGenerator::SessionGenerator(const SessionGeneratorConfig& config, const PluginTable& plugins)
    : config_(config),
      think_time_(config.think_time_s, {"think_time_s", "seconds", "a gap"}, 0, gap_max_s),
      tool_time_(config.tool_time_s, {"tool_time_s", "seconds", "a gap"}, 0, gap_max_s) {
  const auto lengths = [&](const PluginConfig& chosen) {
    return plugins.make<LengthDistribution>("distribution", chosen);
  };
  turns_ = lengths(config.turns);
  first_ = lengths(config.first_tokens);
  growth_ = lengths(config.growth_tokens);
  output_ = lengths(config.output_tokens);
  resumed_turns_ = lengths(config.resumed.turns);
  resumed_first_ = lengths(config.resumed.first_tokens);
  context_max_ = lengths(config.context_max);
  compacted_ = lengths(config.compacted_tokens);
  subagent_number_ = lengths(config.subagents.number);
  subagent_turns_ = lengths(config.subagents.turns);
  subagent_first_ = lengths(config.subagents.first_tokens);
  subagent_growth_ = lengths(config.subagents.growth_tokens);
}

void SessionGenerator::open(const std::function<RandomStream(std::string_view purpose)>& stream) {
  stream_ = stream("session contents");
  const std::uint64_t salt = stream("contents").next_u64();
  system_content_ = chained(salt, 0);
  subagent_content_ = chained(salt, 1);
  own_content_ = chained(salt, 2);
}

void SessionGenerator::fill(std::uint64_t number, Session& session) {
  const bool is_resumed = happens(config_.resumed.share);
  const std::uint32_t turns = (is_resumed ? resumed_turns_ : turns_)->sample(*stream_);
  Context context{system_content_, chained(own_content_, number), config_.system_tokens,
                  (is_resumed ? resumed_first_ : first_)->sample(*stream_)};
  std::uint64_t limit = context_max_->sample(*stream_);
  if (context.system_tokens + context.tokens > limit) {
    limit = context_max_->max();  // where there is the most room
  }
  awaited_.clear();
  Duration pause;
  for (std::uint32_t i = 0; i < turns; ++i) {
    const std::uint32_t turn = add_turn(session, context, pause);
    awaited_.assign(1, turn);
    context.tokens += session.requests[turn].output_tokens;
    if (happens(config_.subagents.launch_share)) {
      add_subagents(session, turn, chained(context.text, turn));
    }
    if (happens(config_.branches.launch_share)) {
      context.tokens += add_branches(session, turn, context);
    }
    context.tokens += growth_->sample(*stream_);
    compact_above(limit, context);
    pause = draw_gap(happens(config_.think_share) ? think_time_ : tool_time_);
  }
}

std::uint32_t SessionGenerator::add_turn(Session& session, const Context& context, Duration pause) {
  SessionRequest request;
  request.gap = pause;
  request.after_begin = static_cast<std::uint32_t>(session.after.size());
  session.after.insert(session.after.end(), awaited_.begin(), awaited_.end());
  request.after_end = static_cast<std::uint32_t>(session.after.size());
  request.span_begin = static_cast<std::uint32_t>(session.spans.size());
  const std::uint32_t text_tokens = request_tokens(
      std::min<std::uint64_t>(context.tokens, max_request_tokens - context.system_tokens));
  if (context.system_tokens > 0) {
    session.spans.push_back({context.system, context.system_tokens});
  }
  session.spans.push_back({context.text, text_tokens});
  request.span_end = static_cast<std::uint32_t>(session.spans.size());
  request.input_tokens = context.system_tokens + text_tokens;
  request.output_tokens = request_tokens(output_->sample(*stream_));
  request.answer_joins_last = true;
  session.requests.push_back(request);
  return static_cast<std::uint32_t>(session.requests.size() - 1);
}

void SessionGenerator::compact_above(std::uint64_t limit, Context& context) {
  if (context.system_tokens + context.tokens > limit) {
    context.text = chained(context.text, compaction);
    context.tokens = compacted_->sample(*stream_);
  }
}

/// Chains of their own that begin after `turn` and that the next turn waits for.
void SessionGenerator::add_subagents(Session& session, std::uint32_t turn, std::uint64_t number) {
  std::vector<std::uint32_t> last;
  const std::uint32_t subagents = subagent_number_->sample(*stream_);
  for (std::uint32_t i = 0; i < subagents; ++i) {
    Context context{subagent_content_, chained(number, i), config_.subagents.system_tokens,
                    subagent_first_->sample(*stream_)};
    awaited_.assign(1, turn);
    const std::uint32_t turns = subagent_turns_->sample(*stream_);
    Duration pause;
    for (std::uint32_t k = 0; k < turns; ++k) {
      const std::uint32_t own = add_turn(session, context, pause);
      awaited_.assign(1, own);
      context.tokens += session.requests[own].output_tokens + subagent_growth_->sample(*stream_);
      pause = draw_gap(tool_time_);
    }
    last.push_back(awaited_.front());
  }
  awaited_.assign(1, turn);
  awaited_.insert(awaited_.end(), last.begin(), last.end());
}

/// Requests that each go on from the answer to `turn` in their own words. Returns the tokens of
/// their answers, which the next turn holds.
std::uint64_t SessionGenerator::add_branches(Session& session, std::uint32_t turn,
                                             const Context& context) {
  const auto awaited = awaited_;
  std::vector<std::uint32_t> own;
  std::uint64_t answers = 0;
  for (std::int64_t i = 0; i < config_.branches.number; ++i) {
    awaited_.assign(1, turn);
    const std::uint32_t branch = add_turn(session, context, Duration());
    auto& request = session.requests[branch];
    const auto tokens =
        std::min(config_.branches.tokens, max_request_tokens - request.input_tokens);
    request.answer_joins_last = tokens > 0;
    if (tokens > 0) {
      session.spans.push_back({chained(chained(context.text, turn), branch), tokens});
      ++request.span_end;
      request.input_tokens += tokens;
    }
    answers += request.output_tokens;
    own.push_back(branch);
  }
  awaited_ = awaited;
  awaited_.insert(awaited_.end(), own.begin(), own.end());
  return answers;
}

Duration SessionGenerator::draw_gap(const QuantileFunction& seconds) {
  return Duration::from_seconds(seconds.at(stream_->uniform()));
}

double SessionGenerator::mean_requests() const {
  const double subagents =
      config_.subagents.launch_share * subagent_number_->mean() * subagent_turns_->mean();
  const double branches =
      config_.branches.launch_share * static_cast<double>(config_.branches.number);
  const double resumed = config_.resumed.share;
  const double turns = (1 - resumed) * turns_->mean() + resumed * resumed_turns_->mean();
  return turns * (1 + subagents + branches);
}

}  // namespace tokenfab

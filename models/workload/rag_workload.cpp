// SPDX-License-Identifier: Apache-2.0
#include "models/workload/rag_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sim/api/request_row.hpp"
#include "sim/core/mix.hpp"

namespace tokenfab {
namespace {

constexpr const char* ragpulse = "our fit to flashserve/RAGPulse @3672232d, 2026-11";

PluginConfig quantiles(std::map<std::string, double> points) {
  auto config = std::make_shared<QuantileLengthConfig>();
  config->points = std::move(points);
  return {"quantiles", std::move(config)};
}

}  // namespace

RagWorkloadConfig::RagWorkloadConfig()
    : question_tokens(quantiles({{"0", 7},
                                 {"0.25", 12},
                                 {"0.5", 15},
                                 {"0.75", 17},
                                 {"0.9", 21},
                                 {"0.95", 25},
                                 {"0.99", 37},
                                 {"1", 190}})),
      osl(quantiles({{"0", 7},
                     {"0.05", 66},
                     {"0.25", 131},
                     {"0.5", 234},
                     {"0.75", 385},
                     {"0.9", 563},
                     {"0.99", 891},
                     {"1", 2183}})),
      passage_tokens(quantiles({{"0", 3},
                                {"0.05", 67},
                                {"0.1", 126},
                                {"0.25", 181},
                                {"0.5", 255},
                                {"0.75", 312},
                                {"0.95", 355},
                                {"1", 512}})) {
  auto count = std::make_shared<FixedLengthConfig>();
  count->value = 6;
  passages_per_request = {"fixed", std::move(count)};
}

void RagWorkloadConfig::describe(Describe<RagWorkloadConfig>& d) {
  using C = RagWorkloadConfig;
  const auto lengths = [&](const char* key, PluginConfig C::*member, const char* meaning) {
    d.plugin(key, member, "distribution", meaning).number_means("fixed").source(ragpulse);
  };
  describe_in(d, "request_rate", "num_prompts", "requests");
  lengths("question_tokens", &C::question_tokens, "Tokens of the question, no two alike");
  lengths("osl", &C::osl, "Output sequence length in tokens");
  lengths("passage_tokens", &C::passage_tokens,
          "Tokens of a passage, the same whenever it is found");
  lengths("passages_per_request", &C::passages_per_request, "Passages put into a prompt");
  d.field("passages", &C::passages, "Passages there are to be found")
      .range(1, 1e7)
      .source(ragpulse);
  d.field("zipf_exponent", &C::zipf_exponent,
          "The k-th most popular passage is found in proportion to 1 / k^this")
      .range(0, 10)
      .source(ragpulse);
  d.field("system_tokens", &C::system_tokens, "System prompt, the same for all")
      .range(0, 1e6)
      .source("mean of flashserve/RAGPulse @3672232d, where the last quarter differs by request");
  d.field("embedding_latency", &C::embedding_latency, "From the question to its vector")
      .range(0, 1e6)
      .source("Estimate: one pass of a small encoder over a short text");
  d.field("retrieval_latency", &C::retrieval_latency, "From the vector to the passages' text")
      .range(0, 1e6)
      .source("Estimate: approximate nearest neighbours in memory and one read of the texts");
  d.field("priority", &C::priority, "Of every request; lower values go first where it counts")
      .range(-2e9, 2e9);
}

RagWorkload::RagWorkload(const RagWorkloadConfig& config, const PluginTable& plugins)
    : config_(config),
      load_(config, "a rag workload", "request_rate"),
      question_(plugins.make<LengthDistribution>("distribution", config.question_tokens)),
      output_(plugins.make<LengthDistribution>("distribution", config.osl)),
      passage_(plugins.make<LengthDistribution>("distribution", config.passage_tokens)),
      passage_count_(
          plugins.make<LengthDistribution>("distribution", config.passages_per_request)) {
  if (passage_count_->max() > config.passages) {
    throw std::invalid_argument(
        fmt::format("passages_per_request: up to {} different ones of {} passages",
                    passage_count_->max(), config.passages));
  }
  constexpr std::uint32_t passages_max = 10'000;
  if (passage_count_->max() > passages_max) {
    throw std::invalid_argument(
        fmt::format("passages_per_request: {} is above {}", passage_count_->max(), passages_max));
  }
  const double longest =
      1.0 * config.system_tokens + question_->max() + 1.0 * passage_count_->max() * passage_->max();
  if (longest > max_request_tokens) {
    throw std::invalid_argument(
        fmt::format("system prompt, passages and question may come to {} tokens, above the {} of "
                    "a request",
                    longest, max_request_tokens));
  }
}

void RagWorkload::open(WorkloadInputs inputs) {
  load_.open(inputs.stream("arrivals"), inputs.time_of_day);
  question_stream_ = inputs.stream("input lengths");
  output_stream_ = inputs.stream("output lengths");
  passage_stream_ = inputs.stream("passages");
  salt_ = inputs.stream("contents").next_u64();
  popularity_.emplace(config_.passages, config_.zipf_exponent);
  auto lengths = inputs.stream("passage lengths");
  passage_lengths_.resize(config_.passages);
  for (auto& length : passage_lengths_) {
    length = passage_->sample(lengths);
  }
}

bool RagWorkload::next(Arrival& arrival) {
  if (!load_.next(arrival.date)) {
    return false;
  }
  fill(arrival);
  return true;
}

void RagWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  if (load_.follows()) {
    auto& arrival = next.emplace_back();
    arrival.date = departure.date;
    fill(arrival);
  }
}

void RagWorkload::choose_passages() {
  const std::uint32_t wanted = passage_count_->sample(*passage_stream_);
  chosen_.clear();
  while (chosen_.size() < wanted) {
    std::uint32_t passage = popularity_->at(passage_stream_->uniform());
    // The next popular one that is not there yet: drawing again may take for ever.
    while (std::find(chosen_.begin(), chosen_.end(), passage) != chosen_.end()) {
      passage = (passage + 1) % config_.passages;
    }
    chosen_.push_back(passage);
  }
}

void RagWorkload::fill(Arrival& arrival) {
  choose_passages();
  arrival.prompt.clear();
  std::uint64_t content = salt_;
  arrival.input_tokens = 0;
  const auto append = [&](std::uint64_t text, std::uint32_t tokens) {
    content = chained(content, text);
    if (tokens > 0) {
      arrival.prompt.push_back({content, tokens});
      arrival.input_tokens += tokens;
    }
  };
  append(0, config_.system_tokens);
  for (const auto passage : chosen_) {
    append(passage, passage_lengths_[passage]);
  }
  append(config_.passages + asked_++, question_->sample(*question_stream_));
  arrival.preparation =
      Duration::from_seconds((config_.embedding_latency + config_.retrieval_latency).si());
  arrival.output_tokens = output_->sample(*output_stream_);
  arrival.tenant = 0;
  arrival.priority = config_.priority;
  arrival.session = 0;
  arrival.handle = 0;
  arrival.answer_joins_last = false;
}

std::optional<std::pair<double, double>> RagWorkload::mean_lengths() const {
  return std::pair(
      config_.system_tokens + passage_count_->mean() * passage_->mean() + question_->mean(),
      output_->mean());
}

}  // namespace tokenfab

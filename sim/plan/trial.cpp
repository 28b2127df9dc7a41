// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/sweep/run_requests.hpp"

namespace tokenfab {
namespace {

constexpr const char* chips_metric = "chips";

double metric_or(const RunAnswer& answer, const std::string& service, const char* metric) {
  return metric_of(answer, service, metric).value_or(0);
}

/// Metrics that all answers have, and all lines of their ledgers, as means.
RunAnswer mean_of(const std::vector<RunAnswer>& answers) {
  auto mean = answers.front();
  const auto count = static_cast<double>(answers.size());
  std::erase_if(mean.metrics, [&answers](const auto& metric) {
    return std::any_of(answers.begin(), answers.end(), [&metric](const RunAnswer& answer) {
      return answer.find(metric.first) == nullptr;
    });
  });
  for (auto& [name, value] : mean.metrics) {
    value = 0;
    for (const auto& answer : answers) {
      value += *answer.find(name) / count;
    }
  }
  mean.costs.clear();
  for (const auto& answer : answers) {
    for (const auto& entry : answer.costs) {
      const auto same = std::find_if(mean.costs.begin(), mean.costs.end(), [&](const auto& each) {
        return each.layer == entry.layer && each.item == entry.item && each.site == entry.site;
      });
      if (same == mean.costs.end()) {
        mean.costs.push_back({entry.layer, entry.item, entry.site, entry.amount_usd / count});
      } else {
        same->amount_usd += entry.amount_usd / count;
      }
    }
  }
  return mean;
}

}  // namespace

ScenarioRequest request_of(const PlanContext& context, const Trial& trial) {
  auto request = context.request.scenario;
  const auto add = [&request](const std::vector<std::pair<std::string, std::string>>& settings) {
    request.overrides.insert(request.overrides.end(), settings.begin(), settings.end());
  };
  add(settings_of(context.layouts[trial.layout], trial.units, context.subject));
  add(context.stretches.settings_of(trial.fraction));
  add({{"/output", R"({"requests": false, "jobs": false})"}, {"/assert", "[]"}});
  return request;
}

Trials::Trials(const PlanContext& context, std::function<bool(std::size_t, std::size_t)> watch)
    : context_(context), watch_(std::move(watch)) {}

std::int64_t Trials::replications(const Trial& trial) const {
  return trial.fraction < 1 ? 1 : context_.request.replications;
}

/// What chips and servers cost is known without a run.
Verdict Trials::refused_early(const Trial& trial) const {
  const auto& layout = context_.layouts[trial.layout];
  const auto nodes = static_cast<double>(layout.nodes(trial.units));
  Verdict verdict;
  for (const auto& limit : context_.limits) {
    double miss = 0;
    if (limit.metric == capex_metric) {
      miss = miss_of(limit, nodes * context_.screened[trial.layout].capex_usd_per_node);
    } else if (limit.metric == chips_metric && context_.subject.is_alone) {
      miss = miss_of(limit, nodes * static_cast<double>(layout.node.chips));
    }
    verdict.misses.push_back(miss);
    if (limit.is_budget) {
      verdict.budget_miss = std::max(verdict.budget_miss, miss);
    }
  }
  return verdict;
}

void Trials::add_derived(const Trial& trial, RunAnswer& answer) const {
  const auto nodes = static_cast<double>(context_.layouts[trial.layout].nodes(trial.units));
  answer.metrics.emplace_back(capex_metric,
                              nodes * context_.screened[trial.layout].capex_usd_per_node);
  const auto& service = context_.subject.service;
  const double completed = metric_or(answer, service, "requests_completed");
  const double turned_away = metric_or(answer, service, "requests_rejected") +
                             metric_or(answer, service, "requests_failed");
  if (completed + turned_away > 0) {
    answer.metrics.emplace_back(served_metric, completed / (completed + turned_away));
  }
}

Verdict Trials::judged(const Trial& trial, const std::vector<RunAnswer>& answers) const {
  Verdict verdict;
  verdict.misses.resize(context_.limits.size());
  for (const auto& answer : answers) {
    if (!answer.has_numbers()) {
      verdict.reason = answer.reason.empty() ? std::string(name_of(answer.status)) : answer.reason;
      verdict.answer = answer;
      return verdict;
    }
  }
  verdict.is_played = true;
  for (auto answer : answers) {
    add_derived(trial, answer);
    for (std::size_t i = 0; i < context_.limits.size(); ++i) {
      const auto& limit = context_.limits[i];
      const double miss = miss_of(limit, metric_of(answer, context_.subject.service, limit.metric));
      verdict.misses[i] = std::max(verdict.misses[i], miss);
      auto& worst = limit.is_budget ? verdict.budget_miss : verdict.slo_miss;
      worst = std::max(worst, miss);
    }
  }
  verdict.answer = mean_of(answers);
  add_derived(trial, verdict.answer);
  verdict.objective =
      metric_of(verdict.answer, context_.subject.service, context_.request.objective);
  if (!verdict.objective) {
    verdict.reason = fmt::format("the run has no {}", context_.request.objective);
  }
  return verdict;
}

void Trials::note_tokens(const Trial& trial, const Verdict& verdict) {
  const auto& service = context_.subject.service;
  const auto rate = metric_of(verdict.answer, service, "total_tokens_per_s");
  if (trial.fraction == 1 && rate) {
    tokens_per_s_ = std::max(tokens_per_s_.value_or(0), *rate);
  }
}

bool Trials::play(const std::vector<Trial>& trials) {
  std::vector<Trial> wanted;
  std::vector<std::pair<std::size_t, std::int64_t>> runs;  // index into wanted, replication
  for (const auto& trial : trials) {
    if (has(trial) || std::find(wanted.begin(), wanted.end(), trial) != wanted.end()) {
      continue;
    }
    auto early = refused_early(trial);
    if (early.budget_miss > 0) {
      verdicts_.emplace(trial, std::move(early));
      continue;
    }
    for (std::int64_t i = 0; i < replications(trial); ++i) {
      runs.emplace_back(wanted.size(), i);
    }
    wanted.push_back(trial);
  }
  std::vector<RunAnswer> answers(runs.size());
  const bool is_whole = run_requests(
      runs.size(), context_.request.processes,
      [&](std::size_t run) {
        auto request = request_of(context_, wanted[runs[run].first]);
        if (runs[run].second > 0) {
          request.seed = load_scenario(request).config->seed + runs[run].second;
        }
        return request;
      },
      [&answers](std::size_t run, RunAnswer answer) { answers[run] = std::move(answer); },
      [&](std::size_t done) { return watch_(runs_ + done, runs_ + runs.size()); });
  if (!is_whole) {
    return false;
  }
  runs_ += runs.size();
  for (std::size_t i = 0, run = 0; i < wanted.size(); ++i) {
    std::vector<RunAnswer> own;
    for (; run < runs.size() && runs[run].first == i; ++run) {
      own.push_back(std::move(answers[run]));
    }
    auto verdict = judged(wanted[i], own);
    note_tokens(wanted[i], verdict);
    verdicts_.emplace(wanted[i], std::move(verdict));
  }
  return true;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/break_even_study.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/compare/pointer_pattern.hpp"
#include "sim/core/nearest.hpp"
#include "sim/sweep/run_requests.hpp"

namespace tokenfab {
namespace {

std::optional<double> value_of(const RunAnswer& answer, const std::string& name) {
  const double* value = answer.has_numbers() ? answer.find(name) : nullptr;
  return value == nullptr ? std::nullopt : std::optional(*value);
}

class Study {
 public:
  Study(const BreakEvenAxis& axis, const std::string& metric,
        const std::array<BreakEvenSubject, 2>& subjects, std::size_t processes,
        const std::function<void(std::size_t)>& watch)
      : subjects_(subjects), processes_(processes), watch_(watch) {
    study_.axis = axis;
    study_.metric = metric;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      study_.names[i] = subjects[i].name;
    }
  }

  BreakEvenStudy run() {
    refuse_axis();
    study_.found = find_break_even(
        study_.axis.range, [this](const std::vector<double>& places) { return played(places); });
    return std::move(study_);
  }

 private:
  void refuse_axis() {
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const auto& [name, request, resolved] = subjects_[i];
      study_.settings_of_load[i] = settings_at(study_.axis, resolved, 1);
      if (!study_.axis.is_set_in(i) || !study_.settings_of_load[i].empty()) {
        continue;
      }
      problems.push_back({{request.path, 0, 0},
                          study_.axis.is_load() ? "/workloads" : "",
                          study_.axis.is_load()
                              ? "no workload has a rate, a number of users or a speedup"
                              : fmt::format("nothing is at {}: {}", study_.axis.pattern,
                                            pattern_fault(resolved, study_.axis.pattern)),
                          ""});
    }
    if (!problems.empty()) {
      throw ConfigError(problems);
    }
  }

  std::vector<BreakEvenPoint> played(const std::vector<double>& places) {
    std::vector<ScenarioRequest> requests;
    for (const double x : places) {
      for (std::size_t i = 0; i < subjects_.size(); ++i) {
        auto request = subjects_[i].request;
        if (study_.axis.is_set_in(i)) {
          const auto settings = settings_at(study_.axis, subjects_[i].resolved, x);
          request.overrides.insert(request.overrides.end(), settings.begin(), settings.end());
        }
        requests.push_back(std::move(request));
      }
    }
    std::vector<RunAnswer> answers(requests.size());
    run_requests(
        requests.size(), processes_, [&](std::size_t index) { return requests[index]; },
        [&](std::size_t index, RunAnswer answer) { answers[index] = std::move(answer); },
        [this](std::size_t done) {
          if (watch_) {
            watch_(study_.runs + done);
          }
          return true;
        });
    study_.runs += answers.size();
    refuse_answers(answers);
    std::vector<BreakEvenPoint> points;
    for (std::size_t i = 0; i < places.size(); ++i) {
      points.push_back({places[i], value_of(answers[2 * i], study_.metric),
                        value_of(answers[2 * i + 1], study_.metric)});
      study_.facts[places[i]] = {facts_of(answers[2 * i]), facts_of(answers[2 * i + 1])};
    }
    return points;
  }

  RunFacts facts_of(const RunAnswer& answer) const {
    RunFacts facts;
    if (!answer.has_numbers()) {
      facts.reason = answer.reason;
      return facts;
    }
    if (answer.find(study_.metric) == nullptr) {
      facts.reason = fmt::format("the run has no {}", study_.metric);
    }
    facts.broken_assertions = answer.reason;
    facts.chip_utilization = value_of(answer, "chip_utilization");
    facts.output_tokens_per_s = value_of(answer, "output_tokens_per_s");
    facts.ttft_mean_s = value_of(answer, "ttft_mean_s");
    return facts;
  }

  /// What is invalid anywhere is invalid; what cannot work somewhere is a place without a value.
  void refuse_answers(const std::vector<RunAnswer>& answers) const {
    std::vector<Problem> invalid;
    std::vector<Problem> bad_data;
    const auto add = [](std::vector<Problem>& problems, const std::string& file,
                        const std::string& message, const std::string& fix) {
      // The same at every place of the axis, but for the value.
      const bool is_known = std::any_of(problems.begin(), problems.end(),
                                        [&](const auto& each) { return each.place.file == file; });
      if (!is_known) {
        problems.push_back({{file, 0, 0}, "", message, fix});
      }
    };
    std::array<bool, 2> has_metric{};
    std::array<const RunAnswer*, 2> with_numbers{};
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto& answer = answers[i];
      const auto& file = subjects_[i % 2].request.path;
      if (answer.status == RunStatus::Invalid) {
        add(invalid, file, answer.reason, "");
      } else if (answer.status == RunStatus::BadData) {
        add(bad_data, file, answer.reason, "");
      } else if (answer.status == RunStatus::Crashed) {
        throw std::runtime_error(answer.reason);
      } else if (answer.has_numbers()) {
        with_numbers[i % 2] = &answer;
        has_metric[i % 2] = has_metric[i % 2] || answer.find(study_.metric) != nullptr;
      }
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (with_numbers[i] != nullptr && !has_metric[i] && study_.facts.empty()) {
        std::vector<std::string> known;
        for (const auto& [name, value] : with_numbers[i]->metrics) {
          known.push_back(name);
        }
        add(invalid, subjects_[i].request.path, fmt::format("its result has no {}", study_.metric),
            did_you_mean(study_.metric, known));
      }
    }
    if (!invalid.empty()) {
      throw ConfigError(invalid);
    }
    if (!bad_data.empty()) {
      throw DataError(bad_data);
    }
  }

  const std::array<BreakEvenSubject, 2>& subjects_;
  std::size_t processes_;
  const std::function<void(std::size_t)>& watch_;
  BreakEvenStudy study_;
};

}  // namespace

BreakEvenStudy study_break_even(const BreakEvenAxis& axis, const std::string& metric,
                                const std::array<BreakEvenSubject, 2>& subjects,
                                std::size_t processes,
                                const std::function<void(std::size_t)>& watch) {
  return Study(axis, metric, subjects, processes, watch).run();
}

}  // namespace tokenfab

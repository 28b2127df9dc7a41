// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/run_requests.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/data/sha256.hpp"
#include "sim/metrics/energy_lines.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/process/child_pool.hpp"
#include "sim/scenario/simulation.hpp"

namespace tokenfab {
namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

RunAnswer failed(RunStatus status, std::string reason) {
  RunAnswer answer;
  answer.status = status;
  answer.reason = one_line(std::move(reason));
  return answer;
}

void add_metrics(RunAnswer& answer, const std::string& prefix, const MetricSet& metrics) {
  for (const auto& [name, value] : metrics.ordered()) {
    answer.metrics.emplace_back(prefix + std::string(name), value);
  }
}

void add_costs(RunAnswer& answer, const std::vector<CostLine>& lines) {
  for (const auto& line : lines) {
    const auto same = std::find_if(answer.costs.begin(), answer.costs.end(), [&](const auto& each) {
      return each.layer == line.layer && each.item == line.item && each.site == line.site;
    });
    if (same == answer.costs.end()) {
      answer.costs.push_back({line.layer, line.item, line.site, line.amount_usd});
    } else {
      same->amount_usd += line.amount_usd;
    }
  }
}

RunAnswer played(const Scenario& scenario) {
  const auto result = simulate(scenario, RunOptions()).result;
  const auto summary = summarize(result);
  RunAnswer answer;
  answer.scenario_sha256 = sha256_of(scenario.resolved_text);
  add_metrics(answer, "", summary.factory);
  for (const auto& section : summary_sections()) {
    for (const auto& [name, metrics] : summary.*section.objects) {
      add_metrics(answer, fmt::format("{}/{}/", section.name, name), metrics);
    }
  }
  add_costs(answer, result.costs);
  for (const auto& line : energy_lines(result)) {
    answer.energies.push_back({line.site, std::string(line.item), line.energy_j});
  }
  for (const auto& assertion : scenario.assertions) {
    if (!check_assertion(assertion, summary).holds) {
      answer.status = RunStatus::AssertFailed;
      answer.reason += fmt::format("{}{} does not hold", answer.reason.empty() ? "" : "; ",
                                   assertion.expression);
    }
  }
  return answer;
}

int crash_pipe = -1;

/// What a CHECK of ours says is the answer's reason.
[[noreturn]] void tell_crash(std::string_view message) {
  write_all(crash_pipe, bytes_of(failed(RunStatus::Crashed, std::string(message))));
  end_child(EXIT_FAILURE);
}

RunAnswer answer_of_end(const ChildEnd& end) {
  if (WIFSIGNALED(end.status)) {
    return failed(RunStatus::Crashed,
                  fmt::format("the run was ended by signal {}", WTERMSIG(end.status)));
  }
  try {
    return answer_of_bytes(end.text);
  } catch (const std::runtime_error&) {
    return failed(RunStatus::Crashed, fmt::format("the run ended without an answer, exit code {}",
                                                  WEXITSTATUS(end.status)));
  }
}

}  // namespace

RunAnswer answer_of_run(const ScenarioRequest& request) {
  try {
    return played(load_scenario(request));
  } catch (const ConfigError& error) {
    return failed(RunStatus::Invalid, error.what());
  } catch (const DataError& error) {
    return failed(RunStatus::BadData, error.what());
  } catch (const InfeasibleError& error) {
    return failed(RunStatus::Infeasible, error.what());
  } catch (const std::exception& error) {
    return failed(RunStatus::Crashed, error.what());
  }
}

bool run_requests(std::size_t count, std::size_t processes,
                  const std::function<ScenarioRequest(std::size_t)>& request_of,
                  const std::function<void(std::size_t index, RunAnswer answer)>& at_answer,
                  const std::function<bool(std::size_t done)>& watch) {
  std::vector<ChildWork> works;
  works.reserve(count);
  for (std::size_t index = 0; index < count; ++index) {
    works.emplace_back([&request_of, index](int pipe) {
      crash_pipe = pipe;
      set_check_handler(tell_crash);
      const auto answer = answer_of_run(request_of(index));
      return write_all(pipe, bytes_of(answer)) ? EXIT_SUCCESS : EXIT_FAILURE;
    });
  }
  return run_children(
      works, std::max<std::size_t>(1, processes),
      [&at_answer](std::size_t index, const ChildEnd& end) {
        at_answer(index, answer_of_end(end));
      },
      [&watch](std::size_t done) { return !watch || watch(done); });
}

std::vector<RunAnswer> answers_of_requests(const std::vector<ScenarioRequest>& requests,
                                           std::size_t processes) {
  std::vector<RunAnswer> answers(requests.size());
  run_requests(
      requests.size(), processes, [&requests](std::size_t index) { return requests[index]; },
      [&answers](std::size_t index, RunAnswer answer) { answers[index] = std::move(answer); });
  return answers;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/case_runner.hpp"

#include <cstring>

#include "sim/process/child_pool.hpp"

namespace tokenfab {
namespace {

/// The predicted values as they lie in memory, in the order of what was measured.
std::string predicted_bytes(const CaseJob& job) {
  const auto predicted = job.measured->predict(job.more);
  std::string bytes;
  for (const auto& wanted : job.measured->measured) {
    double value = -1;
    for (const auto& each : predicted) {
      value = each.quantity == wanted.quantity ? each.value : value;
    }
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return bytes;
}

CaseAnswer answer_of(const MeasuredCase& measured, const ChildAnswer& given) {
  CaseAnswer answer;
  answer.failure = given.failure;
  if (given.text.size() != measured.measured.size() * sizeof(double)) {
    answer.failure = answer.failure.empty() ? "the run ended early" : answer.failure;
    return answer;
  }
  for (std::size_t i = 0; i < measured.measured.size(); ++i) {
    double value = 0;
    std::memcpy(&value, given.text.data() + i * sizeof value, sizeof value);
    answer.predicted.push_back({measured.measured[i].quantity, value});
  }
  return answer;
}

}  // namespace

std::vector<CaseAnswer> run_cases(const std::vector<CaseJob>& jobs, int processes,
                                  const std::function<void(std::size_t)>& watch) {
  std::vector<std::function<std::string()>> works;
  for (const auto& job : jobs) {
    works.emplace_back([&job] { return predicted_bytes(job); });
  }
  const auto given = answers_of_children(works, processes, watch);
  std::vector<CaseAnswer> answers;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    answers.push_back(answer_of(*jobs[i].measured, given[i]));
  }
  return answers;
}

}  // namespace tokenfab

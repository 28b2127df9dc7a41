// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/plan_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/nearest.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {
namespace {

/// Beyond this even the screening takes longer than anyone waits.
constexpr double combinations_max = 20'000;
constexpr std::int64_t units_max = 100'000;

void add(std::vector<Problem>& problems, const char* option, const std::string& message,
         const std::string& fix = "") {
  problems.push_back({{option, 0, 0}, "", message, fix});
}

void check_objective(const PlanRequest& request, std::vector<Problem>& problems) {
  std::vector<std::string> known;
  for (const auto& declaration : metric_declarations()) {
    known.emplace_back(declaration.name);
  }
  if (std::find(known.begin(), known.end(), request.objective) == known.end()) {
    const auto hint = did_you_mean(request.objective, known);
    add(problems, "--objective", fmt::format("there is no metric \"{}\"", request.objective),
        hint.empty() ? "tokenfab list metrics shows all" : hint);
  }
}

void check_formats(const SearchSpace& space, std::vector<Problem>& problems) {
  const auto& known = precision_names();
  for (const auto& name : space.quantizations) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const auto hint = did_you_mean(name, known);
      add(problems, "--quantization", fmt::format("there is no number format \"{}\"", name), hint);
    }
  }
}

void check_sizes(const SearchSpace& space, std::vector<Problem>& problems) {
  const auto check = [&problems](const char* option, const std::vector<std::int64_t>& sizes) {
    for (const auto size : sizes) {
      if (size < 1) {
        add(problems, option, fmt::format("expected at least 1, found {}", size));
      }
    }
  };
  check("--tensor-parallel", space.tensor_parallel_sizes);
  check("--pipeline-parallel", space.pipeline_parallel_sizes);
  check("--data-parallel", space.data_parallel_sizes);
  check("--max-num-seqs", space.max_num_seqs);
  check("--max-num-batched-tokens", space.max_num_batched_tokens);
  if (space.units) {
    const auto [least, most] = *space.units;
    if (least < 1 || most < least || most > units_max) {
      add(problems, "--replicas",
          fmt::format("expected N..M with 1 <= N <= M <= {}, found {}..{}", units_max, least,
                      most));
    }
  }
}

void check_count(const SearchSpace& space, std::vector<Problem>& problems) {
  double count = 1;
  for (const auto size :
       {space.nodes.size(), space.tensor_parallel_sizes.size(),
        space.pipeline_parallel_sizes.size(), space.data_parallel_sizes.size(),
        space.expert_parallel.size(), space.quantizations.size(), space.max_num_seqs.size(),
        space.max_num_batched_tokens.size(), space.splits.size()}) {
    count *= static_cast<double>(std::max<std::size_t>(size, 1));
  }
  if (count > combinations_max) {
    add(problems, "--",
        fmt::format("the lists make {} combinations, more than {}", grouped(count),
                    grouped(combinations_max)),
        "shorten some of them");
  }
}

std::vector<Screened> screened_layouts(const PlanRequest& request, const PlanSubject& subject,
                                       const std::vector<Layout>& layouts) {
  std::vector<Screened> screened;
  for (const auto& layout : layouts) {
    screened.push_back(screen(request, subject, layout));
  }
  return screened;
}

}  // namespace

PlanContext plan_context(const PlanRequest& request, std::vector<Problem> problems) {
  check_objective(request, problems);
  check_formats(request.space, problems);
  check_sizes(request.space, problems);
  check_count(request.space, problems);
  const auto scenario = load_scenario(request.scenario);
  auto subject = plan_subject(request, scenario);
  auto limits = plan_limits(request, scenario, subject.service);
  problems.insert(problems.end(), limits.problems.begin(), limits.problems.end());
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  Stretches stretches(scenario, subject);
  auto list = layouts_of(request.space, subject);
  auto screened = screened_layouts(request, subject, list.layouts);
  return {scenario.config->name, request,
          std::move(subject),    std::move(limits.limits),
          list.layouts,          std::move(screened),
          list.dropped,          std::move(stretches),
          limits.warnings};
}

}  // namespace tokenfab

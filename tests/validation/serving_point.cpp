// SPDX-License-Identifier: Apache-2.0
#include "tests/validation/serving_point.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "sim/scenario/simulation.hpp"

namespace tokenfab::validation {
namespace {

ServedLatency simulate_here(const ServingPoint& point) {
  const auto scenario = scenario_of(point);
  const auto outcome = simulate(scenario, {});
  const auto& latency = outcome.result.pools.front().latency;
  return {latency.ttft.mean_s(), *latency.ttft.quantile_s(0.5), latency.tpot.mean_s(),
          *latency.tpot.quantile_s(0.5)};
}

[[noreturn]] void answer_in_child(const ServingPoint& point, int pipe) {
  int status = 1;
  try {
    const auto latency = simulate_here(point);
    status = ::write(pipe, &latency, sizeof latency) == sizeof latency ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  std::fflush(stderr);
  ::_exit(status);
}

ServedLatency simulate_in_child(const ServingPoint& point) {
  std::array<int, 2> pipe{};
  std::fflush(stdout);
  if (::pipe(pipe.data()) != 0) {
    throw std::runtime_error("pipe failed");
  }
  const auto child = ::fork();
  if (child == 0) {
    answer_in_child(point, pipe[1]);
  }
  ::close(pipe[1]);
  ServedLatency latency;
  const auto size = child < 0 ? -1 : ::read(pipe[0], &latency, sizeof latency);
  ::close(pipe[0]);
  if (child > 0) {
    ::waitpid(child, nullptr, 0);
  }
  if (size != sizeof latency) {
    throw std::runtime_error(fmt::format("{} on {} x {}, {} users: no result", point.model,
                                         point.tensor_parallel_size, point.node,
                                         point.concurrency));
  }
  return latency;
}

}  // namespace

Scenario scenario_of(const ServingPoint& point) {
  const std::string engine = "/services/service/pools/pool/engine";
  const auto low = [&](std::int64_t longest) {
    const auto shortest = std::floor(static_cast<double>(longest) * point.shortest);
    return fmt::format("{}", std::max<std::int64_t>(1, static_cast<std::int64_t>(shortest)));
  };
  ScenarioRequest request;
  request.path = TOKENFAB_SOURCE_DIR "/tests/validation/point.json";
  request.overrides = {
      {"/sites/site/clusters/cluster/node/use", point.node},
      {"/models/model/use", point.model},
      {engine + "/profile/use", point.profile},
      {engine + "/tensor_parallel_size", fmt::format("{}", point.tensor_parallel_size)},
      {engine + "/expert_parallel_size", fmt::format("{}", point.expert_parallel_size)},
      {engine + "/max_num_batched_tokens", fmt::format("{}", point.max_num_batched_tokens)},
      {engine + "/quantization", point.quantization},
      {engine + "/kv_cache_dtype", point.kv_cache_dtype},
      {engine + "/max_num_seqs", fmt::format("{}", point.max_num_seqs)},
      {"/workloads/load/concurrency", fmt::format("{}", point.concurrency)},
      {"/workloads/load/num_prompts",
       fmt::format("{}", std::max<std::int64_t>(20, 10 * point.concurrency))},
      {"/workloads/load/isl/low", low(point.isl)},
      {"/workloads/load/isl/high", fmt::format("{}", point.isl)},
      {"/workloads/load/osl/low", low(point.osl)},
      {"/workloads/load/osl/high", fmt::format("{}", point.osl)},
  };
  return load_scenario(request);
}

std::vector<ServedLatency> simulate_points(const std::vector<ServingPoint>& points) {
  std::vector<ServedLatency> latencies;
  for (const auto& point : points) {
    latencies.push_back(simulate_in_child(point));
  }
  return latencies;
}

}  // namespace tokenfab::validation

// SPDX-License-Identifier: Apache-2.0
// A scenario's metrics against the approved ones: tests/golden/NAME.metrics, one name and value a
// line. With TOKENFAB_APPROVE, a folder, they are written there (tools/approve.sh).
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

#include "sim/metrics/summary.hpp"
#include "sim/scenario/simulation.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::golden {

inline Summary play(const std::string& scenario_path) {
  ScenarioRequest request;
  request.path = TOKENFAB_SOURCE_DIR "/" + scenario_path;
  const auto scenario = load_scenario(request);
  return summarize(simulate(scenario, RunOptions()).result);
}

inline void require_approved(const MetricSet& metrics, const std::string& name) {
  if (const char* folder = std::getenv("TOKENFAB_APPROVE")) {
    std::ofstream file(std::string(folder) + "/" + name + ".metrics");
    for (const auto& [metric, value] : metrics.ordered()) {
      file << metric << ' ' << fmt::format("{}", value) << '\n';
    }
  }
  constexpr double tolerance = 1e-9;  // other math libraries may round the last bits differently
  std::ifstream approved(TOKENFAB_SOURCE_DIR "/tests/golden/" + name + ".metrics");
  std::string metric;
  double value = 0;
  std::size_t count = 0;
  while (approved >> metric >> value) {
    INFO(metric);
    const auto now = metrics.get(metric);
    REQUIRE(now.has_value());
    CHECK(std::abs(*now - value) <= tolerance * std::abs(value));
    ++count;
  }
  REQUIRE(count == metrics.ordered().size());
}

}  // namespace tokenfab::golden

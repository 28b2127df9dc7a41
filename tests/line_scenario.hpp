// SPDX-License-Identifier: Apache-2.0
// A scenario of one service of a small language model on nodes of two replicas each, with what a
// test changes left open.
#pragma once

#include <fmt/format.h>

#include <string>

namespace tokenfab::testing {

struct LineScenario {
  std::string stepping = "request";
  std::string pool = R"("replicas": 2)";
  std::string service;  // more keys of the service, each with a comma before
  std::string cluster;  // more keys of the cluster, each with a comma before
  std::string workloads = R"("load": {"model": "synthetic", "service": "chat",
  "request_rate": "20 /s", "num_prompts": 60, "isl": {"model": "uniform", "low": 1, "high": 900},
  "osl": {"model": "uniform", "low": 1, "high": 200}})";

  std::string text() const {
    return fmt::format(
        R"({{"scenario_version": 1, "name": "line", "stepping": "{}", "horizon": "1 h",
"sites": {{"site": {{"energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}}, "storage_bandwidth": "10 GB/s",
  "clusters": {{"c": {{"node": {{"use": "hgx-h100"}}, "nodes": 4 {}}}}}}}}},
"models": {{"m": {{"use": "llama-3.1-8b"}}}},
"services": {{"chat": {{"model": "m", "pools": {{"main": {{"cluster": "site/c", {},
  "startup_time": "2 s", "engine": {{"tensor_parallel_size": 4, "max_num_seqs": 16}}}}}} {}}}}},
"workloads": {{{}}}}})",
        stepping, cluster, pool, service, workloads);
  }
};

}  // namespace tokenfab::testing

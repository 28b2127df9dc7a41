// SPDX-License-Identifier: Apache-2.0
// A scenario of one service of images or video on one H100 node, with what a test changes left
// open.
#pragma once

#include <fmt/format.h>

#include <string>

namespace tokenfab::testing {

struct RenderScenario {
  std::string top;  // more keys of the scenario, each with a comma behind
  std::string model = "sdxl";
  std::string pool = R"("replicas": 1)";
  std::string engine;
  std::string service;  // more keys of the service, each with a comma before
  std::string cluster;  // more keys of the cluster, each with a comma before
  std::string load = R"("concurrency": 1, "num_prompts": 4)";
  std::string mix = R"("one": {})";

  std::string text() const {
    return fmt::format(
        R"({{"scenario_version": 1, "name": "render", {}
"sites": {{"site": {{"energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0.1 USD/kWh"}},
  "carbon": {{"model": "flat", "intensity": "400 g/kWh"}}}}}}, "storage_bandwidth": "10 GB/s",
  "clusters": {{"c": {{"node": {{"use": "hgx-h100"}}, "nodes": 2 {}}}}}}}}},
"diffusion_models": {{"m": {{"use": "{}"}}}},
"services": {{"render": {{"model": "m", "pools": {{"main": {{"cluster": "site/c", {},
  "diffusion_engine": {{{}}}}}}} {}}}}},
"workloads": {{"load": {{"model": "generation", "service": "render", {}, "mix": {{{}}}}}}},
"economics": {{"price_book": {{"all": {{"model": "m", "image": "0.01 USD",
  "video_second": "0.1 USD/s"}}}}}}}})",
        top, cluster, model, pool, engine, service, load, mix);
  }
};

}  // namespace tokenfab::testing

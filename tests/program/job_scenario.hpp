// SPDX-License-Identifier: Apache-2.0
// A small scenario of jobs for the program's tests.
#pragma once

#include <string>

#include "tests/program/program.hpp"

namespace tokenfab::program {

/// Four H100 nodes, a training of 50 steps and a queue of twelve jobs: valid, without warnings,
/// played in a few milliseconds.
inline std::string job_scenario() {
  return R"({
  "scenario_version": 1,
  "name": "jobs",
  "plant_interval": "1 min",
  "sites": {
    "site": {
      "energy": {"grid": {"tariff": {"model": "flat", "price": "0.08 USD/kWh"},
                          "carbon": {"model": "flat", "intensity": "370 g/kWh"}}},
      "cooling": {"model": "constant_pue", "pue": 1.25},
      "clusters": {
        "h100": {
          "node": {"use": "hgx-h100"},
          "nodes": 4,
          "network": {"model": "fat_tree", "nodes_per_leaf": 2}
        }
      }
    }
  },
  "models": {"llama": {"use": "llama-3.1-8b"}},
  "jobs": {
    "train": {
      "cluster": "site/h100",
      "training": {
        "model": "llama",
        "steps": 50,
        "layout": {"tensor_parallel_size": 2, "data_parallel_size": 4, "global_batch_size": 16,
                   "sequence_length": 4096, "recompute": "full"},
        "checkpoint": {"policy": "fixed", "interval": "5 min"}
      }
    }
  },
  "workloads": {
    "queue": {
      "model": "job_mix",
      "cluster": "site/h100", "job_rate": "20 /h",
      "num_jobs": 12,
      "sizes": {"1": 1, "8": 1},
      "run_median": "10 min",
      "run_p90": "30 min",
      "run_max": "2 h"
    }
  }
}
)";
}

}  // namespace tokenfab::program

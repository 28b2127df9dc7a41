// SPDX-License-Identifier: Apache-2.0
// Moves of jobs for one that needs a whole node, by hand: two nodes of eight chips.
#include <string>

#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using tokenfab::testing::play;

namespace {

/// "late" wants a whole node from 200 s on. By then "short" has left node 0, where "small" has
/// three chips, and "large" has five of node 1: eight are free, five and three.
std::string scenario(const std::string& cluster_extra) {
  return R"({"scenario_version": 1, "name": "moves", "plant_interval": "1 min", "sites": {"s": {
    "energy": {"grid": {"tariff": {"model": "flat", "price": "0.1 USD/kWh"},
                        "carbon": {"model": "flat", "intensity": "300 g/kWh"}}},
    "clusters": {"c": {"node": {"use": "hgx-h100"}, "nodes": 2,
                       "placement": {"model": "best_fit"})" +
         cluster_extra + R"(}}}},
    "jobs": {
      "short": {"cluster": "s/c", "fixed": {"chips": 5, "duration": "100 s"}},
      "large": {"cluster": "s/c", "submit": "1 s", "fixed": {"chips": 5, "duration": "1000 s"}},
      "small": {"cluster": "s/c", "submit": "2 s", "preemptible": true,
                "fixed": {"chips": 3, "duration": "1000 s", "resumes": true}},
      "late": {"cluster": "s/c", "submit": "200 s", "fixed": {"chips": 8, "duration": "100 s"}}
    }})";
}

}  // namespace

TEST_CASE("defragmentation: a small job moves, and the node is whole") {
  const auto still = play(scenario(""));
  // It waits for "large": that ends at 1,001 s.
  CHECK(still.metric("/jobs/late/job_wait_mean_s") == Approx(801));
  const auto moved = play(scenario(R"(, "defragmentation": {"interval": "1 min"})"));
  CHECK(moved.metric("/jobs/late/job_wait_mean_s") == 0);
  CHECK(moved.metric("/clusters/s~1c/job_moves") == 1);
  CHECK(moved.metric("/jobs/small/job_preemptions") == 1);
  CHECK(moved.metric("/jobs/small/job_end_s") == Approx(1002));  // it goes on at once
}

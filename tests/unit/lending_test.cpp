// SPDX-License-Identifier: Apache-2.0
// Nodes that a service leaves to jobs and wants back, by hand: node 0 is the service's, whose only
// replica starts with the request at 500 s; node 1 is the jobs' own.
#include <string>

#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using tokenfab::testing::play;

namespace {

std::string scenario(const std::string& jobs) {
  return R"({"scenario_version": 1, "name": "lending", "plant_interval": "1 min", "sites": {"s": {
    "energy": {"grid": {"tariff": {"model": "flat", "price": "0.1 USD/kWh"},
                        "carbon": {"model": "flat", "intensity": "300 g/kWh"}}},
    "clusters": {"c": {"node": {"use": "hgx-h100"}, "nodes": 2}}}},
    "models": {"m": {"use": "llama-3.1-8b"}},
    "services": {"chat": {"model": "m", "autoscaler": {"model": "queue"},
      "pools": {"main": {"cluster": "s/c", "replicas": 0, "min_replicas": 0, "max_replicas": 1,
                         "engine": {"tensor_parallel_size": 8}}}}},
    "workloads": {"people": {"model": "trace", "format": "csv", "path": "trace.csv",
                             "service": "chat"}},
    "jobs": {)" +
         jobs + "}}";
}

const std::string trace = "arrival_s,input_tokens,output_tokens\n500,100,10\n";

}  // namespace

TEST_CASE("lending: a job gets the cluster's own node first and is left alone") {
  const auto played =
      play(scenario(R"("only": {"cluster": "s/c", "fixed": {"chips": 8, "duration": "1000 s"}})"),
           trace);
  CHECK(played.metric("/metrics/requests_completed") == 1);
  CHECK(played.metric("/jobs/only/job_preemptions") == 0);
  CHECK(played.metric("/jobs/only/job_end_s") == 1000);
}

TEST_CASE("lending: what stands on a lent node goes when a replica is to load") {
  const auto played =
      play(scenario(
               R"("first": {"cluster": "s/c", "fixed": {"chips": 8, "duration": "1000 s"}},
             "second": {"cluster": "s/c",
                        "fixed": {"chips": 8, "duration": "800 s", "resumes": true}})"),
           trace);
  CHECK(played.metric("/jobs/first/job_preemptions") == 0);
  CHECK(played.metric("/jobs/first/job_end_s") == 1000);
  CHECK(played.metric("/jobs/second/job_preemptions") == 1);
  CHECK(played.metric("/metrics/requests_completed") == 1);
  // 500 s of it are done when the request comes; the other 300 s follow when a node is free again.
  CHECK(played.metric("/jobs/second/chip_time_useful_s") == Approx(8 * 800));
  CHECK(played.metric("/jobs/second/chip_time_lost_s") == 0);
  CHECK(played.metric("/jobs/second/job_end_s") > 800);
  CHECK(played.metric("/jobs/second/job_end_s") <= 1300);
}

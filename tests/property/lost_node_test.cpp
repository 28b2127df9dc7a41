// SPDX-License-Identifier: Apache-2.0
// Nodes that die in the middle of a batch, and tenants that may not leave their country: who was
// served, who failed, who was refused, and that nobody vanishes.
#include <sstream>

#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Two sites with a pool each, of two replicas on a node each; 80 requests in their first seconds.
struct TwoCountries {
  std::string north_faults;
  std::string south_faults;
  int retry_budget = 3;
  std::string tenants;
  std::string admission;
  std::string load = R"("request_rate": "20 /s")";
  std::string south = R"(, "south": {"cluster": "south/c", "replicas": 2,
    "engine": {"tensor_parallel_size": 8, "max_num_seqs": 8}})";

  std::string text() const {
    const auto site = [](const std::string& country, const std::string& faults) {
      return R"({"country": ")" + country + R"(", "energy": {"grid": {
  "tariff": {"model": "flat", "price": "0.1 USD/kWh"},
  "carbon": {"model": "flat", "intensity": "400 g/kWh"}}},
  "clusters": {"c": {"node": {"use": "hgx-h100"}, "nodes": 2)" +
             (faults.empty() ? ""
                             : R"(, "faults": {"model": "scheduled", "losses": )" + faults + "}") +
             "}}}";
    };
    return R"({"scenario_version": 1, "name": "countries", "horizon": "60 s",
"sites": {"north": )" +
           site("SE", north_faults) + R"(, "south": )" + site("FR", south_faults) + R"(},
"models": {"m": {"use": "llama-3.1-8b"}},
"services": {"chat": {"model": "m", "retry_budget": )" +
           std::to_string(retry_budget) + ", " + admission + R"( "pools": {
  "north": {"cluster": "north/c", "replicas": 2,
    "engine": {"tensor_parallel_size": 8, "max_num_seqs": 8}})" +
           south + R"(}}},
"workloads": {"load": {"model": "synthetic", "service": "chat", )" +
           load + R"(,
  "num_prompts": 80, "isl": 500, "osl": 400, "tenants": {"a": 1, "b": 1}}},
"tenants": {)" +
           tenants + "}}";
  }
};

double requests(const Played& played, const std::string& what) {
  const double count = played.metric("/metrics/requests_" + what);
  return std::isnan(count) ? 0 : count;
}

double all_ends(const Played& played) {
  return requests(played, "completed") + requests(played, "rejected") + requests(played, "failed") +
         requests(played, "in_flight");
}

std::size_t rows_with(const Played& played, const std::string& words) {
  std::istringstream lines(played.requests);
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    rows += line.find(words) != std::string::npos ? 1 : 0;
  }
  return rows;
}

const std::string both_nodes =
    R"({"a": {"at": "2 s", "node": 0, "repair_time": "1 h"},
        "b": {"at": "2 s", "node": 1, "repair_time": "1 h"}})";

}  // namespace

TEST_CASE("lost node: its requests are served elsewhere") {
  TwoCountries scenario;
  scenario.north_faults = both_nodes;
  const auto played = play(scenario.text());
  REQUIRE(requests(played, "retried") > 5);
  REQUIRE(requests(played, "failed") == 0);
  REQUIRE(requests(played, "completed") == 80);
  REQUIRE(played.metric("/metrics/output_tokens") == 80 * 400);
  REQUIRE(played.metric("/metrics/input_tokens") == 80 * 500);
}

TEST_CASE("lost node: without retries its requests fail") {
  TwoCountries scenario;
  scenario.north_faults = both_nodes;
  scenario.retry_budget = 0;
  const auto played = play(scenario.text());
  REQUIRE(requests(played, "retried") == 0);
  REQUIRE(requests(played, "failed") > 5);
  REQUIRE(all_ends(played) == 80);
  REQUIRE(rows_with(played, ",failed,") == requests(played, "failed"));
}

TEST_CASE("lost node: one loss costs a request one retry, however many replicas the node has") {
  // Four replicas of two chips on the node that dies, and as many on the other one.
  TwoCountries scenario;
  scenario.north_faults = R"({"a": {"at": "2 s", "node": 0, "repair_time": "1 h"}})";
  scenario.retry_budget = 1;
  scenario.south = "";
  auto text = scenario.text();
  const std::string one = R"("replicas": 2,
    "engine": {"tensor_parallel_size": 8)";
  text.replace(text.find(one), one.size(), R"("replicas": 8,
    "engine": {"tensor_parallel_size": 2)");
  const auto played = play(text);
  REQUIRE(requests(played, "retried") > 5);
  REQUIRE(requests(played, "failed") == 0);
  REQUIRE(requests(played, "completed") == 80);
}

TEST_CASE("lost node: when all are lost the requests wait for the repair") {
  TwoCountries scenario;
  scenario.south = "";
  scenario.north_faults = R"({"a": {"at": "2 s", "node": 0, "repair_time": "9 s"},
                              "b": {"at": "2 s", "node": 1, "repair_time": "9 s"}})";
  const auto repaired = play(scenario.text());
  REQUIRE(requests(repaired, "completed") == 80);
  REQUIRE(repaired.metric("/metrics/e2el_p99_s") > 9);
  scenario.north_faults = both_nodes;
  const auto never = play(scenario.text());
  REQUIRE(requests(never, "in_flight") > 0);
  REQUIRE(all_ends(never) == 80);
  REQUIRE(rows_with(never, ",in_flight,") == requests(never, "in_flight"));
}

TEST_CASE("lost node: requests that wait for a replica are shed at their deadline") {
  TwoCountries scenario;
  scenario.south = "";
  scenario.north_faults = both_nodes;
  scenario.admission = R"("admission": {"deadline": "3 s"},)";
  // Nothing is ever repaired: all but those that had got tokens are refused, nobody waits.
  const auto played = play(scenario.text());
  REQUIRE(all_ends(played) == 80);
  REQUIRE(requests(played, "rejected_deadline") > 40);
  REQUIRE(requests(played, "rejected_deadline") == requests(played, "rejected"));
  // A client whose request is refused sends its next one then, not after the repair.
  scenario.load = R"("concurrency": 2)";
  scenario.north_faults = R"({"a": {"at": "0 s", "node": 0, "repair_time": "1 h"},
                              "b": {"at": "0 s", "node": 1, "repair_time": "1 h"}})";
  const auto closed = play(scenario.text());
  REQUIRE(requests(closed, "rejected_deadline") >= 2 * (60 / 3 - 4));
}

TEST_CASE("governance: a tenant bound to a country is served there or not at all") {
  TwoCountries scenario;
  scenario.tenants = R"("b": {"allowed_countries": ["FR"]})";
  const auto bound = play(scenario.text());
  REQUIRE(requests(bound, "completed") == 80);
  REQUIRE(requests(bound, "rejected_region") == 0);

  // Its country's nodes are lost: it waits, and is not served in the other one.
  scenario.south_faults = both_nodes;
  const auto waiting = play(scenario.text());
  REQUIRE(rows_with(waiting, ",a,completed,") == rows_with(waiting, ",a,"));
  REQUIRE(rows_with(waiting, ",b,in_flight,") > 5);
  REQUIRE(waiting.metric("/pools/chat~1south/requests_completed") ==
          static_cast<double>(rows_with(waiting, ",completed,")) -
              waiting.metric("/pools/chat~1north/requests_completed"));

  // There is no pool in its country: all its requests are refused, and all rows say so.
  scenario.south_faults = "";
  scenario.south = "";
  const auto refused = play(scenario.text());
  REQUIRE(rows_with(refused, ",b,") > 10);
  REQUIRE(rows_with(refused, ",b,rejected,") == rows_with(refused, ",b,"));
  REQUIRE(requests(refused, "rejected_region") == rows_with(refused, ",b,"));
  REQUIRE(requests(refused, "completed") == rows_with(refused, ",a,"));
}

TEST_CASE("governance: a prompt is not computed where its answer cannot be") {
  // Prefill in both countries, decode in one: the tenant of the other is refused, not kept waiting.
  TwoCountries scenario;
  scenario.tenants = R"("b": {"allowed_countries": ["FR"]})";
  auto text = scenario.text();
  const std::string engine = R"("engine": {"tensor_parallel_size": 8)";
  const std::string north = R"("north": {"cluster": "north/c", "replicas": 2,)";
  text.replace(text.find(north), north.size(),
               R"("decode": {"cluster": "north/c", "role": "decode", )" + engine + R"(}},
  "north": {"cluster": "north/c", "role": "prefill",)");
  const std::string south = R"("south": {"cluster": "south/c", "replicas": 2,)";
  text.replace(text.find(south), south.size(),
               R"("south": {"cluster": "south/c", "replicas": 2, "role": "prefill",)");
  const auto played = play(text);
  REQUIRE(requests(played, "rejected_region") == rows_with(played, ",b,"));
  REQUIRE(requests(played, "completed") == rows_with(played, ",a,"));
  REQUIRE(requests(played, "in_flight") == 0);
}

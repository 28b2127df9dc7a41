// SPDX-License-Identifier: Apache-2.0
// What a run writes: the shape of every file, and what must add up.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) {
    keys.push_back(key);
  }
  return keys;
}

/// Calls `visit` with the pointer and the value of everything below `json`.
template <class Visit>
void walk(const Json& json, const std::string& pointer, const Visit& visit) {
  visit(pointer, json);
  if (json.is_structured()) {
    for (const auto& [key, value] : json.items()) {
      walk(value, pointer + "/" + key, visit);
    }
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Two sites, two services, tenants, rejected requests and some in flight at the horizon.
std::string rich_scenario(const Sandbox& sandbox) {
  std::string rows = "arrival_s,input_tokens,output_tokens,tenant\n";
  for (int i = 0; i < 200; ++i) {
    rows += std::to_string(i * 0.05) + "," + std::to_string(i % 50 == 7 ? 500000 : 300 + i) + "," +
            std::to_string(1 + i % 40) + "," + (i % 3 == 0 ? "acme" : "globex") + "\n";
  }
  sandbox.write("trace.csv", rows);
  auto text = trace_scenario("trace.csv");
  const auto site_begin = text.find("    \"site\": {");
  const auto site = text.substr(site_begin, text.find("\n  },\n  \"models\"") - site_begin);
  text = replaced(text, site, site + ",\n" + replaced(site, "\"site\"", "\"east\""));
  const auto service_begin = text.find("    \"chat\": {");
  const auto service =
      text.substr(service_begin, text.find("\n  },\n  \"workloads\"") - service_begin);
  text =
      replaced(text, service,
               service + ",\n" +
                   replaced(replaced(service, "\"chat\"", "\"code\""), "site/h100", "east/h100"));
  return replaced(text, "    \"load\": {",
                  "    \"more\": {\"model\": \"synthetic\", \"service\": \"code\", \"isl\": 900,\n"
                  "             \"osl\": 50, \"concurrency\": 6},\n    \"load\": {");
}

const std::vector<std::string> horizon{"--set", "/horizon=8 s"};

TEST_CASE("results: the top level of report.json") {
  const Sandbox sandbox;
  run_well(sandbox, rich_scenario(sandbox), horizon);
  const auto report = Json::parse(sandbox.read("out/report.json"));
  CHECK(keys_of(report) ==
        std::vector<std::string>{
            "schema_version", "stamp",      "run",         "metrics",        "services",
            "pools",          "sites",      "clusters",    "jobs",           "applications",
            "tenants",        "tiers",      "cache_tiers", "cost_ledger",    "energy_ledger",
            "asserts",        "validation", "warnings",    "extrapolations", "provenance"});
  CHECK(keys_of(report["stamp"]) == std::vector<std::string>{"version", "commit", "scenario_sha256",
                                                             "inputs", "seed", "simgrid",
                                                             "compiler"});
  CHECK(report["stamp"]["inputs"]["trace.csv"].get<std::string>().size() == 64);
  CHECK(report["run"]["events"].get<std::int64_t>() > 0);
  CHECK(report["run"]["steps"].get<std::int64_t>() > 0);
  CHECK(keys_of(report["services"]) == std::vector<std::string>{"chat", "code"});
  CHECK(keys_of(report["sites"]) == std::vector<std::string>{"east", "site"});
  CHECK(keys_of(report["tenants"]) == std::vector<std::string>{"acme", "globex"});
  walk(report, "", [](const std::string& pointer, const Json& value) {
    INFO(pointer);
    CHECK_FALSE(value.is_null());
  });
  for (const auto& [name, value] : report["metrics"].items()) {
    INFO(name);
    CHECK(value.is_number());
    CHECK(value.get<double>() >= 0);
  }
}

TEST_CASE("results: money by application, by tier and by tenant is all the money") {
  const Sandbox sandbox;
  auto set = horizon;
  set.insert(
      set.end(),
      {"--set", R"(/economics/prices={"input": "1 USD/Mtok", "output": "3 USD/Mtok"})", "--set",
       R"(/economics/price_book={"luxury": {"tenant": "acme", "output": "30 USD/Mtok"}})"});
  run_well(sandbox, rich_scenario(sandbox), set);
  const auto report = Json::parse(sandbox.read("out/report.json"));
  CHECK(keys_of(report["applications"]) == std::vector<std::string>{"load", "more"});
  CHECK(keys_of(report["tiers"]) == std::vector<std::string>{"default", "luxury"});
  for (const auto* section : {"services", "applications", "tiers"}) {
    INFO(section);
    for (const auto* name : {"cost_total_usd", "revenue_usd", "margin_usd", "input_tokens",
                             "output_tokens", "requests_in_flight", "requests_rejected_too_long"}) {
      INFO(name);
      double sum = 0;
      for (const auto& [object, metrics] : report[section].items()) {
        sum += metrics[name].get<double>();
      }
      CHECK(sum == Approx(report["metrics"][name].get<double>()).epsilon(1e-9));
    }
  }
  CHECK(report["metrics"]["requests_rejected_too_long"].get<double>() > 0);
  const auto& luxury = report["tiers"]["luxury"];
  CHECK(luxury["revenue_usd"].get<double>() ==
        Approx(luxury["input_tokens"].get<double>() * 1e-6 +
               luxury["output_tokens"].get<double>() * 30e-6));
  CHECK(luxury["requests_completed"] == report["tenants"]["acme"]["requests_completed"]);
}

TEST_CASE("results: the metrics users rely on are there") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario());
  const auto report = Json::parse(sandbox.read("out/report.json"));
  for (const auto* name : {"requests_completed",
                           "requests_rejected",
                           "requests_failed",
                           "requests_in_flight",
                           "input_tokens",
                           "output_tokens",
                           "duration_s",
                           "output_tokens_per_s",
                           "total_tokens_per_s",
                           "output_tokens_per_s_per_chip",
                           "interactivity_tokens_per_s_per_user",
                           "ttft_mean_s",
                           "ttft_p50_s",
                           "ttft_p90_s",
                           "ttft_p99_s",
                           "tpot_p99_s",
                           "itl_p99_s",
                           "e2el_p99_s",
                           "chip_utilization",
                           "mfu",
                           "mbu",
                           "kv_cache_utilization",
                           "energy_it_j",
                           "energy_site_j",
                           "pue",
                           "energy_per_output_token_j",
                           "carbon_kg",
                           "carbon_per_mtok_g",
                           "peak_site_power_w",
                           "min_site_power_w",
                           "cost_total_usd",
                           "cost_per_mtok_usd",
                           "cost_per_mtok_input_usd",
                           "cost_per_mtok_output_usd",
                           "cost_per_chip_hour_usd"}) {
    INFO(name);
    CHECK(report["metrics"].contains(name));
  }
  CHECK(report["metrics"]["requests_completed"] == 50);
  CHECK(report["metrics"]["input_tokens"] == 25000);
  CHECK(report["metrics"]["output_tokens"] == 1000);
}

TEST_CASE("results: the ledgers close") {
  const Sandbox sandbox;
  run_well(sandbox, rich_scenario(sandbox), horizon);
  const auto report = Json::parse(sandbox.read("out/report.json"));
  double cost = 0;
  for (const auto& line : report["cost_ledger"]) {
    CHECK(keys_of(line) == std::vector<std::string>{"layer", "item", "site", "amount_usd"});
    cost += line["amount_usd"].get<double>();
  }
  CHECK(cost == Approx(report["metrics"]["cost_total_usd"].get<double>()).epsilon(1e-12));
  std::map<std::string, double> net;
  std::map<std::string, double> largest;
  for (const auto& line : report["energy_ledger"]) {
    CHECK(keys_of(line) == std::vector<std::string>{"site", "item", "energy_j"});
    const auto energy = line["energy_j"].get<double>();
    net[line["site"]] += energy;
    largest[line["site"]] = std::max(largest[line["site"]], energy);
  }
  CHECK(net.size() == 2);
  for (const auto& [site, energy] : net) {
    INFO(site);
    CHECK(std::abs(energy) <= 1e-9 * largest[site]);
  }
}

TEST_CASE("results: one row per request") {
  const Sandbox sandbox;
  run_well(sandbox, rich_scenario(sandbox), horizon);
  const auto metrics = Json::parse(sandbox.read("out/report.json"))["metrics"];
  const auto lines = lines_of(sandbox.read("out/requests.csv"));
  REQUIRE(!lines.empty());
  CHECK(lines[0] ==
        "id,service,tenant,status,arrival_s,ttft_s,tpot_s,e2el_s,input_tokens,"
        "cached_input_tokens,output_tokens,pool,replica");
  const auto columns = std::count(lines[0].begin(), lines[0].end(), ',');
  std::map<std::string, int> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    CHECK(std::count(lines[i].begin(), lines[i].end(), ',') == columns);
    for (const auto* status : {"completed", "rejected", "in_flight"}) {
      rows[status] += lines[i].find("," + std::string(status) + ",") == std::string::npos ? 0 : 1;
    }
  }
  CHECK(rows["completed"] == metrics["requests_completed"]);
  CHECK(rows["rejected"] == metrics["requests_rejected"]);
  CHECK(rows["in_flight"] == metrics["requests_in_flight"]);
  CHECK(rows["rejected"] > 0);
  CHECK(rows["in_flight"] > 0);
  const int all = rows["completed"] + rows["rejected"] + rows["in_flight"];
  CHECK(lines.size() == static_cast<std::size_t>(all) + 1);
}

TEST_CASE("results: the time series") {
  const Sandbox sandbox;
  run_well(sandbox, rich_scenario(sandbox), horizon);
  const auto lines = lines_of(sandbox.read("out/series.csv"));
  REQUIRE(lines.size() == 1 + 8 * 2);  // two sites, 8 s
  CHECK(lines[0] ==
        "time_s,site,it_power_w,site_power_w,pue,price_usd_per_kwh,carbon_g_per_kwh,"
        "requests_waiting,requests_running,output_tokens_per_s,replicas_ready,import_power_w,"
        "renewable_power_w,cooling_power_w,water_l,clock,dry_bulb_degc,wet_bulb_degc,coolant_degc,"
        "room_degc,chip_degc,battery_charge,jobs_waiting,jobs_running,job_chips");
  const auto columns = std::count(lines[0].begin(), lines[0].end(), ',');
  for (const auto& line : lines) {
    CHECK(std::count(line.begin(), line.end(), ',') == columns);
    CHECK(line.find("nan") == std::string::npos);
  }
}

TEST_CASE("results: chips on demand cost their rent while replicas hold them") {
  const auto cost = [](const std::string& rental) {
    const Sandbox sandbox;
    run_well(sandbox, small_scenario(),
             {"--set", "/economics/ownership=rented", "--set", "/economics/rental=" + rental});
    return Json::parse(sandbox.read("out/report.json"))["metrics"]["cost_total_usd"].get<double>();
  };
  // Its two replicas hold all sixteen chips all the time.
  CHECK(cost("on_demand") > 0);
  CHECK(cost("on_demand") == Approx(cost("reserved")));
}

TEST_CASE("results: files nobody asked for are not written") {
  const Sandbox sandbox;
  const auto text = replaced(small_scenario(), "{\"series\": \"1 s\"}",
                             "{\"requests\": false, \"events\": false}");
  run_well(sandbox, text);
  CHECK(sandbox.files() == std::vector<std::string>{"out/report.json", "out/scenario.json"});
}

TEST_CASE("results: the same scenario twice gives the same bytes") {
  const Sandbox first;
  const Sandbox second;
  const Sandbox other_seed;
  const auto text = rich_scenario(first);
  const auto a = run_well(first, text, horizon);
  rich_scenario(second);
  const auto b = run_well(second, text, horizon);
  CHECK(a.out == b.out);
  CHECK(first.files() == second.files());
  for (const auto& name : first.files()) {
    INFO(name);
    const bool is_same = first.read(name) == second.read(name);
    CHECK(is_same);
  }
  run_well(first, small_scenario());
  run_well(other_seed, small_scenario(), {"--seed", "2"});
  const bool is_same = first.read("out/requests.csv") == other_seed.read("out/requests.csv");
  CHECK_FALSE(is_same);
}

TEST_CASE("results: the resolved scenario gives the same results") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario());
  const auto report = sandbox.read("out/report.json");
  const auto resolved = sandbox.read("out/scenario.json");
  const Sandbox again;
  run_well(again, resolved);
  const bool is_same = again.read("out/report.json") == report;
  CHECK(is_same);
  const bool is_fixed_point = again.read("out/scenario.json") == resolved;
  CHECK(is_fixed_point);
}

}  // namespace
}  // namespace tokenfab::program

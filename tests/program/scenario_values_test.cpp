// SPDX-License-Identifier: Apache-2.0
// Scenarios that are JSON but say something wrong: keys, types, units, ranges, references, names.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

/// One edit of the small scenario and what the program must say about it.
struct WrongEdit {
  std::string from;
  std::string to;
  std::string at;  // the error is placed at the first occurrence of this
  std::vector<std::string> words;
};

void expect_each_refused(const std::vector<WrongEdit>& edits) {
  const Sandbox sandbox;
  for (const auto& [from, to, at, words] : edits) {
    INFO(from << " -> " << to);
    const auto text = replaced(small_scenario(), from, to);
    auto expected = words;
    expected.push_back(place_of(text, at) + ": /");
    expected.emplace_back("tokenfab: 1 problem\n");
    expect_refused(sandbox, text, scenario_invalid, expected);
  }
}

TEST_CASE("scenario values: unknown keys with the nearest known one") {
  expect_each_refused({
      {"\"replicas\"", "\"replica\"", "\"replica\"", {"unknown key", "did you mean \"replicas\"?"}},
      {"\"isl\"", "\"isl\": 5, \"ils\"", "\"ils\"", {"did you mean \"isl\"?"}},
      {"\"pue\"", "\"peu\": 1.2, \"pue\"", "\"peu\"", {"did you mean \"pue\"?"}},
      {"\"output\"", "\"zzzzzzzzz\"", "\"zzzzzzzzz\"", {"known keys", "horizon"}},
      {"\"tensor_parallel_size\"",
       "\"tensor_parallel\"",
       "\"tensor_parallel\"",
       {"did you mean \"tensor_parallel_size\"?"}},
      {"\"series\"", "\"note\": 3, \"series\"", "3, \"series\"", {"expected a string"}},
  });
}

TEST_CASE("scenario values: wrong types") {
  expect_each_refused({
      {"\"nodes\": 2", "\"nodes\": \"2\"", "\"2\"", {"expected a whole number", "found \"2\""}},
      {"\"nodes\": 2", "\"nodes\": 2.5", "2.5", {"expected a whole number", "2.5"}},
      {"\"nodes\": 2", "\"nodes\": null", "null", {"expected a whole number"}},
      {"\"nodes\": 2", "\"nodes\": [2]", "[2]", {"expected a whole number"}},
      {"\"small\"", "7", "7,", {"/name", "expected a string"}},
      {"1.25", "true", "true", {"expected a number"}},
      {"{\"series\": \"1 s\"}", "[]", "[]\n", {"/output", "expected an object"}},
      {"{\"series\"", "{\"requests\": \"yes\", \"series\"", "\"yes\"", {"expected true or false"}},
      {"{\"model\": \"round_robin\"}", "{\"model\": 3}", "3}", {"expected a string"}},
  });
}

TEST_CASE("scenario values: units and dimensions") {
  expect_each_refused({
      {"0.09 USD/kWh", "5 kW", "\"5 kW\"", {"an energy price", "which is a power"}},
      {"\"0.09 USD/kWh\"", "0.09", "0.09", {"an energy price", "write a string with a unit"}},
      {"\"0.09 USD/kWh\"", "\"0.09\"", "\"0.09\"", {"an energy price", "found \"0.09\""}},
      {"\"5 /s\"", "\"5 s\"", "\"5 s\"", {"/workloads/load/request_rate", "which is a time"}},
      {"\"1 s\"", "\"1 S\"", "\"1 S\"", {"unknown unit \"S\""}},
      {"\"1 s\"", "\"1 mss\"", "\"1 mss\"", {"unknown unit \"mss\""}},
      {"\"1 s\"", "\"\"", "\"\"}", {"/output/series", "expected a time"}},
      {"\"1 s\"", "\"nan s\"", "\"nan s\"", {"/output/series"}},
      {"\"1 s\"", "\"1e999 s\"", "\"1e999 s\"", {"/output/series"}},
      {"0.09 USD/kWh", "0.5 CNY/kWh", "\"0.5 CNY", {"one CNY is not known", "\"fx\""}},
      {"0.09 USD/kWh", "0.5 XQZ/kWh", "\"0.5 XQZ", {"/sites/site/energy/grid/tariff/price"}},
  });
}

TEST_CASE("scenario values: out of range") {
  expect_each_refused({
      {"\"scenario_version\": 1", "\"scenario_version\": 2", "2,", {"allowed is 1 to 1"}},
      {"\"nodes\": 2", "\"nodes\": 0", "0}}\n", {"0 is out of range", "1 to 1000000"}},
      {"\"nodes\": 2", "\"nodes\": -4", "-4", {"-4 is out of range"}},
      {"\"nodes\": 2", "\"nodes\": 99999999999999999999", "99999", {"/clusters/h100/nodes"}},
      {"1.25", "0.9", "0.9}", {"0.9 is out of range", "1 to "}},
      {"\"isl\": 500", "\"isl\": 0", "0,\n      \"osl\"", {"/workloads/load/isl", "out of range"}},
      {"\"5 /s\"", "\"-5 /s\"", "\"-5 /s\"", {"out of range"}},
      {"\"1 s\"", "\"-1 s\"", "\"-1 s\"", {"out of range"}},
      {"\"name\"", "\"horizon\": \"0 s\", \"name\"", "\"0 s\"", {"/horizon", "out of range"}},
      {"\"name\"", "\"plant_interval\": \"0 s\", \"name\"", "\"0 s\"", {"/plant_interval"}},
  });
}

TEST_CASE("scenario values: references and ids that lead nowhere") {
  expect_each_refused({
      {"\"model\": \"llama\"",
       "\"model\": \"lama\"",
       "\"lama\"",
       {"/services/chat/model", "there is no model \"lama\"", "did you mean \"llama\"?"}},
      {"site/h100",
       "site/h10",
       "\"site/h10\"",
       {"/services/chat/pools/main/cluster", "there is no cluster", "\"site/h100\"?"}},
      {"site/h100", "h100", "\"h100\", \"rep", {"there is no cluster \"h100\""}},
      {"\"service\": \"chat\"",
       "\"service\": \"chta\"",
       "\"chta\"",
       {"/workloads/load/service", "there is no service \"chta\"", "did you mean \"chat\"?"}},
      {"hgx-h100", "hgx-h10", "\"hgx-h10\"", {"catalogue of nodes", "\"hgx-h100\"?"}},
      {"hgx-h100", "toaster", "\"toaster\"", {"catalogue of nodes", "known: ", "hgx-h100"}},
      {"llama-3.1-70b", "llama-3.1-71b", "\"llama-3.1-71b\"", {"catalogue of models"}},
      {"round_robin", "round_robn", "\"round_robn\"", {"no router model", "\"round_robin\"?"}},
      {"constant_pue", "constant_peu", "\"constant_peu\"", {"cooling", "\"constant_pue\"?"}},
      {"\"synthetic\"", "\"syntetic\"", "\"syntetic\"", {"workload", "\"synthetic\"?"}},
  });
}

TEST_CASE("scenario values: contradictions") {
  expect_each_refused({
      {"\"num_prompts\": 50,",
       "",
       "{\n      \"model\": \"synthetic\"",
       {"/workloads/load", "never ends", "num_prompts or horizon"}},
      {"\"1 s\"", "\"1500 ms\"", "\"1500 ms\"", {"multiple of plant_interval"}},
      {"\"1 s\"", "\"10 ms\"", "\"10 ms\"", {"multiple of plant_interval"}},
      {"\"num_prompts\": 50,",
       "\"num_prompts\": 50, \"concurrency\": 3,",
       "{\n      \"model\": \"synthetic\"",
       {"request_rate", "concurrency", "not both"}},
      {"\"request_rate\": \"5 /s\",",
       "",
       "{\n      \"model\": \"synthetic\"",
       {"request_rate", "concurrency"}},
      {"\"osl\": 20",
       "\"osl\": {\"model\": \"uniform\", \"low\": 9, \"high\": 3}",
       "{\n      \"model\": \"synthetic\"",
       {"low (9) is above high (3)"}},
  });
}

TEST_CASE("scenario values: names are plain") {
  const Sandbox sandbox;
  for (const auto* name : {"a,b", "a/b", "a b", "a\\nb", "", "\\u0000", "a\\u001b[31m", "ü"}) {
    INFO(name);
    const auto key = "\"" + std::string(name) + "\"";
    auto text = replaced(small_scenario(), "\"chat\": {", key + ": {");
    text = replaced(text, "\"service\": \"chat\"", "\"service\": " + key);
    expect_refused(sandbox, text, scenario_invalid,
                   {"names may use letters, digits, '.', '_' and '-' only", "1 problem\n"});
    expect_refused(sandbox, replaced(small_scenario(), "\"small\"", key), scenario_invalid,
                   {"scenario.json:3:11: /name: ", "names may use letters", "1 problem\n"});
  }
}

TEST_CASE("scenario values: every problem in one run") {
  const Sandbox sandbox;
  auto text = replaced(small_scenario(), "0.09 USD/kWh", "5 kW");
  text = replaced(text, "1.25", "0.5");
  text = replaced(text, "\"nodes\"", "\"node_count\"");
  text = replaced(text, "llama-3.1-70b", "llama-9");
  text = replaced(text, "\"replicas\": 2", "\"replicas\": \"two\"");
  text = replaced(text, "round_robin", "dice");
  text = replaced(text, "\"5 /s\"", "5");
  text = replaced(text, "\"1 s\"", "\"1 parsec\"");
  expect_refused(sandbox, text, scenario_invalid,
                 {"scenario.json:8:", "scenario.json:12:", "scenario.json:13:", "scenario.json:16:",
                  "scenario.json:21:", "scenario.json:23:", "scenario.json:30:",
                  "scenario.json:36:", "tokenfab: 9 problems"});
  auto dangling = replaced(small_scenario(), "\"model\": \"llama\"", "\"model\": \"x1\"");
  dangling = replaced(dangling, "site/h100", "x2");
  dangling = replaced(dangling, "\"service\": \"chat\"", "\"service\": \"x3\"");
  expect_refused(sandbox, dangling, scenario_invalid, {"x1", "x2", "x3", "3 problems"});
}

TEST_CASE("scenario values: currencies") {
  const Sandbox sandbox;
  const auto yuan = replaced(small_scenario(), "0.09 USD/kWh", "0.5 CNY/kWh");
  run_well(sandbox, replaced(yuan, "\"name\"", "\"fx\": {\"CNY\": 0.14}, \"name\""));
  run_well(sandbox,
           replaced(yuan, "\"name\"", "\"currency\": \"CNY\", \"fx\": {\"USD\": 7.1}, \"name\""));
  run_well(sandbox, replaced(yuan, "\"name\"", "\"fx\": {\"CNY\": \"14 %\"}, \"name\""));
}

TEST_CASE("scenario values: --set is checked like the file") {
  const Sandbox sandbox;
  const auto refuse = [&](const std::string& setting, const std::vector<std::string>& words) {
    INFO(setting);
    expect_refused(sandbox, small_scenario(), scenario_invalid, words, {"--set", setting});
  };
  refuse("/sites/site/cooling/pue=0.5", {"--set /sites/site/cooling/pue", "out of range"});
  refuse("/stepping=iterations", {"--set /stepping", "\"request\", \"iteration\""});
  refuse("/nope/x/y=1", {"/nope", "unknown key"});
  refuse("/name/x=3", {"--set /name/x", "cannot set \"x\""});
  refuse("/a~2b/c=3", {"--set /a~2b/c", "not a JSON pointer"});
  refuse("/output/series=nonsense", {"--set /output/series", "expected a time"});
  refuse("/workloads=3", {"--set /workloads", "expected an object"});
}

TEST_CASE("scenario values: --set that works") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario(),
           {"--set", "/stepping=iteration", "--set", "/name=123", "--set",
            "/economics/capex/chip_life=4 y", "--set", "/workloads/load/num_prompts=7"});
  const auto resolved = sandbox.read("out/scenario.json");
  expect_words(resolved,
               {"\"stepping\": \"iteration\"", "\"name\": \"123\"", "\"num_prompts\": 7"});
}

}  // namespace
}  // namespace tokenfab::program

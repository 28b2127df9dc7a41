// SPDX-License-Identifier: Apache-2.0
#include "sim/config/explain.hpp"

#include "models/catalog.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/config.hpp"
#undef CHECK  // ours; Catch2's is meant below

#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

class Scenario {
 public:
  std::string text(const std::string& pointer) {
    const auto outcome = explainer_.explain(pointer);
    const auto* text = std::get_if<std::string>(&outcome);
    return text == nullptr ? "" : *text;
  }
  NoSuchField fault(const std::string& pointer) {
    const auto outcome = explainer_.explain(pointer);
    const auto* fault = std::get_if<NoSuchField>(&outcome);
    return fault == nullptr ? NoSuchField{} : *fault;
  }
  std::vector<std::string> pointers() { return explainer_.all_pointers(); }

 private:
  ScenarioConfig defaults_;
  EmbeddedTables tables_;
  Explainer explainer_{{plugin_table(), schema_of<ScenarioConfig>(), &defaults_}, tables_};
};

void expect_parts(const std::string& text, const std::vector<std::string>& parts) {
  for (const auto& part : parts) {
    INFO("looking for: " << part << "\nin: " << text);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("explain: meaning, type, range, default and source of a field") {
  Scenario scenario;
  expect_parts(scenario.text("/services/chat/pools/main/engine/max_num_seqs"),
               {"/services/*/pools/*/engine/max_num_seqs\n", "Most sequences in one step",
                "a whole number like 8", "1 to 1000000", "default   1024", "vLLM v0.10"});
  expect_parts(scenario.text("/horizon"), {"a time (s) like \"5 min\"", "default   not set"});
  expect_parts(scenario.text("/name"), {"none: it is required"});
  expect_parts(scenario.text("/stepping"), {"\"request\", \"iteration\"", "default   \"request\""});
}

TEST_CASE("explain: a struct lists its fields, a map its entry, a plugin its models") {
  Scenario scenario;
  expect_parts(scenario.text(""), {"scenario_version", "services", "assert"});
  expect_parts(scenario.text("/output"), {"fields\n", "requests", "series"});
  expect_parts(scenario.text("/sites/*"), {"energy", "cooling"});
  expect_parts(scenario.text("/sites/*/cooling"), {"models\n", "constant_pue"});
  expect_parts(scenario.text("/workloads/a"), {"synthetic", "trace", "service"});
}

TEST_CASE("explain: a model's fields with and without its name") {
  Scenario scenario;
  const auto named = scenario.text("/sites/*/cooling/constant_pue/pue");
  expect_parts(named, {"/sites/*/cooling/constant_pue/pue\n", "1 to 4"});
  CHECK(scenario.text("/sites/x/cooling/pue") == named);
  expect_parts(scenario.text("/workloads/*/num_prompts"),
               {"/workloads/*/synthetic/num_prompts\n", "/workloads/*/trace/num_prompts\n"});
}

TEST_CASE("explain: keys that are no fields") {
  Scenario scenario;
  expect_parts(scenario.text("/sites/*/note"), {"Free text"});
  expect_parts(scenario.text("/sites/*/cooling/model"), {"Which model"});
  expect_parts(scenario.text("/sites/*/clusters/*/node/use"), {"hgx-h100"});
  CHECK(scenario.text("/sites/*/model").empty());
  expect_parts(scenario.text("/fx/CNY"), {"/fx/*\n", "a number like 0.25", "1e-09 to 1000000000"});
}

TEST_CASE("explain: an unknown element gets the nearest name") {
  Scenario scenario;
  CHECK(scenario.fault("/sites/*/coolng").message == "there is no \"coolng\" in /sites/*");
  CHECK(scenario.fault("/sites/*/coolng").fix == "did you mean \"cooling\"?");
  CHECK(scenario.fault("/sites/*/cooling/peu").fix == "did you mean \"pue\"?");
  CHECK(scenario.fault("/seed/x").fix == "it has no parts");
  CHECK(scenario.fault("seed").fix == "one starts with /");
  expect_parts(scenario.fault("/zzzzzzzzzz").fix, {"known: ", "sites"});
}

TEST_CASE("explain: every declared pointer is explained") {
  Scenario scenario;
  const auto pointers = scenario.pointers();
  CHECK(pointers.size() > 150);
  for (const auto& pointer : pointers) {
    INFO(pointer);
    expect_parts(scenario.text(pointer), {pointer + "\n"});
  }
}

}  // namespace
}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The generated JSON Schema, read by valijson: it accepts what the reader accepts.
#include "sim/config/json_schema.hpp"

#include "models/catalog.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/config.hpp"
#include "tests/fuzz/sample_schema.hpp"
#undef CHECK  // ours; Catch2's is meant below

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace tokenfab {
namespace {

using nlohmann::json;

/// A JSON Schema as valijson understands it.
class Validator {
 public:
  explicit Validator(const std::string& text) : document_(json::parse(text)) {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document_), schema_);
  }

  bool accepts(const json& instance) {
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(instance), nullptr);
  }

  const json& document() const { return document_; }

 private:
  json document_;
  valijson::Schema schema_;
};

Validator& scenario_schema() {
  static Validator validator = [] {
    ScenarioConfig defaults;
    const EmbeddedTables tables;
    return Validator(json_schema(plugin_table(), tables, schema_of<ScenarioConfig>(), &defaults,
                                 "scenario", "extends"));
  }();
  return validator;
}

bool reader_accepts(const json& instance) {
  ScenarioConfig config;
  const EmbeddedTables tables;
  std::vector<Problem> problems;
  read_object({plugin_table(), tables, {}}, schema_of<ScenarioConfig>(),
              parse_document(instance.dump(), "f"), "", &config, problems);
  return problems.empty();
}

json main_scenario() {
  std::ifstream file(TOKENFAB_SOURCE_DIR "/scenarios/main.json");
  return json::parse(file);
}

/// The main scenario after a JSON Merge Patch.
json patched(const char* patch) {
  auto scenario = main_scenario();
  scenario.merge_patch(json::parse(patch));
  return scenario;
}

TEST_CASE("json schema: every scenario is valid") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TOKENFAB_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".json") {
      INFO(entry.path());
      std::ifstream file(entry.path());
      CHECK(scenario_schema().accepts(json::parse(file)));
      ++count;
    }
  }
  CHECK(count >= 3);
}

TEST_CASE("json schema: jobs, and what is wrong with them") {
  std::ifstream file(TOKENFAB_SOURCE_DIR "/tests/golden/jobs.json");
  const auto jobs = json::parse(file);
  CHECK(scenario_schema().accepts(jobs));
  for (const auto* patch :
       {R"({"jobs": {"train": {"training": {"layout": {"tensor_paralel_size": 2}}}}})",
        R"({"jobs": {"train": {"training": {"layout": {"pipeline_schedule": "gpipe"}}}}})",
        R"({"jobs": {"train": {"training": {"layout": {"data_parallel_size": 0}}}}})",
        R"({"jobs": {"train": {"training": {"checkpoint": {"interval": 300}}}}})",
        R"({"jobs": {"clean": {"data": {"volume": null}}}})",
        R"({"workloads": {"queue": {"activity": 2}}})",
        R"({"workloads": {"queue": {"preemptible": "yes"}}})",
        R"({"sites": {"site": {"clusters": {"h100": {"scheduler": "lottery"}}}}})",
        R"({"sites": {"site": {"clusters": {"h100": {"network": {"nodes_per_leaf": null}}}}}})",
        R"({"sites": {"site": {"clusters": {"h100": {"collectives": "exact"}}}}})",
        R"({"wan": {"line": {"from": "site", "to": "site"}}})"}) {
    INFO(patch);
    auto bad = jobs;
    bad.merge_patch(json::parse(patch));
    CHECK(!scenario_schema().accepts(bad));
    CHECK(!reader_accepts(bad));
  }
}

TEST_CASE("json schema: accepts what the reader accepts") {
  for (const auto* patch : {
           R"({"horizon": null, "note": "free"})",
           R"({"horizon": "1 h", "seed": 7, "stepping": "iteration"})",
           R"({"currency": "CNY", "fx": {"USD": 7.1, "note": "rate"}})",
           R"({"economics": {"wacc": "8 %", "note": "guess", "prices": null}})",
           R"({"sites": {"note": "places"}})",
           R"({"sites": {"site": {"cooling": "constant_pue", "power": {"ups": 0.97}}}})",
           R"({"sites": {"site": {"cooling": {"pue": "130 %"}}}})",
           R"({"sites": {"site": {"clusters": {"h100": {"node": "hgx-h200"}}}}})",
           R"({"sites": {"site": {"clusters": {"h100": {"node":
               {"chip": {"power_limit": "600 W", "rent": null}, "note": "capped"}}}}}})",
           R"({"models": {"llama": {"num_hidden_layers": 40}}})",
           R"({"models": {"llama": "meta-llama/Llama-3.1-70B"}})",
           R"({"services": {"chat": {"router": {"model": "round_robin"}}}})",
           R"({"services": {"chat": {"pools": {"main": {"engine": {"profile": "vllm-2025-10",
               "max_num_seqs": 256, "quantization": "fp8"}}}}}})",
           R"({"workloads": {"load": {"isl": 500, "osl": {"model": "fixed", "value": 20,
               "points": null}}}})",
           R"({"workloads": {"load": null, "t": {"model": "trace", "service": "chat",
               "format": "csv", "path": "x.csv"}}})",
           R"({"assert": ["mfu > 0"]})",
       }) {
    INFO(patch);
    REQUIRE(reader_accepts(patched(patch)));
    CHECK(scenario_schema().accepts(patched(patch)));
  }
}

TEST_CASE("json schema: refuses what the reader refuses") {
  for (const auto* patch : {
           R"({"name": null})",
           R"({"name": 3})",
           R"({"scenario_version": 2})",
           R"({"seed": -1})",
           R"({"seed": 1.5})",
           R"({"unknown": 1})",
           R"({"note": 1})",
           R"({"horizon": 3600})",
           R"({"horizon": "long"})",
           R"({"stepping": "fast"})",
           R"({"fx": {"CNY": "x"}})",
           R"({"fx": {"CNY": -1}})",
           R"({"economics": {"wacc": 1.5}})",
           R"({"economics": {"wacc": "a lot"}})",
           R"({"economics": {"prices": {"input": "1 USD/Mtok"}}})",
           R"({"economics": {"ownership": "stolen"}})",
           R"({"sites": {"site": {"energy": null}}})",
           R"({"sites": {"site": {"energy": {"grid": {"tariff": {"model": "float"}}}}}})",
           R"({"sites": {"site": {"energy": {"grid": {"tariff": {"price": null}}}}}})",
           R"({"sites": {"site": {"cooling": {"pue": 0.5}}}})",
           R"({"sites": {"site": {"cooling": {"puh": 1.2}}}})",
           R"({"sites": {"site": {"cooling": "freezer"}}})",
           R"({"sites": {"site": {"cooling": 1.2}}})",
           R"({"sites": {"site": {"clusters": {"h100": {"nodes": "2"}}}}})",
           R"({"sites": {"site": {"clusters": {"h100": {"node": {"use": null}}}}}})",
           R"({"sites": {"site": {"clusters": {"h100": {"node": {"use": 3}}}}}})",
           R"({"sites": {"site": {"clusters": {"h100": {"node": {"chips": 8}}}}}})",
           R"({"sites": {"site": []}})",
           R"({"services": {"chat": {"router": "randomly"}}})",
           R"({"services": {"chat": {"pools": {"main": {"engine": {"max_num_seqs": 0}}}}}})",
           R"({"services": {"chat": {"model": null}}})",
           R"({"services": {"chat": {"pools": {"main": {"engine": {"quantization": "fp3"}}}}}})",
           R"({"workloads": {"load": {"model": null}}})",
           R"({"workloads": {"load": {"model": "magic"}}})",
           R"({"workloads": {"load": {"path": "x.csv"}}})",
           R"({"workloads": {"load": {"osl": {"model": "fixed"}}}})",
           R"({"output": {"requests": "yes"}})",
           R"({"assert": "mfu > 0"})",
           R"({"assert": [1]})",
       }) {
    INFO(patch);
    REQUIRE_FALSE(reader_accepts(patched(patch)));
    CHECK_FALSE(scenario_schema().accepts(patched(patch)));
  }
  for (const auto* text : {"[]", "3", "null", "{}"}) {
    INFO(text);
    CHECK_FALSE(scenario_schema().accepts(json::parse(text)));
  }
}

TEST_CASE("json schema: a scenario that extends another one is a patch") {
  auto& schema = scenario_schema();
  for (const auto* text : {
           R"({"extends": "main.json"})",
           R"({"extends": "main.json", "sites": {"site": {"cooling": {"pue": 1.1}}}})",
           R"({"extends": "main.json", "workloads": {"load": {"num_prompts": 10, "osl": null}}})",
           R"({"extends": "main.json", "services": {"chat": null}})",
           R"({"extends": "main.json", "sites": {"site": {"clusters": {"h100": {"node":
               {"chip": {"power_limit": "600 W"}}}}}}})",
       }) {
    INFO(text);
    CHECK(schema.accepts(json::parse(text)));
  }
  for (const auto* text : {
           R"({"extends": 3})",
           R"({"extends": "main.json", "sitse": {}})",
           R"({"extends": "main.json", "sites": {"site": {"cooling": {"pue": 9}}}})",
           R"({"extends": "main.json", "workloads": {"load": {"num_promts": 10}}})",
       }) {
    INFO(text);
    CHECK_FALSE(schema.accepts(json::parse(text)));
  }
}

TEST_CASE("json schema: tells meaning, default and bounds") {
  const auto& definitions = scenario_schema().document().at("definitions");
  const auto& seats = definitions.at("services.pools.engine").at("properties").at("max_num_seqs");
  CHECK(seats.at("description").get<std::string>().find("Most sequences") == 0);
  CHECK(seats.at("default") == 1024);
  CHECK(seats.at("minimum") == 1);
  CHECK(seats.at("maximum") == 1000000);
  const auto& sites = definitions.at("sites");
  CHECK(sites.at("additionalProperties") == false);
  CHECK(sites.at("required") == json::parse(R"(["energy", "clusters"])"));
  CHECK(definitions.at("cooling.constant_pue").at("properties").at("model").at("const") ==
        "constant_pue");
}

TEST_CASE("json schema: knows every form of the sample configuration") {
  sample::Factory defaults;
  const sample::Tables tables;
  const PluginTable plugins = sample::plugins();
  Validator schema(
      json_schema(plugins, tables, schema_of<sample::Factory>(), &defaults, "sample", "extends"));
  CHECK(schema.accepts(json::parse(sample::valid_document)));
}

}  // namespace
}  // namespace tokenfab

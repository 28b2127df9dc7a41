// SPDX-License-Identifier: Apache-2.0
// explain, schema, show, compare, rerun and completion, as a user calls them.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

namespace fs = std::filesystem;

TEST_CASE("explain: fields, metrics and warnings") {
  const Sandbox sandbox;
  const auto field = expect_code(sandbox, {"explain", "/sites/*/cooling/constant_pue/pue"}, ok);
  expect_words(field.out, {"Power usage effectiveness", "1 to 4", "1.25"});
  const auto metric = expect_code(sandbox, {"explain", "ttft_p99_s"}, ok);
  expect_words(metric.out, {"ttft_p99_s", "99th percentile", "unit      s"});
  expect_words(expect_code(sandbox, {"explain", "saturated"}, ok).out, {"A warning", "queue"});
  for (const auto& [word, hint] : std::vector<std::pair<std::string, std::string>>{
           {"/sites/*/coolng", "did you mean \"cooling\"?"},
           {"ttft_p99", "did you mean ttft_p99_s?"},
           {"max_num_seq", "or /services/*/pools/*/engine/max_num_seqs?"},
           {"zzzzzzzzzzzzzzz", "list metrics"}}) {
    const auto unknown = expect_code(sandbox, {"explain", word}, usage);
    expect_words(unknown.err, {hint});
    CHECK(unknown.out.empty());
  }
  expect_words(expect_code(sandbox, {"list", "metrics"}, ok).out, {"ttft_p99_s", "mfu"});
}

TEST_CASE("schema: prints one JSON document") {
  const Sandbox sandbox;
  const auto schema = expect_code(sandbox, {"schema"}, ok);
  CHECK(schema.out.front() == '{');
  expect_words(schema.out, {"http://json-schema.org/draft-07/schema#", "max_num_seqs"});
}

TEST_CASE("show: resolved with the origin of every value") {
  const Sandbox sandbox;
  const auto text = small_scenario();
  sandbox.write("scenario.json", text);
  expect_code(sandbox, {"show", "scenario.json"}, usage);
  const auto plain = expect_code(sandbox, {"show", "scenario.json", "--resolved"}, ok);
  run_well(sandbox, text);
  CHECK(plain.out == sandbox.read("out/scenario.json"));
  const auto origins = expect_code(sandbox,
                                   {"show", "scenario.json", "--resolved", "--origins", "--set",
                                    "/plant_interval=0.5 s", "--seed", "9"},
                                   ok);
  expect_words(origins.out,
               {"\"pue\": 1.25  // " + place_of(text, "1.25"),
                "\"plant_interval\": \"0.5 s\",  // --set /plant_interval",
                "\"seed\": 9,  // --seed", "\"currency\": \"USD\",  // default",
                "\"power_limit\": \"700 W\",  // models/data/chips.json:",
                "\"model\": \"round_robin\"  // " + place_of(text, "\"round_robin\"")});
}

TEST_CASE("compare: results, scenarios and reports") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario());
  sandbox.write("other.json", replaced(small_scenario(), "0.09 USD", "0.18 USD"));
  const auto same = expect_code(sandbox, {"compare", "out", "scenario.json"}, ok);
  expect_words(same.out, {"A: out", "B: scenario.json", "values are equal"});
  expect_code(sandbox, {"compare", "out", "out/report.json", "out"}, ok);
  const auto dearer = expect_code(sandbox, {"compare", "out", "other.json"}, false_result);
  expect_words(dearer.out, {"cost_total_usd", "cost/energy/grid energy/site", "+100 %", "differ"});
  CHECK(dearer.out.find("ttft_p50_s") == std::string::npos);
  expect_code(sandbox, {"compare", "out", "other.json", "--tolerance", "0.6"}, ok);
  const auto fewer = replaced(small_scenario(), "\"num_prompts\": 50", "\"num_prompts\": 1");
  sandbox.write("one.json", replaced(fewer, "\"osl\": 20", "\"osl\": 1"));
  expect_words(expect_code(sandbox, {"compare", "out", "one.json"}, false_result).out,
               {"tpot_p50_s"});
}

TEST_CASE("compare: what cannot be compared") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario());
  expect_code(sandbox, {"compare", "out"}, usage);
  expect_code(sandbox, {"compare", "out", "out", "--tolerance", "-1"}, usage);
  expect_code(sandbox, {"compare", "out", "out", "--tolerance", "nan"}, usage);
  expect_words(expect_code(sandbox, {"compare", "out", "missing"}, scenario_invalid).err,
               {"missing"});
  sandbox.write("broken.json", replaced(small_scenario(), "1.25", "9"));
  expect_words(expect_code(sandbox, {"compare", "out", "broken.json"}, scenario_invalid).err,
               {"broken.json:12:", "out of range"});
  sandbox.write("odd.json", R"({"schema_version": 99})");
  expect_words(expect_code(sandbox, {"compare", "out", "odd.json"}, data_invalid).err,
               {"schema_version 99"});
}

TEST_CASE("rerun: every byte of a report comes out again") {
  const Sandbox sandbox;
  run_well(sandbox, small_scenario(), {"--seed", "5", "--set", "/stepping=iteration"});
  expect_words(expect_code(sandbox, {"rerun", "out"}, ok).out, {"every byte is the same"});
  expect_code(sandbox, {"rerun", "out/report.json"}, ok);
  const auto report = sandbox.read("out/report.json");
  sandbox.write("out/report.json", replaced(report, "\"commit\": \"", "\"commit\": \"old-"));
  expect_words(expect_code(sandbox, {"rerun", "out"}, false_result).out,
               {"not the same", "commit: the report was made with old-", "values are equal"});
  sandbox.write("out/report.json", replaced(report, "\"mfu\": 0", "\"mfu\": 1"));
  expect_words(expect_code(sandbox, {"rerun", "out"}, false_result).out, {"mfu", "differ"});
  sandbox.write("out/report.json", report);
  sandbox.write("out/scenario.json", sandbox.read("out/scenario.json") + " ");
  expect_words(expect_code(sandbox, {"rerun", "out"}, scenario_invalid).err,
               {"out/scenario.json: is not what the report was made from"});
  expect_code(sandbox, {"rerun", "missing"}, scenario_invalid);
}

TEST_CASE("rerun: the trace has to be the same") {
  const Sandbox sandbox;
  sandbox.write("data/t.csv", "arrival_s,input_tokens,output_tokens\n0,100,5\n1,100,5\n");
  sandbox.write("data/scenario.json", trace_scenario("t.csv"));
  expect_code(sandbox, {"run", "data/scenario.json", "--out", "out"}, ok);
  expect_code(sandbox, {"rerun", "out"}, ok);  // where the run found it
  expect_words(sandbox.read("out/inputs.json"), {"\"t.csv\"", "\"folder\": \"../data\""});
  fs::rename(sandbox.folder() / "data", sandbox.folder() / "moved");
  expect_words(expect_code(sandbox, {"rerun", "out"}, scenario_invalid).err, {"no such data file"});
  expect_code(sandbox, {"rerun", "out", "--data", "moved"}, ok);
  sandbox.write("moved/t.csv", "arrival_s,input_tokens,output_tokens\n0,100,5\n1,100,6\n");
  expect_words(expect_code(sandbox, {"rerun", "out", "--data", "moved"}, data_invalid).err,
               {"moved/t.csv: is not the data of the report", "sha256"});
}

TEST_CASE("rerun: a folder that moves with its data keeps finding them") {
  const Sandbox sandbox;
  sandbox.write("site/traces/t.csv", "arrival_s,input_tokens,output_tokens\n0,100,5\n1,100,5\n");
  sandbox.write("site/scenario.json", trace_scenario("traces/t.csv"));
  expect_code(sandbox, {"run", "site/scenario.json", "--out", "site/out"}, ok);
  fs::rename(sandbox.folder() / "site", sandbox.folder() / "elsewhere");
  expect_code(sandbox, {"rerun", "elsewhere/out/report.json"}, ok);
  for (const auto* broken : {"[1]", "{", "1", "", "{\"t.csv\": {\"folder\": 1}}"}) {
    sandbox.write("elsewhere/out/inputs.json", broken);
    INFO(broken);
    expect_words(expect_code(sandbox, {"rerun", "elsewhere/out"}, data_invalid).err,
                 {"inputs.json", "--data"});
  }
  // A run without data leaves no inputs.json, nor that of an earlier run.
  sandbox.write("plain.json", small_scenario());
  expect_code(sandbox, {"run", "plain.json", "--out", "elsewhere/out"}, ok);
  CHECK_FALSE(fs::exists(sandbox.folder() / "elsewhere/out/inputs.json"));
  expect_code(sandbox, {"rerun", "elsewhere/out"}, ok);
}

TEST_CASE("completion: the scripts of all shells name every command") {
  const Sandbox sandbox;
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    expect_words(expect_code(sandbox, {"completion", shell}, ok).out,
                 {"run", "validate", "list", "explain", "schema", "show", "compare", "rerun",
                  "completion", "progress", "auto json none"});
  }
  expect_words(expect_code(sandbox, {"completion", "tcsh"}, usage).err,
               {"expected bash, fish, zsh, found tcsh"});
}

}  // namespace
}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
// tokenfab gate as CI calls it: exit codes, files, baselines that must not be overwritten; and the
// action for GitHub around it.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

/// Two results, before and after: the price of energy is the difference.
void play_results(const Sandbox& sandbox) {
  sandbox.write("scenario.json", small_scenario());
  expect_code(sandbox, {"run", "scenario.json", "--out", "main"}, ok);
  expect_code(sandbox,
              {"run", "scenario.json", "--out", "dear", "--set",
               "/sites/site/energy/grid/tariff/price=0.1 USD/kWh"},
              ok);
}

Finished gate(const Sandbox& sandbox, const std::vector<std::string>& words, int code) {
  std::vector<std::string> all{"gate", "--baseline", "baseline.json", "--today", "2026-11-22"};
  all.insert(all.end(), words.begin(), words.end());
  return expect_code(sandbox, all, code);
}

TEST_CASE("gate: passes on itself, fails on dearer energy, passes on cheaper") {
  const Sandbox sandbox;
  play_results(sandbox);
  const auto written = gate(sandbox, {"--update", "main"}, ok);
  expect_words(written.out, {"baseline.json: written", "main: new, "});
  expect_words(gate(sandbox, {"main"}, ok).out, {"gate passed: ", " 0 failed"});
  const auto failed = gate(sandbox, {"main=dear"}, false_result);
  expect_words(failed.out, {"failed    main:cost/energy: ", "failed    main:cost_total_usd: ",
                            "gate failed: ", "cost      main:energy: "});
  gate(sandbox, {"main=dear/report.json"}, false_result);
  gate(sandbox, {"--update", "main=dear"}, ok);
  const auto better = gate(sandbox, {"main"}, ok);
  expect_words(better.out, {"improved  main:cost_total_usd: ", "for the better"});
  SECTION("the machine's forms") {
    gate(sandbox, {"--update", "main"}, ok);
    const auto finished = gate(sandbox,
                               {"main=dear", "--junit", "j.xml", "--markdown", "m.md",
                                "--benchmark", "b.json", "--annotations", "github"},
                               false_result);
    expect_words(finished.out, {"\n::error file=baseline.json,title=cost gate%3A main%3Acost/"});
    expect_words(sandbox.read("j.xml"), {"<testsuite name=\"main\"", "<failure "});
    expect_words(sandbox.read("m.md"), {"## Cost gate failed", "Costs that changed"});
    expect_words(sandbox.read("b.json"),
                 {"\"name\": \"main:cost_total_usd\"", "\"unit\": \"USD\""});
    const auto json = gate(sandbox, {"main=dear", "--format", "json"}, false_result);
    CHECK(json.out.front() == '{');
    expect_words(json.out, {"\"passed\": false"});
  }
}

TEST_CASE("gate: a policy widens, a waiver covers until its day") {
  const Sandbox sandbox;
  play_results(sandbox);
  gate(sandbox, {"--update", "main"}, ok);
  sandbox.write("wide.json", R"({"policy_version": 1, "rules": {"*": {"relative": "20 %"}}})");
  gate(sandbox, {"--policy", "wide.json", "main=dear"}, ok);
  sandbox.write("waived.json", R"({"policy_version": 1, "waivers": {
    "main:*cost*": {"reason": "new tariff", "expires": "2026-11-22"}}})");
  const auto waived = gate(sandbox, {"--policy", "waived.json", "main=dear"}, ok);
  expect_words(waived.out, {"waived until 2026-11-22: new tariff", "gate passed"});
  const auto expired = expect_code(sandbox,
                                   {"gate", "--baseline", "baseline.json", "--policy",
                                    "waived.json", "--today", "2026-11-23", "main=dear"},
                                   false_result);
  expect_words(expired.out, {"(new tariff) expired on 2026-11-22"});
  sandbox.write("wrong.json", R"({"policy_version": 1, "rule": {}})");
  const auto wrong = gate(sandbox, {"--policy", "wrong.json", "main"}, scenario_invalid);
  expect_words(wrong.err, {"wrong.json:1:", "did you mean \"rules\"?"});
  expect_words(
      expect_code(sandbox, {"gate", "--baseline", "baseline.json", "--today", "soon", "main"},
                  usage)
          .err,
      {"\"soon\" is no date"});
}

TEST_CASE("gate: baselines that it cannot read stay as they are") {
  const Sandbox sandbox;
  play_results(sandbox);
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"{\"baseline_version\": 2, \"results\": {}}", "baseline_version 2 is not known"},
           {"{\"baseline_version\": 1, \"results\": {\"main\": {\"cost_t", "baseline.json:1:"},
           {"{\"baseline_version\": 1, \"results\": {\"main\": {\"x\": null}}}",
            "/results/main/x: expected a number"},
           {"", "baseline.json"},
           {"{\"results\": {}}", "this is no baseline of a gate"}}) {
    sandbox.write("baseline.json", text);
    for (const bool updates : {false, true}) {
      const auto finished = updates ? gate(sandbox, {"--update", "main"}, data_invalid)
                                    : gate(sandbox, {"main"}, data_invalid);
      expect_words(finished.err, {words});
      CHECK(finished.out.empty());
      CHECK(sandbox.read("baseline.json") == text);
    }
  }
}

TEST_CASE("gate: results that are none, names that are not, what belongs together") {
  const Sandbox sandbox;
  play_results(sandbox);
  expect_words(gate(sandbox, {"main"}, scenario_invalid).err,
               {"baseline.json: there is no such baseline", "--update"});
  gate(sandbox, {"--update", "main", "b=dear"}, ok);
  expect_words(gate(sandbox, {"nowhere"}, scenario_invalid).err, {"nowhere: cannot be read"});
  expect_words(gate(sandbox, {"main", "main=dear"}, scenario_invalid).err,
               {"a second result is called \"main\""});
  expect_words(gate(sandbox, {"x=scenario.json"}, data_invalid).err, {"no report.json"});
  expect_words(gate(sandbox, {"."}, scenario_invalid).err, {"holds neither report.json nor"});
  sandbox.write("broken.sqlite", "SQLite format 3\0 and nothing else");
  gate(sandbox, {"x=broken.sqlite"}, data_invalid);
  CHECK(gate(sandbox, {"--update", "main", "--junit", "x"}, usage).out.empty());
  expect_words(gate(sandbox, {"main"}, false_result).out, {"failed    b:result: "});
  expect_words(gate(sandbox, {"main", "--partial"}, ok).out,
               {"note      of the baseline 1 result was not given"});
  SECTION("an update keeps what it was not given and leaves an equal file alone") {
    const auto before = sandbox.read("baseline.json");
    expect_words(gate(sandbox, {"--update", "b=dear"}, ok).out, {"nothing has changed"});
    expect_words(gate(sandbox, {"--update", "b=main"}, ok).out, {"renewed\n  b: ", "the most: "});
    CHECK(sandbox.read("baseline.json") != before);
    gate(sandbox, {"main", "b=main"}, ok);
  }
}

TEST_CASE("gate: cost curves and sweeps") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  sandbox.write("sweep.json", R"({"sweep_version": 1, "name": "load", "base": "scenario.json",
    "axes": {"users": {"pointer": "/workloads/load/num_prompts", "values": [20, 40]},
             "price": {"pointer": "/sites/site/energy/grid/tariff/price",
                       "values": ["0.05 USD/kWh", "0.10 USD/kWh"]}}})");
  const auto curve = [&](const std::string& out, const std::string& more) {
    expect_code(sandbox,
                {"curve", "scenario.json", "--chips", "h100-sxm,h200", "--views", "rental,energy",
                 "--concurrency", "1,4", "--tensor-parallel", "8", "--out", out, "--set", more},
                ok);
  };
  curve("before", "/workloads/load/isl=500");
  curve("after", "/workloads/load/isl=900");
  gate(sandbox, {"--update", "chips=before"}, ok);
  expect_words(gate(sandbox, {"chips=before/curve.csv"}, ok).out, {"gate passed"});
  const auto failed = gate(sandbox, {"chips=after"}, false_result);
  expect_words(failed.out,
               {"chips/rental:gap/h200: largest gap at interactivity_tokens_per_s_per_user"});
  expect_code(sandbox, {"sweep", "sweep.json", "--out", "s.sqlite", "--progress", "none"}, ok);
  gate(sandbox, {"--update", "load=s.sqlite"}, ok);
  const auto baseline = sandbox.read("baseline.json");
  expect_words(baseline, {"\"load/price/cost_per_mtok_usd\"", "\"users=20\"", "\"load/users/"});
  gate(sandbox, {"chips=before", "load=s.sqlite"}, ok);
}

/// Runs the action's only step as GitHub does.
int run_action(const Sandbox& sandbox, const std::string& environment) {
  const std::string action = TOKENFAB_SOURCE_DIR "/.github/actions/gate";
  const auto command = "cd '" + sandbox.folder().string() +
                       "' && GITHUB_ACTIONS=true GITHUB_OUTPUT=output GITHUB_STEP_SUMMARY=summary "
                       "GITHUB_ACTION_PATH='" +
                       action + "' GATE_PROGRAM='" TOKENFAB_BINARY_DIR "/tokenfab' " + environment +
                       " bash -c '\"$GITHUB_ACTION_PATH/gate.sh\"' > log 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));
}

TEST_CASE("action: its step gates, tells and hands on the verdict") {
  const Sandbox sandbox;
  play_results(sandbox);
  gate(sandbox, {"--update", "main", "dear"}, ok);
  CHECK(run_action(sandbox,
                   "GATE_BASELINE=baseline.json GATE_RESULTS='\n  mai*  \n\n dear=dear\n'") == 0);
  CHECK(sandbox.read("output") == "passed=true\n");
  expect_words(sandbox.read("summary"), {"## Cost gate passed"});
  CHECK(run_action(sandbox,
                   "GATE_BASELINE=baseline.json GATE_PARTIAL=true GATE_JUNIT='j u.xml' "
                   "GATE_RESULTS='main=dear'") == false_result);
  CHECK(sandbox.read("output") == "passed=true\npassed=false\n");
  expect_words(sandbox.read("log"), {"gate failed", "::error file=baseline.json"});
  expect_words(sandbox.read("summary"), {"## Cost gate passed", "## Cost gate failed"});
  expect_words(sandbox.read("j u.xml"), {"</testsuites>"});
  SECTION("no code comes from inputs; a missing program and another version are told") {
    CHECK(run_action(sandbox, "GATE_BASELINE='$(touch a)' GATE_RESULTS='`touch b`\n; touch c'") ==
          scenario_invalid);
    for (const auto* file : {"a", "b", "c"}) {
      CHECK(!std::filesystem::exists(sandbox.folder() / file));
    }
    CHECK(run_action(sandbox, "GATE_PROGRAM=no-such GATE_BASELINE=b GATE_RESULTS=main") == usage);
    expect_words(sandbox.read("log"), {"::error title=cost gate::there is no program no-such"});
    CHECK(run_action(sandbox, "GATE_VERSION=9.9.9 GATE_BASELINE=b GATE_RESULTS=main") == usage);
    expect_words(sandbox.read("log"), {"not version 9.9.9"});
  }
}

TEST_CASE("action: hands every input to the step that reads it, and is YAML") {
  const std::string folder = TOKENFAB_SOURCE_DIR "/.github/actions/gate";
  const auto content = [&folder](const char* name) {
    std::ifstream file(folder + "/" + name);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto action = content("action.yml");
  const auto script = content("gate.sh");
  for (const auto& [input, variable] :
       std::vector<std::pair<std::string, std::string>>{{"baseline", "GATE_BASELINE"},
                                                        {"results", "GATE_RESULTS"},
                                                        {"policy", "GATE_POLICY"},
                                                        {"partial", "GATE_PARTIAL"},
                                                        {"junit", "GATE_JUNIT"},
                                                        {"markdown", "GATE_MARKDOWN"},
                                                        {"benchmark", "GATE_BENCHMARK"},
                                                        {"program", "GATE_PROGRAM"},
                                                        {"deb", "GATE_DEB"},
                                                        {"version", "GATE_VERSION"}}) {
    expect_words(action, {"\n  " + input + ":\n    description: ",
                          "\n        " + variable + ": ${{ inputs." + input + " }}\n"});
    expect_words(script, {variable});
  }
  expect_words(action, {"\n  using: composite\n", "\n      shell: bash\n"});
  if (std::system("python3 -c 'import yaml' 2> /dev/null") == 0) {
    const auto parse =
        "python3 -c 'import sys, yaml; a = yaml.safe_load(open(sys.argv[1])); "
        "sys.exit(a[\"runs\"][\"steps\"][0][\"run\"] != "
        "\"\\\"$GITHUB_ACTION_PATH/gate.sh\\\"\")' '" +
        folder + "/action.yml'";
    CHECK(std::system(parse.c_str()) == 0);
  }
}

}  // namespace
}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
// Where catalogue values come from: in reports, and as explain and list tell it.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

std::string scenario_on(const std::string& node) {
  return replaced(small_scenario(), "{\"use\": \"hgx-h100\"}", node);
}

bool has_text(const std::string& text, const std::string& needle) {
  return text.find(needle) != std::string::npos;
}

TEST_CASE("provenance: a report names its placeholders and inherited kernels") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", scenario_on(R"({"use": "hgx-h100", "chip": "metax-c600"})"));
  const auto ran = sandbox.run({"run", "scenario.json", "--out", "out"});
  INFO(ran.out << ran.err);
  REQUIRE(ran.code == ok);
  expect_words(ran.out, {"placeholder values used: ", "metax-c600: peak_bf16",
                         "kernels of metax-c600 inherited from h100-sxm (not measured)"});
  expect_words(sandbox.read("out/report.json"),
               {"\"provenance\"", "\"chips/metax-c600\"", "\"nodes/hgx-h100\"",
                "chips/metax-c600: peak_bf16 (Placeholder: C600", "\"inherited_kernels\"",
                "\"metax-c600\": \"h100-sxm\""});
  const auto valid = sandbox.run({"validate", "scenario.json"});
  expect_words(valid.out, {"placeholder values used: "});
  expect_words(sandbox.run({"run", "scenario.json", "--dry-run"}).out,
               {"placeholder values used: ", "not measured"});
}

TEST_CASE("provenance: measured chips and overridden values are no placeholders") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  const auto measured = sandbox.run({"run", "scenario.json", "--out", "out"});
  REQUIRE(measured.code == ok);
  CHECK_FALSE(has_text(measured.out, "placeholder"));
  CHECK_FALSE(has_text(measured.out, "inherited"));
  expect_words(sandbox.read("out/report.json"), {"\"placeholders\": []", "\"calibrated\""});
}

TEST_CASE("explain: every value of a catalogue entry with its source") {
  const Sandbox sandbox;
  const auto chip = sandbox.run({"explain", "chips/ascend-910c"});
  REQUIRE(chip.code == ok);
  expect_words(chip.out,
               {"uses      ascend-910b2, which uses a100-80", "measured on a100-80", "752 TFLOPS",
                "official", "2025-06", "arXiv:2506.12708", "decode_launch", "placeholder"});
  expect_words(sandbox.run({"explain", "nodes/hgx-h100"}).out, {"psu_efficiency", "0.94"});
  expect_words(sandbox.run({"explain", "models/meta-llama/Llama-3.1-70B"}).out, {"hidden_size"});
  expect_words(sandbox.run({"explain", "chips/ascend-910b"}).out, {"another name of"});
  for (const auto& [word, hint] :
       std::vector<std::pair<std::string, std::string>>{{"chips/ascend-910x", "did you mean"},
                                                        {"chip/b200", "did you mean \"chips\"?"},
                                                        {"chips/", "known: a100-80"}}) {
    const auto unknown = sandbox.run({"explain", word});
    INFO(word << unknown.out << unknown.err);
    CHECK(unknown.code == usage);
    expect_words(unknown.err, {hint});
  }
}

TEST_CASE("list: chips and nodes with who, when and how well known") {
  const Sandbox sandbox;
  const auto chips = sandbox.run({"list", "chips"});
  REQUIRE(chips.code == ok);
  expect_words(chips.out, {"origin", "launch", "placeholder", "export_variant", "announced",
                           "rk3588", "same as ascend-910b2"});
  expect_words(
      sandbox.run({"list", "chips", "--format", "json"}).out,
      {"\"kernels_from\": \"h100-sxm\"", "\"status\": \"export_variant\"", "\"placeholder\": 0"});
  expect_words(sandbox.run({"list", "nodes"}).out, {"sys-cm384", "vr200-nvl72", "rk3588-board"});
}

}  // namespace
}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
// Scenario files that are broken as files or as JSON text.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

TEST_CASE("scenario text: a path that is no file") {
  const Sandbox sandbox;
  std::filesystem::create_directory(sandbox.folder() / "folder");
  for (const auto& [path, word] : std::vector<std::pair<std::string, std::string>>{
           {"missing.json", "missing.json: cannot open the file: No such file"},
           {"folder", "folder: is a directory"},
           {"", "cannot open"}}) {
    const auto finished = sandbox.run({"run", path, "--out", "out"});
    INFO(path);
    expect_words(finished.err, {word});
    CHECK(finished.code == scenario_invalid);
    CHECK(sandbox.files().empty());
  }
}

TEST_CASE("scenario text: empty or no object") {
  const Sandbox sandbox;
  expect_refused(sandbox, "", scenario_invalid, {"scenario.json", "empty"});
  expect_refused(sandbox, " \n\t\n", scenario_invalid, {"scenario.json", "empty"});
  for (const auto* text : {"[]", "3", "\"text\"", "null", "true"}) {
    INFO(text);
    expect_refused(sandbox, text, scenario_invalid, {"scenario.json:1:1", "expected an object"});
  }
}

TEST_CASE("scenario text: syntax errors name line and column") {
  const Sandbox sandbox;
  const auto whole = small_scenario();
  expect_refused(sandbox, whole.substr(0, whole.find("\"chat\": {") + 9), scenario_invalid,
                 {"scenario.json:18:14", "ends too early"});
  const auto comma = replaced(whole, "\"nodes\": 2}", "\"nodes\": 2,}");
  expect_refused(sandbox, comma, scenario_invalid,
                 {"scenario.json:13", "unexpected }", "a comma too much"});
  const auto comment = replaced(whole, "  \"models\"", "  // no comments\n  \"models\"");
  expect_refused(sandbox, comment, scenario_invalid,
                 {place_of(comment, "// no"), "JSON has no comments"});
  expect_refused(sandbox, whole + "{}", scenario_invalid, {"more text after the end"});
  const auto quotes = replaced(whole, "\"small\"", "'small'");
  expect_refused(sandbox, quotes, scenario_invalid, {place_of(quotes, "'small'"), "double quotes"});
  const auto missing = replaced(whole, "\"name\": \"small\",", "\"name\": \"small\"");
  expect_refused(sandbox, missing, scenario_invalid,
                 {place_of(missing, "\"sites\""), "a comma or a closing bracket is missing"});
}

TEST_CASE("scenario text: numbers that JSON or a double do not have") {
  const Sandbox sandbox;
  for (const auto* number : {"NaN", "Infinity", "-Infinity", "nan"}) {
    const auto text = replaced(small_scenario(), "1.25", number);
    INFO(number);
    expect_refused(sandbox, text, scenario_invalid, {"scenario.json:12:5"});
  }
  const auto huge = replaced(small_scenario(), "1.25", "1e999");
  expect_refused(sandbox, huge, scenario_invalid,
                 {"scenario.json:12:5", "the number is too large"});
  for (const auto* text : {"01", "+1", "0x10", "1.", ".5"}) {
    INFO(text);
    expect_refused(sandbox, replaced(small_scenario(), "1.25", text), scenario_invalid,
                   {"scenario.json:12:5"});
  }
}

TEST_CASE("scenario text: duplicate keys") {
  const Sandbox sandbox;
  const auto text = replaced(replaced(small_scenario(), "\"name\": \"small\",",
                                      "\"name\": \"small\",\n  \"name\": \"again\","),
                             "\"osl\": 20", "\"osl\": 20, \"osl\": 21");
  expect_refused(sandbox, text, scenario_invalid,
                 {"scenario.json:4:3: /name: duplicate key, first given on line 3",
                  "/workloads/load/osl: duplicate key", "2 problems"});
}

TEST_CASE("scenario text: deep nesting") {
  const Sandbox sandbox;
  constexpr std::size_t depth = 1'000'000;
  for (const auto& open : {std::string("["), std::string("{\"a\":")}) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) {
      text += open;
    }
    expect_refused(sandbox, text, scenario_invalid, {"scenario.json:1:", "nested deeper than"});
  }
  const auto nested = replaced(small_scenario(), "1.25", std::string(depth, '['));
  expect_refused(sandbox, nested, scenario_invalid, {"scenario.json:12:", "nested deeper than"});
}

TEST_CASE("scenario text: bytes that are no text") {
  const Sandbox sandbox;
  const auto invalid = replaced(small_scenario(), "\"small\"", "\"sm\xff\xfe\"");
  expect_refused(sandbox, invalid, scenario_invalid, {"scenario.json:3:", "not valid UTF-8"});
  const auto nul =
      replaced(small_scenario(), "\"small\"", "\"small\"" + std::string(1, '\0') + " ");
  expect_refused(sandbox, nul, scenario_invalid, {"scenario.json:3:", "NUL"});
  const auto surrogate = replaced(small_scenario(), "\"small\"", R"("\ud800")");
  expect_refused(sandbox, surrogate, scenario_invalid, {"scenario.json:3:"});
  const auto control = replaced(small_scenario(), "\"small\"", "\"sm\x01\"");
  expect_refused(sandbox, control, scenario_invalid, {"scenario.json:3:"});
  std::string binary;
  for (int i = 0; i < 4096; ++i) {
    binary.push_back(static_cast<char>(i * 7 % 256));
  }
  expect_refused(sandbox, binary, scenario_invalid, {"scenario.json:"});
}

TEST_CASE("scenario text: a byte order mark and CRLF are no error") {
  const Sandbox sandbox;
  std::string text = "\xef\xbb\xbf";
  for (const char c : small_scenario()) {
    text += c == '\n' ? "\r\n" : std::string(1, c);
  }
  run_well(sandbox, text);
}

TEST_CASE("scenario text: a string of 10 MB") {
  const Sandbox sandbox;
  const std::string giant(10'000'000, 'x');
  expect_refused(sandbox, replaced(small_scenario(), "1.25", "\"" + giant + "\""), scenario_invalid,
                 {"scenario.json:12:"});
  expect_refused(sandbox, replaced(small_scenario(), "\"pue\"", "\"" + giant + "\""),
                 scenario_invalid, {"scenario.json:12:", "unknown key"});
  expect_refused(sandbox, replaced(small_scenario(), "llama-3.1-70b", giant), scenario_invalid,
                 {"scenario.json:16:", "not in the catalogue"});
  expect_refused(sandbox, replaced(small_scenario(), "\"5 /s\"", "\"5 " + giant + "\""),
                 scenario_invalid, {"scenario.json:30:"});
  expect_refused(sandbox, replaced(small_scenario(), "\"small\"", "\"" + giant + "\""),
                 scenario_invalid, {"scenario.json:3:"});
}

}  // namespace
}  // namespace tokenfab::program

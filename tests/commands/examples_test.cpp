// SPDX-License-Identifier: Apache-2.0
// What --help, the manual and docs/commands.md teach: every example is a line that the program
// understands, and what is written of the commands is true of them.
#include <filesystem>
#include <set>
#include <sstream>

#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"
#include "tools/command_guides.hpp"
#include "tools/command_words.hpp"
#include "tools/help_text.hpp"
#include "tools/parse_line.hpp"

namespace tokenfab::program {
namespace {

namespace fs = std::filesystem;
using namespace tools;

/// The words of a shell's line: quotes taken off, ended by a redirection.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (const char letter : line) {
    if (quote == 0 && (letter == '>' || letter == '|')) {
      break;
    }
    if (letter == quote) {
      quote = 0;
    } else if (quote == 0 && (letter == '\'' || letter == '"')) {
      quote = letter;
    } else if (quote == 0 && letter == ' ') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  while (!words.empty() && words.back().empty()) {
    words.pop_back();
  }
  return words;
}

void expect_example(const Example& example) {
  INFO(example.line);
  const auto words = shell_words(example.line);
  REQUIRE(words.size() > 1);
  CHECK(words.front() == "tokenfab");
  CHECK(parse_fault({words.begin() + 1, words.end()}) == "");
  CHECK(!example.says.empty());
  for (const auto& word : words) {
    if (word.starts_with("scenarios/")) {
      CHECK(fs::exists(fs::path(TOKENFAB_SOURCE_DIR) / word));
    }
  }
}

TEST_CASE("examples: the lines of every command are understood") {
  for (const auto& guide : command_guides()) {
    CHECK(!guide.examples.empty());
    CHECK(guide.examples.size() <= 4);
    for (const auto& example : guide.examples) {
      expect_example(example);
      CHECK(example.line.starts_with("tokenfab " + std::string(guide.command)));
    }
  }
  for (const auto& example : first_examples()) {
    expect_example(example);
  }
  CHECK(parse_fault({"run"}) == "scenario is required");
  CHECK(parse_fault({"run", "a.json", "--bogus"}) != "");
}

TEST_CASE("examples: every command has a guide, and every guide a command") {
  std::set<std::string> commands;
  for (const auto& command : plain_commands(program_words())) {
    INFO("a command needs an entry in tools/command_guides.cpp: " << command.name);
    CHECK(find_guide(command.name) != nullptr);
    CHECK(!command.description.empty());
    commands.insert(command.name);
  }
  for (const auto& guide : command_guides()) {
    INFO("a guide without its command: " << guide.command);
    CHECK(commands.count(std::string(guide.command)) == 1);
    CHECK(guide.writes.ends_with("."));
  }
}

TEST_CASE("examples: help of every command fits a terminal") {
  const auto program = program_words();
  auto texts = std::vector<std::string>{program_help(program)};
  for (const auto& command : plain_commands(program)) {
    texts.push_back(command_help(command));
    expect_words(texts.back(), {"Usage: tokenfab " + command.name, "Examples:", "Exit codes:"});
  }
  for (const auto& text : texts) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK((line.size() <= 80 || line.starts_with("  tokenfab ")));
    }
  }
}

TEST_CASE("examples: a wrong word is answered with the nearest right one") {
  const Sandbox sandbox;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"rnu", "a.json"}, "did you mean \"run\"?"},
      {{"run", "a.json", "--progres=json"}, "did you mean \"--progress\"?"},
      {{"import", "hg", "a.json"}, "known: hf"},
      {{"run"}, "tokenfab run --help"}};
  for (const auto& [words, hint] : cases) {
    const auto finished = sandbox.run(words);
    CHECK(finished.code == usage);
    expect_words(finished.err, {hint});
  }
}

}  // namespace
}  // namespace tokenfab::program

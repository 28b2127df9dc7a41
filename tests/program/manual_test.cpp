// SPDX-License-Identifier: Apache-2.0
// The manual: the man page without warnings, docs/commands.md as the program prints it.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::program {
namespace {

TEST_CASE("manual: groff has nothing to complain of") {
  if (std::system("command -v groff >/dev/null") != 0) {
    WARN("no groff here");
    return;
  }
  const Sandbox sandbox;
  const auto page = sandbox.run({"manual"});
  CHECK(page.code == ok);
  sandbox.write("tokenfab.1", page.out);
  const auto command = "cd '" + sandbox.folder().string() +
                       "' && groff -ww -man -Tutf8 -P-c -P-b -P-o -P-u tokenfab.1 >text 2>faults";
  CHECK(std::system(command.c_str()) == 0);
  CHECK(sandbox.read("faults") == "");
  const auto text = sandbox.read("text");
  for (const auto* heading : {"NAME", "COMMANDS", "EXIT STATUS", "PROGRESS", "ENVIRONMENT", "FILES",
                              "TOKENFAB_DATA", "import hf", "validate-against"}) {
    INFO(heading);
    CHECK(text.find(heading) != std::string::npos);
  }
}

TEST_CASE("manual: docs/commands.md is what the program prints") {
  const Sandbox sandbox;
  std::ifstream file(TOKENFAB_SOURCE_DIR "/docs/commands.md", std::ios::binary);
  const std::string kept{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  INFO("build/tokenfab manual --format markdown > docs/commands.md");
  const bool is_same = sandbox.run({"manual", "--format", "markdown"}).out == kept;
  CHECK(is_same);
}

}  // namespace
}  // namespace tokenfab::program

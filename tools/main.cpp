// SPDX-License-Identifier: Apache-2.0
// The program: command line to action, action to exit code.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sim/core/check.hpp"
#include "tools/command_line.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

[[noreturn]] void fail_check(std::string_view message) {
  std::fprintf(stderr, "tokenfab: this is a bug of ours, please report it:\n%.*s\n",
               static_cast<int>(message.size()), message.data());
  std::_Exit(exit_internal);
}

int dispatch(int argc, char** argv) {
  ProgramLine line;
  try {
    line.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return line.exit(error);
  }
  if (line.wants_version()) {
    std::puts(version_text().c_str());
    return exit_ok;
  }
  if (line.action()) {
    return line.action()();
  }
  std::fputs(line.app().help().c_str(), stderr);
  return exit_usage;
}

}  // namespace
}  // namespace tokenfab::tools

int main(int argc, char** argv) {
  using namespace tokenfab::tools;
  tokenfab::set_check_handler(fail_check);
  return exit_code_of([=] { return after_output(dispatch(argc, argv)); });
}

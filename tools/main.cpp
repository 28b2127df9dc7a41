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
  CLI::App app{
      "Tokenfab simulates the AI factory: energy goes in, tokens come out, and it says "
      "what every token costs and how well every layer is used.",
      "tokenfab"};
  bool wants_version = false;
  app.add_flag("--version", wants_version, "Print the version and exit");
  Action action;
  add_commands(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool is_help = app.exit(error) == 0;
    return is_help ? exit_ok : exit_usage;
  }
  if (wants_version) {
    std::puts(version_text().c_str());
    return exit_ok;
  }
  if (action) {
    return action();
  }
  std::fputs(app.help().c_str(), stderr);
  return exit_usage;
}

}  // namespace
}  // namespace tokenfab::tools

int main(int argc, char** argv) {
  tokenfab::set_check_handler(tokenfab::tools::fail_check);
  return tokenfab::tools::exit_code_of([=] { return tokenfab::tools::dispatch(argc, argv); });
}

// SPDX-License-Identifier: Apache-2.0
// The words of the command line. Parsing only chooses what to do.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace tokenfab::tools {

/// What the parsed command line asks for; answers the exit code.
using Action = std::function<int()>;

/// Adds all commands; parsing sets `action`, which stays empty without a command. `app` and
/// `action` must outlive the parsing and the action.
void add_commands(CLI::App& app, Action& action);

}  // namespace tokenfab::tools

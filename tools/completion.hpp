// SPDX-License-Identifier: Apache-2.0
// Completion scripts of shells, made from the commands and options of the program itself.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tokenfab::tools {

enum class Shell { Bash, Zsh, Fish };

/// The script that completes the commands, options and choices of `app`. An option's type name
/// tells what follows it: words between bars are its choices; FILE, DIR and PATH are looked up.
std::string completion_script(const CLI::App& app, Shell shell);

}  // namespace tokenfab::tools

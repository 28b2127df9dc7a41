// SPDX-License-Identifier: Apache-2.0
// The declaration of every command: each adds itself to the program and sets the action that it
// stands for.
#pragma once

#include "tools/command_line.hpp"

namespace tokenfab::tools {

void add_run(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_rerun(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_plan(CLI::App& app, Action& action);
void add_curve(CLI::App& app, Action& action);
void add_gate(CLI::App& app, Action& action);
void add_validate_against(CLI::App& app, Action& action);
void add_calibrate(CLI::App& app, Action& action);
void add_timeline(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_schema(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
void add_manual(CLI::App& app, Action& action);

}  // namespace tokenfab::tools

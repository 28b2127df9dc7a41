// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line.hpp"

#include "tools/command_lines.hpp"

namespace tokenfab::tools {

void add_commands(CLI::App& app, Action& action) {
  app.require_subcommand(0, 1);
  add_run(app, action);
  add_validate(app, action);
  add_list(app, action);
  add_explain(app, action);
  add_schema(app, action);
  add_show(app, action);
  add_compare(app, action);
  add_sweep(app, action);
  add_plan(app, action);
  add_curve(app, action);
  add_rerun(app, action);
  add_validate_against(app, action);
  add_calibrate(app, action);
  add_import(app, action);
  add_completion(app, action);
}

}  // namespace tokenfab::tools

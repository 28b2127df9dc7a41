// SPDX-License-Identifier: Apache-2.0
// Command lines around one run.
#include <memory>

#include "tools/command_lines.hpp"
#include "tools/line_options.hpp"

namespace tokenfab::tools {

void add_run(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("run", "Play a scenario and price its tokens");
  auto asked = std::make_shared<RunCommand>();
  add_scenario_options(*command, asked->request);
  command->add_option("-o,--out", asked->out, "Result folder; results/NAME if absent")
      ->type_name(folder_type);
  add_progress_option(*command, asked->progress);
  add_choice(*command, "--format", asked->format, formats(), "Form of the standard output");
  command->add_option("--replications", asked->replications,
                      "Runs under seeds derived from the scenario's; gives 95 % intervals");
  command->add_option("--jobs", asked->jobs, "Replications at once; one per processor if absent");
  command->add_flag("--dry-run", asked->dry_run, "Say whether it fits, and write nothing");
  command->callback([asked, &action] { action = [asked] { return run(*asked); }; });
}

void add_validate(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("validate", "Check a scenario, all problems at once");
  auto request = std::make_shared<ScenarioRequest>();
  add_scenario_options(*command, *request);
  command->callback([request, &action] { action = [request] { return validate(*request); }; });
}

void add_show(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("show", "Print a scenario as the program understands it");
  auto asked = std::make_shared<ShowCommand>();
  add_scenario_options(*command, asked->request);
  command->add_flag("--resolved", asked->resolved, "With all defaults and catalogue values")
      ->required();
  command->add_flag("--origins", asked->origins, "And where every value comes from");
  command->callback([asked, &action] { action = [asked] { return show(*asked); }; });
}

void add_rerun(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "rerun", "Replay a result and say whether every byte of its report comes out again");
  auto asked = std::make_shared<RerunCommand>();
  command->add_option("result", asked->path, "Result folder or its report.json")
      ->required()
      ->type_name(path_type);
  command
      ->add_option("--data", asked->data_folders,
                   "Folder with the input data; searched before the one where the run found it, "
                   "the current one and TOKENFAB_DATA")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name(folder_type);
  command->callback([asked, &action] { action = [asked] { return rerun(*asked); }; });
}

}  // namespace tokenfab::tools

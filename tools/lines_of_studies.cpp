// SPDX-License-Identifier: Apache-2.0
// Command lines of studies: many runs, results beside each other, measurements.
#include <memory>

#include "sim/measured/prediction_errors.hpp"
#include "tools/command_lines.hpp"
#include "tools/line_options.hpp"

namespace tokenfab::tools {

void add_compare(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "compare", "Compare results metric by metric and cost by cost; exit 10 on a difference");
  auto asked = std::make_shared<CompareCommand>();
  command
      ->add_option("results", asked->paths,
                   "Scenarios, which are run first, or result folders; the first is the base")
      ->required()
      ->expected(2, 1000)
      ->type_name(path_type);
  command->add_option("--tolerance", asked->tolerance, "Relative; 0 if absent");
  asked->data_folders = data_folders();
  command->callback([asked, &action] { action = [asked] { return compare(*asked); }; });
}

void add_curve(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "curve", "Draw cost per million tokens against interactivity for a list of chips");
  auto asked = std::make_shared<CurveCommand>();
  add_scenario_options(*command, asked->request);
  add_list_option(*command, "--chips", asked->chips,
                  "Chips of the catalogue; h100-sxm,h200,b200,gb200 without --nodes");
  add_list_option(*command, "--nodes", asked->nodes, "Nodes of the catalogue");
  add_list_option(*command, "--engines", asked->engines,
                  "Engine profiles, every chip with each; the scenario's if absent");
  add_list_option(*command, "--views", asked->views,
                  "What chips cost, of: " + fmt::format("{}", fmt::join(curve_view_names(), ", ")));
  add_list_option(*command, "--concurrency", asked->concurrency, "Users of a replica")
      ->check(CLI::Range(1, 1 << 20));
  auto sizes = std::make_shared<std::vector<std::string>>();
  add_list_option(*command, "--tensor-parallel", *sizes, "Sizes to choose from; auto: 1,2,4,8")
      ->check(CLI::Range(1, 1 << 16) | CLI::IsMember({"auto"}));
  add_choice(*command, "--tokens", asked->tokens,
             {{"input", std::string("input")},
              {"output", std::string("output")},
              {"total", std::string("total")}},
             "Whose cost is drawn; output if absent");
  command->add_option("--jobs", asked->jobs, "Processes at once; as many as processors if absent")
      ->check(CLI::Range(1, 1024));
  command->add_option("--out", asked->out, "Result folder; results/NAME-curve if absent")
      ->type_name(folder_type);
  command->callback([asked, sizes, &action] {
    if (!sizes->empty() && sizes->front() != "auto") {
      asked->tensor_parallel_sizes.clear();
      for (const auto& size : *sizes) {
        asked->tensor_parallel_sizes.push_back(size == "auto" ? 0 : std::stoll(size));
      }
    }
    action = [asked] { return curve(*asked); };
  });
}

void add_validate_against(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "validate-against", "Predict every row of published measurements and print the errors");
  auto asked = std::make_shared<ValidateAgainstCommand>();
  command->add_option("measured", asked->paths, "Tables of measurements (CSV, may be compressed)")
      ->required()
      ->type_name(file_type);
  command
      ->add_option("--by", asked->by,
                   "Labels to group errors by: chip, model, engine, software, precision, regime, "
                   "layout, concurrency")
      ->delimiter(',')
      ->check(CLI::IsMember(label_names()));
  command
      ->add_option("--out", asked->out,
                   "Folder for every row (rows.csv), tables (errors.md), plots and error bands")
      ->type_name(folder_type);
  command->add_option("--jobs", asked->jobs, "Processes at once")->check(CLI::Range(1, 1024));
  command->callback([asked, &action] { action = [asked] { return validate_against(*asked); }; });
}

void add_calibrate(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "calibrate", "Fit the catalogue's constants to measurements, with intervals and errors");
  auto asked = std::make_shared<CalibrateCommand>();
  command
      ->add_option("tables", asked->paths,
                   "Tables of single-kernel timings, of served latency and throughput, or of "
                   "training steps")
      ->required()
      ->type_name(file_type);
  command->add_option("--out", asked->out, "File for values, intervals and errors")
      ->required()
      ->type_name(file_type);
  add_choice(*command, "--split", asked->split,
             {{"hold-out", CalibrationSplit::HoldOut},
              {"model", CalibrationSplit::Model},
              {"system", CalibrationSplit::System},
              {"none", CalibrationSplit::None}},
             "What the fit is judged by. hold-out: 30 % of the shapes of kernels; each model and "
             "each system (and each release that trains) in turn left out of other rows. model, "
             "system: these alone. none: all "
             "rows are fitted");
  command->add_option("--seed", asked->seed, "Which shapes are kept back");
  command
      ->add_option("--rows", asked->rows_max,
                   "Served rows of an engine profile that a fit plays; more are thinned evenly")
      ->check(CLI::Range(30, 1'000'000));
  command->add_option("--jobs", asked->jobs, "Fits at once")->check(CLI::Range(1, 1024));
  command->callback([asked, &action] { action = [asked] { return calibrate(*asked); }; });
}

void add_timeline(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "timeline", "Write a result as a trace for ui.perfetto.dev: replicas, jobs, plant, requests");
  auto asked = std::make_shared<TimelineCommand>();
  command->add_option("result", asked->folder, "Result folder")->required()->type_name(folder_type);
  command
      ->add_option("-o,--out", asked->out,
                   "Trace, compressed if it ends in .gz; trace.json.gz in the folder if absent")
      ->type_name(file_type);
  command->add_option("--from", asked->from, "Begin of the window since the start, as \"1 h\"");
  command->add_option("--to", asked->to, "Its end");
  command
      ->add_option("--events", asked->events,
                   "Events at most, 200000 if absent: requests are thinned, then counters")
      ->check(CLI::Range(1000, 100'000'000));
  command->callback([asked, &action] { action = [asked] { return timeline(*asked); }; });
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// Command lines of studies: many runs, results beside each other, measurements.
#include <memory>
#include <tuple>

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
      ->expected(1, 1000)
      ->type_name(path_type);
  command->add_option("--tolerance", asked->tolerance,
                      "Relative; 1e-12 if absent: rounding is no difference");
  command->add_flag("--all", asked->tells_all, "Equal values and repeated ones too");
  add_choice(*command, "--format", asked->format,
             {{"text", TableFormat::Text},
              {"json", TableFormat::Json},
              {"csv", TableFormat::Csv},
              {"markdown", TableFormat::Markdown}},
             "Form of the standard output");
  command
      ->add_option("--replications", asked->replications,
                   "Runs of every scenario under different seeds; differences get their "
                   "significance")
      ->check(CLI::Range(1, 100'000));
  command->add_option("--break-even", asked->break_even,
                      "Where two scenarios are equal: \"POINTER = 0.2 CNY/kWh .. 1.2 CNY/kWh\" "
                      "(* for any name), \"load = 0.1 .. 4\" (times the scenario's), utilization");
  command->add_option("--metric", asked->metric,
                      "That breaks even; cost_per_mtok_output_usd if absent");
  add_list_option(*command, "--chips", asked->chips,
                  "One scenario on these chips of the catalogue: a table of generations")
      ->type_name(chip_type);
  command->add_option("-o,--out", asked->out, "Folder for the break-even's picture and points")
      ->type_name(folder_type);
  command->add_option("--jobs", asked->jobs, "Processes at once; one per processor if absent")
      ->check(CLI::Range(1, 1024));
  asked->data_folders = data_folders();
  command->callback([asked, &action] { action = [asked] { return compare(*asked); }; });
}

void add_report(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "report", "Write results as one HTML file that opens from disk, without any network");
  auto asked = std::make_shared<PageCommand>();
  command
      ->add_option(
          "results", asked->paths,
          "Folders of run and curve, report.json or curve.csv files, databases of sweeps; the "
          "first run is what the page is about, all are compared")
      ->required()
      ->expected(1, 1000)
      ->type_name(path_type);
  command->add_option("-o,--out", asked->out, "The HTML file")->required()->type_name(file_type);
  command->callback([asked, &action] { action = [asked] { return report_page(*asked); }; });
}

void add_curve(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "curve", "Draw cost per million tokens against interactivity for a list of chips");
  auto asked = std::make_shared<CurveCommand>();
  add_scenario_options(*command, asked->request);
  add_list_option(*command, "--chips", asked->chips,
                  "Chips of the catalogue; h100-sxm,h200,b200,gb200 without --nodes")
      ->type_name(chip_type);
  add_list_option(*command, "--nodes", asked->nodes, "Nodes of the catalogue")
      ->type_name(node_type);
  add_list_option(*command, "--engines", asked->engines,
                  "Engine profiles, every chip with each; the scenario's if absent")
      ->type_name(engine_type);
  add_list_option(*command, "--views", asked->views, "What chips cost")
      ->type_name(fmt::format("{}", fmt::join(curve_view_names(), "|")));
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
  command->add_option("--jobs", asked->jobs, "Processes at once; one per processor if absent")
      ->check(CLI::Range(1, 1024));
  command->add_option("-o,--out", asked->out, "Result folder; results/NAME-curve if absent")
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

void add_sweep(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "sweep", "Play many variants of a scenario into one database, or merge and export such");
  auto asked = std::make_shared<SweepCommand>();
  command->add_option("sweep", asked->path, "Sweep file (JSON)")->type_name(file_type);
  command->add_option("-o,--out", asked->out, "Database (SQLite); results/NAME.sqlite if absent")
      ->type_name(file_type);
  command->add_option("--jobs", asked->jobs, "Processes at once; one per processor if absent")
      ->check(CLI::Range(1, 1024));
  command->add_option("--shard", asked->shard,
                      "Part i of N, as i/N; that of the task of a Slurm job array if absent");
  command->add_flag("--resume", asked->resume, "Go on with a database that was begun");
  add_progress_option(*command, asked->progress);
  command->add_flag("--dry-run", asked->dry_run, "Say what would be run, and write nothing");
  asked->data_folders = data_folders();

  auto* merge = command->add_subcommand("merge", "Join the databases of shards");
  auto merged = std::make_shared<SweepMergeCommand>();
  merge->add_option("out", merged->out, "The new database")->required()->type_name(file_type);
  merge->add_option("databases", merged->paths, "Databases of one sweep")
      ->required()
      ->type_name(file_type);
  merge->callback([merged, &action] { action = [merged] { return sweep_merge(*merged); }; });

  auto* csv = command->add_subcommand("csv", "Print a database as a table, one row per run");
  auto table = std::make_shared<SweepCsvCommand>();
  csv->add_option("database", table->path, "Database")->required()->type_name(file_type);
  csv->add_option("-o,--out", table->out, "File; standard output if absent")->type_name(file_type);
  csv->callback([table, &action] { action = [table] { return sweep_csv(*table); }; });

  command->callback([command, asked, &action] {
    if (command->get_subcommands().empty()) {
      if (asked->path.empty()) {
        throw CLI::RequiredError("sweep");
      }
      action = [asked] { return sweep(*asked); };
    }
  });
}

void add_gate(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "gate", "Compare results and cost curves with a baseline; exit 10 on a harmful change");
  auto asked = std::make_shared<GateCommand>();
  command->add_option("--baseline", asked->baseline, "What was accepted (JSON)")
      ->required()
      ->type_name(file_type);
  command
      ->add_option("results", asked->results,
                   "Result folders of run and curve, or their files, as NAME=PATH or by their "
                   "folder's name")
      ->required()
      ->type_name(path_type);
  command->add_option("--policy", asked->policy, "Tolerances, directions, waivers (docs/gate.md)")
      ->type_name(file_type);
  auto* update =
      command->add_flag("--update", asked->update, "Accept: write these results into the baseline");
  command->add_flag("--partial", asked->partial,
                    "Results of the baseline that are not given are no failure");
  for (const auto& [name, file, what] :
       {std::tuple("--junit", &asked->junit, "JUnit XML of all checks"),
        std::tuple("--markdown", &asked->markdown, "Summary in Markdown"),
        std::tuple("--benchmark", &asked->benchmark,
                   "JSON of github-action-benchmark (customSmallerIsBetter)")}) {
    command->add_option(name, *file, what)->type_name(file_type)->excludes(update);
  }
  add_choice(
      *command, "--annotations", asked->annotations,
      {{"auto", Annotations::Auto}, {"github", Annotations::GitHub}, {"none", Annotations::None}},
      "Workflow commands for GitHub; auto: where GITHUB_ACTIONS is true");
  add_choice(*command, "--format", asked->format, formats(), "Form of the standard output");
  command->add_option("--today", asked->today, "Day by which waivers expire: 2027-01-31")
      ->type_name("DAY");
  command->callback([asked, &action] { action = [asked] { return gate(*asked); }; });
}

void add_plan(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "plan", "Find the cheapest configuration of a service that meets a service level");
  auto asked = std::make_shared<PlanCommand>();
  auto& request = asked->request;
  auto& space = request.space;
  add_scenario_options(*command, request.scenario);
  command->add_option("--service", request.service, "The service; needed if there are several");
  const auto add_texts = [command](const char* name, std::vector<std::string>& target,
                                   const char* description) {
    command->add_option(name, target, description)->take_all()->allow_extra_args(false);
  };
  add_texts("--slo", request.slo,
            "What must hold: \"ttft_p99_s < 2 s\"; 99 % within the service's own "
            "slo if absent");
  add_texts("--budget", request.budget,
            "What may not be exceeded: \"chips <= 64\", \"peak_site_power_w <= "
            "500 kW\", \"capex_usd <= 20e6 USD\"");
  command->add_option("--objective", request.objective,
                      "Metric to be small; cost_per_mtok_usd if absent");
  add_list_option(*command, "--chips", asked->chips,
                  "Chips of the catalogue; the scenario's own without --nodes")
      ->type_name(chip_type);
  add_list_option(*command, "--nodes", asked->nodes, "Nodes of the catalogue")
      ->type_name(node_type);
  add_list_option(*command, "--tensor-parallel", space.tensor_parallel_sizes,
                  "Sizes; 1,2,4,8 if absent");
  add_list_option(*command, "--pipeline-parallel", space.pipeline_parallel_sizes,
                  "Sizes; the scenario's if absent");
  add_list_option(*command, "--data-parallel", space.data_parallel_sizes,
                  "Sizes; the scenario's if absent");
  add_choices(*command, "--expert-parallel", space.expert_parallel,
              {{"cut", ExpertChoice::Cut}, {"spread", ExpertChoice::Spread}},
              "Experts cut like other layers, or spread over the chips of a replica");
  add_list_option(*command, "--quantization", space.quantizations,
                  "Number formats: bf16,fp8,fp4; the scenario's if absent");
  add_list_option(*command, "--max-num-seqs", space.max_num_seqs,
                  "Most sequences in one step; the scenario's if absent");
  add_list_option(*command, "--max-num-batched-tokens", space.max_num_batched_tokens,
                  "Token budgets of one step; the scenario's if absent");
  add_list_option(*command, "--split", asked->splits,
                  "mixed, or prefill to decode replicas: mixed,1:1,2:1; the scenario's if absent");
  command->add_option("--replicas", asked->replicas,
                      "Units to choose from, N..M; a unit of a split holds all its replicas");
  command
      ->add_option("--finalists", asked->finalists,
                   "Layouts played on the whole load; 12 if absent")
      ->check(CLI::Range(1, 100'000));
  command
      ->add_option("--replications", request.replications,
                   "Runs of each under different seeds; 1 if absent")
      ->check(CLI::Range(1, 1000));
  command->add_option("--margin", request.margin, "Taken off a bound before it rules out; 0.1")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--exhaustive", request.is_exhaustive, "Play every size of every layout");
  command->add_option("--jobs", asked->jobs, "Processes at once; one per processor if absent")
      ->check(CLI::Range(1, 1024));
  add_progress_option(*command, asked->progress);
  add_choice(*command, "--format", asked->format, formats(), "Form of the standard output");
  command->add_option("-o,--out", asked->out, "Result folder; results/NAME-plan if absent")
      ->type_name(folder_type);
  command->callback([asked, &action] { action = [asked] { return plan(*asked); }; });
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
      ->add_option("-o,--out", asked->out,
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
  command->add_option("-o,--out", asked->out, "File for values, intervals and errors")
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

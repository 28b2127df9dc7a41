// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <utility>

#include "sim/measured/prediction_errors.hpp"
#include "tools/commands.hpp"
#include "tools/completion.hpp"

namespace tokenfab::tools {
namespace {

// Type names steer the completion: words between bars are the choices, these are paths.
constexpr const char* file_type = "FILE";
constexpr const char* folder_type = "DIR";
constexpr const char* path_type = "PATH";  // either

std::vector<std::string> data_folders() {
  std::vector<std::string> folders;
  const char* variable = std::getenv("TOKENFAB_DATA");
  std::string rest = variable == nullptr ? "" : variable;
  while (!rest.empty()) {
    const auto end = rest.find(':');
    if (end != 0) {
      folders.push_back(rest.substr(0, end));
    }
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  return folders;
}

/// "/json/pointer=VALUE"; throws a usage error otherwise.
std::pair<std::string, std::string> parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (text.empty() || text.front() != '/' || equals == std::string::npos) {
    throw CLI::ValidationError("--set", "expected /json/pointer=VALUE, found " + text);
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void add_scenario_options(CLI::App& command, ScenarioRequest& request) {
  command.add_option("scenario", request.path, "Scenario file (JSON)")
      ->required()
      ->type_name(file_type);
  command
      .add_option_function<std::vector<std::string>>(
          "--set",
          [&request](const std::vector<std::string>& texts) {
            for (const auto& text : texts) {
              request.overrides.push_back(parse_override(text));
            }
          },
          "Override one value: /json/pointer=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", request.seed, "Seed of every random stream");
  request.data_folders = data_folders();
}

template <class Choice>
CLI::Option* add_choice(CLI::App& command, const std::string& name, Choice& target,
                        const std::map<std::string, Choice>& choices,
                        const std::string& description) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) {
    words.push_back(word);
  }
  const auto choose = [&target, choices, name, words](const std::string& word) {
    const auto found = choices.find(word);
    if (found == choices.end()) {
      throw CLI::ValidationError(
          name, fmt::format("expected {}, found {}", fmt::join(words, ", "), word));
    }
    target = found->second;
  };
  return command.add_option_function<std::string>(name, choose, description)
      ->type_name(fmt::format("{}", fmt::join(words, "|")));
}

const std::map<std::string, Format>& formats() {
  static const std::map<std::string, Format> names{{"text", Format::Text}, {"json", Format::Json}};
  return names;
}

void add_run(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("run", "Play a scenario and price its tokens");
  auto asked = std::make_shared<RunCommand>();
  add_scenario_options(*command, asked->request);
  command->add_option("--out", asked->out, "Result folder; results/NAME if absent")
      ->type_name(folder_type);
  add_choice(*command, "--progress", asked->progress,
             {{"auto", Progress::Auto}, {"json", Progress::Json}, {"none", Progress::None}},
             "Progress on standard error; auto shows a line on a terminal");
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

void add_list(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("list", "List what scenarios can name");
  auto what = std::make_shared<std::string>();
  auto format = std::make_shared<Format>(Format::Text);
  command->add_option("what", *what, "What to list")
      ->required()
      ->type_name(fmt::format("{}", fmt::join(known_lists(), "|")));
  add_choice(*command, "--format", *format, formats(), "Form of the standard output");
  command->callback(
      [what, format, &action] { action = [what, format] { return list(*what, *format); }; });
}

void add_explain(CLI::App& app, Action& action) {
  auto* command =
      app.add_subcommand("explain", "Say what a scenario field, a metric or a warning means");
  auto what = std::make_shared<std::string>();
  command
      ->add_option("what", *what,
                   "JSON pointer such as /sites/*/cooling, or a name such as ttft_p99_s")
      ->required();
  command->callback([what, &action] { action = [what] { return explain(*what); }; });
}

void add_schema(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("schema", "Print the JSON Schema (draft-07) of scenarios");
  command->callback([&action] { action = schema; });
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

/// A list of words or numbers between commas; the option may be repeated.
template <class Value>
CLI::Option* add_list_option(CLI::App& command, const std::string& name, std::vector<Value>& target,
                             const std::string& description) {
  return command.add_option(name, target, description)->delimiter(',')->allow_extra_args(false);
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

void add_rerun(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "rerun", "Replay a result and say whether every byte of its report comes out again");
  auto asked = std::make_shared<RerunCommand>();
  command->add_option("result", asked->path, "Result folder or its report.json")
      ->required()
      ->type_name(path_type);
  command
      ->add_option("--data", asked->data_folders,
                   "Folder with the input data; searched before the current one and TOKENFAB_DATA")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name(folder_type);
  command->callback([asked, &action] {
    asked->data_folders.emplace_back(".");
    const auto more = data_folders();
    asked->data_folders.insert(asked->data_folders.end(), more.begin(), more.end());
    action = [asked] { return rerun(*asked); };
  });
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
  command->add_option("--jobs", asked->jobs, "Fits at once")->check(CLI::Range(1, 1024));
  command->callback([asked, &action] { action = [asked] { return calibrate(*asked); }; });
}

void add_completion(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("completion", "Print the completion script of a shell");
  auto shell = std::make_shared<Shell>(Shell::Bash);
  const std::map<std::string, Shell> shells{
      {"bash", Shell::Bash}, {"fish", Shell::Fish}, {"zsh", Shell::Zsh}};
  add_choice(*command, "shell", *shell, shells, "Which shell")->required();
  command->callback([shell, &app, &action] {
    action = [shell, &app] {
      fmt::print("{}", completion_script(app, *shell));
      return static_cast<int>(exit_ok);
    };
  });
}

void add_import(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("import", "Turn other formats into catalogue entries");
  command->require_subcommand(1);
  auto* hf = command->add_subcommand("hf", "A Hugging Face config.json");
  auto path = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  hf->add_option("path", *path, "The config.json, or the folder it is in")->required();
  hf->add_option("--id", *id, "Id of the entry; made of the path if absent");
  hf->callback([path, id, &action] { action = [path, id] { return import_hf(*path, *id); }; });
}

}  // namespace

void add_commands(CLI::App& app, Action& action) {
  app.require_subcommand(0, 1);
  add_run(app, action);
  add_validate(app, action);
  add_list(app, action);
  add_explain(app, action);
  add_schema(app, action);
  add_show(app, action);
  add_compare(app, action);
  add_curve(app, action);
  add_rerun(app, action);
  add_validate_against(app, action);
  add_calibrate(app, action);
  add_import(app, action);
  add_completion(app, action);
}

}  // namespace tokenfab::tools

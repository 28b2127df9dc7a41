// SPDX-License-Identifier: Apache-2.0
// The command line: words to command structs, exceptions to exit codes.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

[[noreturn]] void fail_check(std::string_view message) {
  std::fprintf(stderr, "tokenfab: this is a bug of ours, please report it:\n%.*s\n",
               static_cast<int>(message.size()), message.data());
  std::_Exit(exit_internal);
}

int report(const InputError& error, int code) {
  for (const auto& problem : error.problems()) {
    std::fprintf(stderr, "%s\n", describe(problem).c_str());
  }
  const auto count = error.problems().size();
  std::fprintf(stderr, "tokenfab: %zu problem%s\n", count, count == 1 ? "" : "s");
  return code;
}

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

void add_scenario_options(CLI::App& command, ScenarioRequest& request,
                          std::vector<std::string>& overrides) {
  command.add_option("scenario", request.path, "Scenario file (JSON)")->required();
  command.add_option("--set", overrides, "Override one value: /json/pointer=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", request.seed, "Seed of every random stream");
}

struct HfImport {
  std::string path;
  std::string id;
};

const CLI::App* add_import(CLI::App& app, HfImport& hf) {
  auto* import_app = app.add_subcommand("import", "Turn other formats into catalogue entries");
  import_app->require_subcommand(1);
  auto* hf_app = import_app->add_subcommand("hf", "A Hugging Face config.json");
  hf_app->add_option("path", hf.path, "The config.json, or the folder it is in")->required();
  hf_app->add_option("--id", hf.id, "Id of the entry; made of the path if absent");
  return hf_app;
}

int dispatch(int argc, char** argv) {
  CLI::App app{
      "Tokenfab simulates the AI factory: energy goes in, tokens come out, and it says "
      "what every token costs and how well every layer is used.",
      "tokenfab"};
  app.require_subcommand(0, 1);
  bool wants_version = false;
  app.add_flag("--version", wants_version, "Print the version and exit");

  RunCommand run_command;
  std::vector<std::string> overrides;
  const std::map<std::string, Progress> progress_names{
      {"auto", Progress::Auto}, {"json", Progress::Json}, {"none", Progress::None}};
  const std::map<std::string, Format> format_names{{"text", Format::Text}, {"json", Format::Json}};
  auto* run_app = app.add_subcommand("run", "Play a scenario and price its tokens");
  add_scenario_options(*run_app, run_command.request, overrides);
  run_app->add_option("--out", run_command.out, "Result folder; results/NAME if absent");
  run_app->add_option("--progress", run_command.progress, "auto, json or none")
      ->transform(CLI::Transformer(progress_names))
      ->type_name("");
  run_app->add_option("--format", run_command.format, "text or json on standard output")
      ->transform(CLI::Transformer(format_names))
      ->type_name("");
  run_app->add_flag("--dry-run", run_command.dry_run, "Say whether it fits, and write nothing");

  ScenarioRequest validate_request;
  auto* validate_app = app.add_subcommand("validate", "Check a scenario, all problems at once");
  add_scenario_options(*validate_app, validate_request, overrides);

  std::string what;
  Format list_format = Format::Text;
  auto* list_app = app.add_subcommand("list", "List what scenarios can name");
  list_app->add_option("what", what, "chips, nodes, models, engines, routers, ...")->required();
  list_app->add_option("--format", list_format, "text or json")
      ->transform(CLI::Transformer(format_names))
      ->type_name("");

  HfImport hf;
  const auto* hf_app = add_import(app, hf);

  try {
    app.parse(argc, argv);
    for (const auto& text : overrides) {
      run_command.request.overrides.push_back(parse_override(text));
    }
  } catch (const CLI::ParseError& error) {
    const bool is_help = app.exit(error) == 0;
    return is_help ? exit_ok : exit_usage;
  }
  if (wants_version) {
    std::puts(version_text().c_str());
    return exit_ok;
  }
  if (run_app->parsed()) {
    run_command.request.data_folders = data_folders();
    return run(run_command);
  }
  if (validate_app->parsed()) {
    validate_request.overrides = run_command.request.overrides;
    validate_request.data_folders = data_folders();
    return validate(validate_request);
  }
  if (list_app->parsed()) {
    return list(what, list_format);
  }
  if (hf_app->parsed()) {
    return import_hf(hf.path, hf.id);
  }
  std::fputs(app.help().c_str(), stderr);
  return exit_usage;
}

}  // namespace
}  // namespace tokenfab::tools

int main(int argc, char** argv) {
  using namespace tokenfab;
  set_check_handler(tools::fail_check);
  try {
    return tools::dispatch(argc, argv);
  } catch (const ConfigError& error) {
    return tools::report(error, tools::exit_scenario);
  } catch (const DataError& error) {
    return tools::report(error, tools::exit_data);
  } catch (const InfeasibleError& error) {
    return tools::report(error, tools::exit_infeasible);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tokenfab: %s\n", error.what());
    return tools::exit_internal;
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "tools/line_options.hpp"

#include <cstdlib>
#include <utility>

namespace tokenfab::tools {
namespace {

/// "/json/pointer=VALUE"; throws a usage error otherwise.
std::pair<std::string, std::string> parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (text.empty() || text.front() != '/' || equals == std::string::npos) {
    throw CLI::ValidationError("--set", "expected /json/pointer=VALUE, found " + text);
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

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
      ->type_name("POINTER=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", request.seed, "Seed of every random stream");
  request.data_folders = data_folders();
}

void add_progress_option(CLI::App& command, Progress& progress) {
  add_choice(command, "--progress", progress,
             {{"auto", Progress::Auto}, {"json", Progress::Json}, {"none", Progress::None}},
             "Progress on standard error; auto shows a line on a terminal");
}

const std::map<std::string, Format>& formats() {
  static const std::map<std::string, Format> names{{"text", Format::Text}, {"json", Format::Json}};
  return names;
}

}  // namespace tokenfab::tools

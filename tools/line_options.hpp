// SPDX-License-Identifier: Apache-2.0
// What the declarations of several commands share.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string>
#include <vector>

#include "tools/command_line.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {

// Type names steer the completion: words between bars are the choices, these are paths.
inline constexpr const char* file_type = "FILE";
inline constexpr const char* folder_type = "DIR";
inline constexpr const char* path_type = "PATH";  // either
// Ids of these tables of the catalogue; whatever `explain` knows.
inline constexpr const char* chip_type = "CHIP";
inline constexpr const char* node_type = "NODE";
inline constexpr const char* engine_type = "ENGINE";
inline constexpr const char* entry_type = "NAME";

/// The scenario itself, --set and --seed.
void add_scenario_options(CLI::App& command, ScenarioRequest& request);

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

/// The same for a list of them, between commas.
template <class Choice>
CLI::Option* add_choices(CLI::App& command, const std::string& name, std::vector<Choice>& target,
                         const std::map<std::string, Choice>& choices,
                         const std::string& description) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) {
    words.push_back(word);
  }
  const auto choose = [&target, choices, name, words](const std::vector<std::string>& chosen) {
    for (const auto& word : chosen) {
      if (choices.count(word) == 0) {
        throw CLI::ValidationError(
            name, fmt::format("expected {}, found {}", fmt::join(words, ", "), word));
      }
      target.push_back(choices.at(word));
    }
  };
  return command.add_option_function<std::vector<std::string>>(name, choose, description)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name(fmt::format("{}", fmt::join(words, "|")));
}

void add_progress_option(CLI::App& command, Progress& progress);

const std::map<std::string, Format>& formats();

/// A list of words or numbers between commas; the option may be repeated.
template <class Value>
CLI::Option* add_list_option(CLI::App& command, const std::string& name, std::vector<Value>& target,
                             const std::string& description) {
  return command.add_option(name, target, description)->delimiter(',')->allow_extra_args(false);
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// The rules about the text of each file by itself.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "rules.hpp"

namespace tokenfab::tidy {
namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t file_lines_max = 400;
constexpr std::size_t function_lines_max = 70;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Looks for `pattern` as whole words: where it starts or ends with a word character, the text must
/// not go on with another one. A '*' at either end lifts that. "rand(" does not match "operand(".
bool matches(std::string_view text, std::string_view pattern) {
  const bool is_open_left = pattern.starts_with('*');
  const bool is_open_right = pattern.ends_with('*');
  pattern = pattern.substr(is_open_left ? 1 : 0);
  pattern = pattern.substr(0, pattern.size() - (is_open_right ? 1 : 0));
  for (auto i = text.find(pattern); i != std::string_view::npos; i = text.find(pattern, i + 1)) {
    const auto end = i + pattern.size();
    const bool is_cut_left = is_word(pattern.front()) && i > 0 && is_word(text[i - 1]);
    const bool is_cut_right = is_word(pattern.back()) && end < text.size() && is_word(text[end]);
    if ((is_open_left || !is_cut_left) && (is_open_right || !is_cut_right)) {
      return true;
    }
  }
  return false;
}

struct WordRule {
  std::string_view pattern;
  Folders scope;
  std::string_view reason;
};

/// True if `path` stands in the text by itself: "https://host" before it makes it an address, a
/// word before its dot makes it no hidden folder.
bool names_path(std::string_view text, std::string_view path) {
  for (auto i = text.find(path); i != std::string_view::npos; i = text.find(path, i + 1)) {
    const auto end = i + path.size();
    const bool goes_on = is_word(path.back()) && end < text.size() && is_word(text[end]);
    if ((i == 0 || !is_word(text[i - 1])) && !goes_on) {
      return true;
    }
  }
  return false;
}

const std::vector<WordRule>& call_rules() {
  static const Folders sources = {"sim", "models"};
  static constexpr std::string_view random = "draw from the random stream handed in";
  static constexpr std::string_view ending = "only tools/ may end the process";
  static const std::vector<WordRule> rules = {
      {"rand(", sources, random},
      {"srand(", sources, random},
      {"random_device", sources, random},
      {"mt19937*", sources, random},
      {"default_random_engine", sources, random},
      {"*_distribution", sources, "std distributions differ between libraries; use our samplers"},
      {"exit(", sources, ending},
      {"std::exit", sources, ending},
      {"quick_exit", sources, ending},
      {"_Exit", sources, ending},
      {"system_clock", sources, "wall-clock time never enters a result"},
      {"getenv", sources, "only tools/ may read the environment"},
      {"unordered_*", {"sim/report"}, "unordered iteration differs between libraries"},
      {"*_clock::now", {"models"}, "a model is handed its time"},
      {"*fstream", {"models"}, "a model is handed its data"},
  };
  return rules;
}

const std::vector<WordRule>& text_rules() {
  static const Folders sources = {"sim", "models", "tools"};
  static constexpr std::string_view reason = "unfinished work belongs in an issue";
  static const std::vector<WordRule> rules = {
      {"TODO", sources, reason}, {"FIXME", sources, reason}, {"XXX", sources, reason}};
  return rules;
}

void find_words(const SourceFile& file, const std::vector<std::string>& lines,
                const std::vector<WordRule>& rules, Violations& found) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const auto& rule : rules) {
      // "*_distribution" is about std's; ours may be called so.
      const bool needs_std = rule.pattern == "*_distribution";
      if (file.is_under_any(rule.scope) && matches(lines[i], rule.pattern) &&
          (!needs_std || lines[i].find("std::") != std::string::npos)) {
        found.push_back(file.at(i + 1, fmt::format("{}: {}", rule.pattern, rule.reason)));
      }
    }
  }
}

std::size_t columns(std::string_view line) {  // UTF-8 continuation bytes take no column
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// A line that is nothing but an address, in a comment or not, cannot be folded.
bool is_lone_url(std::string_view line) {
  const auto start = line.find("http");
  return start != std::string_view::npos && line.find(' ', start) == std::string_view::npos &&
         start == line.find_first_not_of("/# \t");
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

Violations oversized_code(const Repository& repository) {
  Violations found;
  for (const auto& file : repository) {
    if (!file.is_script() && !(file.is_cpp() && file.is_source())) {
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto width = columns(file.lines[i]);
      if (width > columns_max && !is_lone_url(file.lines[i])) {
        found.push_back(file.at(i + 1, fmt::format("{} columns, at most {}", width, columns_max)));
      }
    }
    if (file.lines.size() > file_lines_max) {
      found.push_back(file.at(file_lines_max + 1, fmt::format("{} lines, at most {}",
                                                              file.lines.size(), file_lines_max)));
    }
    const auto scan = function_bodies(file);
    for (const auto& body : scan.bodies) {
      if (body.length > function_lines_max) {
        found.push_back(file.at(body.line, fmt::format("a function body of {} lines, at most {}",
                                                       body.length, function_lines_max)));
      }
    }
    if (!scan.is_balanced) {
      found.push_back(file.at(1, "braces do not match, so its functions are not measured"));
    }
  }
  return found;
}

Violations missing_licence_lines(const Repository& repository) {
  Violations found;
  for (const auto& file : repository) {
    const std::size_t last = file.is_cpp() ? 1 : (file.is_script() ? 2 : 0);
    const auto end =
        file.lines.begin() + static_cast<std::ptrdiff_t>(std::min(last, file.lines.size()));
    const bool is_there = std::any_of(file.lines.begin(), end, [](const auto& line) {
      return line.ends_with(" SPDX-License-Identifier: Apache-2.0");
    });
    if (last > 0 && !is_there) {
      found.push_back(file.at(1, "the SPDX line is missing at the top"));
    }
  }
  return found;
}

Violations banned_words(const Repository& repository) {
  Violations found;
  for (const auto& file : repository) {
    find_words(file, file.code, call_rules(), found);
    find_words(file, file.lines, text_rules(), found);
  }
  return found;
}

Violations host_paths(const Repository& repository) {
  // Cut in two so that this file does not break its own rule.
  const std::vector<std::string> banned = {
      std::string("/wo") + "rk/", std::string("sha") + "red/judge", std::string(".lib") + "rary"};
  const std::string data_folder = std::string("..") + "/shared";
  Violations found;
  for (const auto& file : repository) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      for (const auto& path : banned) {
        if (names_path(line, path)) {
          found.push_back(file.at(i + 1, "names a path of the development machine: " + path));
        }
      }
      if (file.path != "tools/test.sh" && names_path(line, data_folder)) {
        found.push_back(file.at(i + 1, "only tools/test.sh knows where the recorded data lie"));
      }
    }
  }
  return found;
}

Violations empty_names(const Repository& repository) {
  Violations found;
  for (const auto& file : repository) {
    if (!file.is_source()) {
      continue;
    }
    const auto name = lower(file.path.substr(file.path.rfind('/') + 1));
    for (const std::string_view word : {"manager", "helper", "utils"}) {
      if (name.find(word) != std::string::npos) {
        found.push_back(file.at(1, fmt::format("a file named '{}' does not say what it is", word)));
      }
    }
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      const auto& line = file.code[i];
      const auto keywords = {"class", "struct", "enum", "union", "using", "concept"};
      const bool declares = std::any_of(keywords.begin(), keywords.end(),
                                        [&](auto keyword) { return matches(line, keyword); });
      for (const std::string_view word : {"*Manager*", "*Helper*", "*Utils*"}) {
        if (declares && matches(line, word)) {
          found.push_back(
              file.at(i + 1, fmt::format("a type named {} does not say what it is", word)));
        }
      }
    }
  }
  return found;
}

}  // namespace tokenfab::tidy

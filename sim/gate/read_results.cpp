// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/read_results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/report/read_report.hpp"

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, std::string message, std::string fix) {
  throw ConfigError({{{path, 0, 0}, "", std::move(message), std::move(fix)}});
}

constexpr const char* curve_file = "curve.csv";
constexpr const char* report_file = "report.json";

/// The file of a result: `path` itself, or what its folder holds.
std::string result_file(const std::string& path) {
  std::error_code unreadable;
  if (!fs::is_directory(path, unreadable)) {
    return path;
  }
  for (const auto* name : {report_file, curve_file}) {
    if (auto file = fs::path(path) / name; fs::exists(file, unreadable)) {
      return file.string();
    }
  }
  refuse(path, fmt::format("is no result: it holds neither {} nor {}", report_file, curve_file),
         "give the folder that run --out or curve --out wrote");
}

bool is_database(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";  // www.sqlite.org/fileformat.html, 1.3
  std::ifstream file(path, std::ios::binary);
  std::string begin(magic.size(), '\0');
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == magic;
}

NamedNumbers numbers_of(const std::string& file) {
  NamedNumbers numbers;
  for (const auto& [name, value] : flat_report(read_file(file), file)) {
    if (!std::isfinite(value)) {
      throw DataError({{{file, 0, 0}, "", fmt::format("{} is not finite", name), ""}});
    }
    numbers.emplace(name, value);
  }
  return numbers;
}

void add_families(const std::string& name, std::map<std::string, CurveFamily> families,
                  GatedResults& results) {
  for (auto& [part, family] : families) {
    results.curves[name + "/" + part] = std::move(family);
  }
}

}  // namespace

NamedPath named_path(const std::string& word) {
  std::error_code unreadable;
  const auto equals = word.find('=');
  NamedPath named;
  if (equals != std::string::npos && equals > 0 && !fs::exists(word, unreadable)) {
    named = {word.substr(0, equals), word.substr(equals + 1)};
  } else {
    const auto path = fs::absolute(word).lexically_normal();
    const auto folder = fs::is_directory(word, unreadable) ? path : path.parent_path();
    named = {(folder.filename().empty() ? folder.parent_path() : folder).filename().string(), word};
  }
  if (named.name.empty() || named.name.find(':') != std::string::npos) {
    refuse(word, fmt::format("\"{}\" cannot be a result's name", named.name),
           "write NAME=PATH with a name without colon");
  }
  return named;
}

GatedResults read_results(const std::vector<NamedPath>& paths,
                          const std::vector<std::string>& record) {
  GatedResults results;
  std::set<std::string> names;
  for (const auto& [name, path] : paths) {
    if (!names.insert(name).second) {
      refuse(path, fmt::format("a second result is called \"{}\"", name),
             "name one of them: NAME=PATH");
    }
    const auto file = result_file(path);
    if (is_database(file)) {
      add_families(name, curves_of_sweep(file, record), results);
      continue;
    }
    if (fs::path(file).extension() != ".csv") {
      results.results[name] = numbers_of(file);
      continue;
    }
    add_families(name, curves_of_csv(read_file(file), file), results);
  }
  return results;
}

}  // namespace tokenfab

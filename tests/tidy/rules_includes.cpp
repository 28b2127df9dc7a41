// SPDX-License-Identifier: Apache-2.0
// The rules about who includes whom.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "rules.hpp"

namespace tokenfab::tidy {
namespace {

/// "sim/core" for a path below sim/, else the first folder; empty for a path without folder.
std::string folder_of(const std::string& path) {
  auto end = path.find('/');
  if (end != std::string::npos && path.starts_with("sim/")) {
    end = path.find('/', end + 1);
  }
  return end == std::string::npos ? "" : path.substr(0, end);
}

const std::map<std::string, Folders>& arrows() {
  static const std::map<std::string, Folders> table = {
      {"sim/core", {"sim/core"}},
      {"sim/api", {"sim/core", "sim/api"}},
      {"sim/config", {"sim/core", "sim/api", "sim/config"}},
      {"sim/data", {"sim/core", "sim/api", "sim/data"}},
      {"models", {"sim/core", "sim/api", "models"}},
      {"sim/metrics", {"sim/core", "sim/api", "sim/metrics"}},
      {"sim/engine", {"sim/core", "sim/api", "sim/engine", "sim/metrics"}},
      {"sim/scenario",
       {"sim/core", "sim/api", "sim/config", "sim/data", "sim/engine", "sim/metrics",
        "sim/scenario", "models"}},
      {"sim/process", {"sim/core", "sim/process"}},
      {"sim/measured",
       {"sim/core", "sim/api", "sim/config", "sim/data", "sim/metrics", "sim/scenario",
        "sim/report", "sim/process", "sim/measured", "models"}},
      {"sim/sweep",
       {"sim/core", "sim/api", "sim/config", "sim/data", "sim/metrics", "sim/scenario",
        "sim/report", "sim/process", "sim/sweep", "models"}},
      {"sim/database",
       {"sim/core", "sim/config", "sim/metrics", "sim/report", "sim/sweep", "sim/database"}},
      {"sim/plan",
       {"sim/core", "sim/api", "sim/config", "sim/metrics", "sim/scenario", "sim/report",
        "sim/sweep", "sim/plan", "models"}},
      {"sim/compare",
       {"sim/core", "sim/api", "sim/config", "sim/metrics", "sim/scenario", "sim/report",
        "sim/sweep", "sim/compare", "models"}},
      {"sim/gate",
       {"sim/core", "sim/api", "sim/config", "sim/data", "sim/metrics", "sim/report", "sim/sweep",
        "sim/database", "sim/gate"}},
      {"sim/timeline",
       {"sim/core", "sim/config", "sim/data", "sim/metrics", "sim/report", "sim/timeline"}},
      {"sim/page",
       {"sim/core", "sim/config", "sim/data", "sim/metrics", "sim/report", "sim/sweep",
        "sim/database", "sim/page"}},
      {"sim/calibration",
       {"sim/core", "sim/api", "sim/config", "sim/data", "sim/scenario", "sim/measured",
        "sim/calibration", "models"}},
      {"sim/report", {"sim/core", "sim/api", "sim/metrics", "sim/report", "sim/config"}},
  };
  return table;
}

/// Why this include breaks the arrows, or nothing.
std::string arrow_fault(const SourceFile& file, const Include& include,
                        const std::set<std::string>& paths) {
  const auto from = folder_of(file.path);
  const auto to = folder_of(include.path);
  const bool is_ours = to == "models" || to == "tools" || include.path.starts_with("sim/");
  if (!is_ours) {
    const auto beside = file.path.substr(0, file.path.rfind('/') + 1) + include.path;
    const bool is_relative = include.path.find("..") != std::string::npos;
    return include.is_quoted && (is_relative || paths.contains(beside))
               ? fmt::format("includes \"{}\": spell it from the root", include.path)
               : "";
  }
  if (from == "tools" || (file.is_catalog() && to == "sim/config")) {
    return "";
  }
  const auto row = arrows().find(from);
  if (row == arrows().end()) {
    return fmt::format("{} has no row in the table of include arrows", from);
  }
  const auto& allowed = row->second;
  return std::find(allowed.begin(), allowed.end(), to) != allowed.end()
             ? ""
             : fmt::format("{} must not include {} (\"{}\")", from, to, include.path);
}

struct LibraryRule {
  std::string_view prefix;
  Folders homes;
  Folders scope;
};

}  // namespace

Violations broken_include_arrows(const Repository& repository) {
  std::set<std::string> paths;
  for (const auto& file : repository) {
    paths.insert(file.path);
  }
  Violations found;
  for (const auto& file : repository) {
    if (!file.is_under_any({"sim", "models", "tools"})) {
      continue;
    }
    for (const auto& include : includes_of(file)) {
      if (const auto fault = arrow_fault(file, include, paths); !fault.empty()) {
        found.push_back(file.at(include.line, fault));
      }
    }
  }
  return found;
}

Violations misplaced_libraries(const Repository& repository) {
  const Folders sources = {"sim", "models", "tools"};
  const Folders everything = {"sim", "models", "tools", "tests"};
  const std::vector<LibraryRule> rules = {
      {"simgrid/", {"sim/engine"}, everything},
      {"nlohmann/", {"sim/config", "sim/scenario", "sim/report", "tools"}, sources},
      {"Eigen/", {"sim/calibration"}, everything},
      {"CLI/", {"tools"}, everything},
  };
  Violations found;
  for (const auto& file : repository) {
    for (const auto& include : includes_of(file)) {
      for (const auto& rule : rules) {
        const bool is_at_home =
            file.is_under_any(rule.homes) || (rule.prefix == "nlohmann/" && file.is_catalog());
        if (include.path.starts_with(rule.prefix) && file.is_under_any(rule.scope) && !is_at_home) {
          found.push_back(file.at(include.line, fmt::format("<{}> is for {} only", include.path,
                                                            fmt::join(rule.homes, ", "))));
        }
      }
    }
  }
  return found;
}

Violations missing_pragma_once(const Repository& repository) {
  Violations found;
  for (const auto& file : repository) {
    const bool is_header = file.path.ends_with(".hpp") && file.is_source();
    if (is_header &&
        std::find(file.lines.begin(), file.lines.end(), "#pragma once") == file.lines.end()) {
      found.push_back(file.at(1, "a header without #pragma once"));
    }
  }
  return found;
}

Violations orphan_models(const Repository& repository) {
  std::map<std::string, const SourceFile*> by_path;
  std::vector<const SourceFile*> queue;
  for (const auto& file : repository) {
    by_path[file.path] = &file;
    if (file.is_catalog() || file.is_under_any({"sim", "tools"})) {
      queue.push_back(&file);
    }
  }
  if (!by_path.contains("models/catalog.cpp")) {
    return {};
  }
  // A header that is reached brings its .cpp along, and with it what that one includes.
  std::set<std::string> reached;
  while (!queue.empty()) {
    const auto* file = queue.back();
    queue.pop_back();
    for (const auto& include : includes_of(*file)) {
      const auto stem = include.path.substr(0, include.path.rfind('.'));
      for (const auto& path : {include.path, stem + ".cpp"}) {
        if (by_path.contains(path) && path.starts_with("models/") && reached.insert(path).second) {
          queue.push_back(by_path[path]);
        }
      }
    }
  }
  // A .cpp without header of its own is a part of the header that it includes from its folder.
  const auto is_part = [&](const SourceFile& file) {
    const auto folder = file.path.substr(0, file.path.rfind('/') + 1);
    const auto includes = includes_of(file);
    return !by_path.contains(file.path.substr(0, file.path.rfind('.')) + ".hpp") &&
           std::any_of(includes.begin(), includes.end(), [&](const auto& include) {
             return include.path.starts_with(folder) && reached.contains(include.path);
           });
  };
  Violations found;
  for (const auto& file : repository) {
    const bool is_model = file.is_cpp() && std::count(file.path.begin(), file.path.end(), '/') >= 2;
    if (file.is_under("models") && is_model && !reached.contains(file.path) && !is_part(file)) {
      found.push_back(file.at(1, "nothing reaches this model; has catalog.cpp its line?"));
    }
  }
  return found;
}

}  // namespace tokenfab::tidy

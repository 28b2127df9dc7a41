// SPDX-License-Identifier: Apache-2.0
#include "sim/page/page_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "sim/data/csv_rows.hpp"
#include "sim/report/read_report.hpp"

namespace tokenfab {
namespace {

bool is_file(const std::string& path) {
  std::error_code unreadable;
  return std::filesystem::is_regular_file(path, unreadable);
}

namespace fs = std::filesystem;

/// "results/main" -> "main", also with a slash behind it.
std::string last_part(const std::string& path) {
  const auto normal = fs::absolute(path).lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

RunInput load_run(const std::string& file) {
  RunInput run;
  run.folder = fs::path(file).parent_path().string();
  run.folder = run.folder.empty() ? "." : run.folder;
  run.name = last_part(run.folder);
  const auto text = read_file(file);
  flat_report(text, file);  // refuses what is no report of ours
  run.report = parse_document(text, file);
  if (const auto scenario = run.file("scenario.json"); !scenario.empty()) {
    run.scenario_text = read_file(scenario);
    run.scenario = parse_document(run.scenario_text, scenario);
    const auto name = text_of(run.scenario.find("name"));
    run.name = name.empty() ? run.name : name;
  }
  return run;
}

bool is_curve(const std::string& path) {
  return fs::path(path).extension() == ".csv" &&
         fs::path(path).filename().string().find("curve") != std::string::npos;
}

/// By the first bytes of every SQLite file (sqlite.org/fileformat.html, section 1.3).
bool is_database(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";
  std::string head(magic.size(), ' ');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return file && head == magic;
}

void load_one(const std::string& path, PageInputs& inputs, std::vector<Problem>& problems) {
  std::error_code unreadable;
  const auto curve = (fs::path(path) / "curve.csv").string();
  if (fs::is_directory(path, unreadable)) {
    const auto report = report_path(path);
    const bool has_report = is_file(report);
    if (has_report) {
      inputs.runs.push_back(load_run(report));
    }
    if (is_file(curve)) {
      inputs.curves.push_back({last_part(path), curve});
    } else if (!has_report) {
      problems.push_back({{path, 0, 0},
                          "",
                          "is the folder of no result: it has neither report.json nor curve.csv",
                          "run a scenario with --out " + path});
    }
  } else if (is_file(path) && is_curve(path)) {
    inputs.curves.push_back({last_part(fs::path(path).parent_path().string()), path});
  } else if (is_file(path) && is_database(path)) {
    inputs.sweeps.push_back({fs::path(path).stem().string(), path});
  } else {
    inputs.runs.push_back(load_run(path));  // which tells what is wrong
  }
}

}  // namespace

PageInputs load_page_inputs(const std::vector<std::string>& paths) {
  PageInputs inputs;
  std::vector<Problem> problems;
  for (const auto& path : paths) {
    try {
      load_one(path, inputs, problems);
    } catch (const ConfigError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  return inputs;
}

std::string RunInput::file(std::string_view file_name) const {
  const auto path = (fs::path(folder) / file_name).string();
  return is_file(path) ? path : std::string();
}

std::optional<double> RunInput::metric(std::string_view metric_name) const {
  const auto* metrics = report.find("metrics");
  return metrics == nullptr ? std::nullopt : number_of(metrics->find(metric_name));
}

std::optional<double> RunInput::metric(std::string_view section, std::string_view object,
                                       std::string_view metric_name) const {
  const auto* objects_of = report.find(section);
  const auto* metrics = objects_of == nullptr ? nullptr : objects_of->find(object);
  return metrics == nullptr ? std::nullopt : number_of(metrics->find(metric_name));
}

std::vector<std::string> RunInput::objects(std::string_view section) const {
  std::vector<std::string> names;
  if (const auto* objects_of = report.find(section)) {
    for (const auto& member : objects_of->members) {
      names.push_back(member.key);
    }
  }
  return names;
}

std::string run_label(const PageInputs& inputs, std::size_t i) {
  const auto& name = inputs.runs[i].name;
  const auto same = std::count_if(inputs.runs.begin(), inputs.runs.end(),
                                  [&name](const RunInput& run) { return run.name == name; });
  return same > 1 ? fmt::format("{} ({})", name, i + 1) : name;
}

std::optional<double> number_of(const Node* node) {
  if (node == nullptr) {
    return std::nullopt;
  }
  switch (node->kind) {
    case NodeKind::Integer:
      return static_cast<double>(node->integer);
    case NodeKind::Number:
      return node->number;
    default:
      return std::nullopt;
  }
}

std::string text_of(const Node* node) {
  return node != nullptr && node->kind == NodeKind::String ? node->text : std::string();
}

std::optional<double> leading_number(const Node* node) {
  const auto text = text_of(node);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace tokenfab

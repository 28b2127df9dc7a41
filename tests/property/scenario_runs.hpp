// SPDX-License-Identifier: Apache-2.0
// Scenario texts played in children, and their reports compared metric by metric.
#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/report/months_csv.hpp"
#include "sim/report/report.hpp"
#include "sim/report/result_files.hpp"
#include "sim/scenario/simulation.hpp"
#include "tests/run_in_child.hpp"

namespace tokenfab::testing {

/// What a run left: report.json, and the rows as text.
struct Played {
  std::string report_text;
  std::string requests;
  std::string series;
  std::string months;
  std::string jobs;
  Node report;

  double metric(const std::string& pointer) const {
    const Node* node = find_pointer(report, pointer);
    if (node == nullptr) {
      return std::nan("");
    }
    return node->kind == NodeKind::Integer ? static_cast<double>(node->integer) : node->number;
  }
};

namespace detail {

inline std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Texts, each with its length before it, as one.
inline std::string packed(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const auto& text : texts) {
    bytes += std::to_string(text.size()) + "\n" + text;
  }
  return bytes;
}

/// Takes the first text off.
inline std::string take_text(std::string& bytes) {
  const auto line_end = bytes.find('\n');
  const auto size = std::stoul(bytes.substr(0, line_end));
  auto text = bytes.substr(line_end + 1, size);
  bytes.erase(0, line_end + 1 + size);
  return text;
}

inline Played unpacked(std::string bytes) {
  Played played;
  for (auto* text :
       {&played.report_text, &played.requests, &played.series, &played.months, &played.jobs}) {
    *text = take_text(bytes);
  }
  played.report = parse_document(played.report_text, "report.json");
  return played;
}

}  // namespace detail

/// Plays a scenario, with `trace` beside it as trace.csv, in a child process; throws what the child
/// said if it failed.
inline Played play(const std::string& scenario_text, const std::string& trace = "") {
  static int number = 0;
  const auto folder = std::filesystem::temp_directory_path() /
                      ("tokenfab-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
  std::filesystem::create_directories(folder);
  const auto remove_folder = [&] { std::filesystem::remove_all(folder); };
  const auto work = [&] {
    const auto path = (folder / "scenario.json").string();
    std::ofstream(path, std::ios::binary) << scenario_text;
    std::ofstream(folder / "trace.csv", std::ios::binary) << trace;
    const auto scenario = load_scenario({path, {}, {}, {}, {}});
    const auto out = (folder / "out").string();
    ResultFiles files(out, {true, scenario.config->output.series.has_value(), scenario.has_jobs()});
    RunOptions options;
    options.requests = &files;
    options.jobs = scenario.has_jobs() ? &files : nullptr;
    options.series = files.has_series() ? &files : nullptr;
    const auto outcome = simulate(scenario, options);
    const auto report = report_json({}, outcome.result, summarize(outcome.result));
    const auto months = months_csv(outcome.result);
    files.commit(report, scenario.resolved_text, months);
    return detail::packed({report, detail::contents(out + "/requests.csv"),
                           detail::contents(out + "/series.csv"), months,
                           scenario.has_jobs() ? detail::contents(out + "/jobs.csv") : ""});
  };
  const auto outcome = try_in_child(work);
  remove_folder();
  if (!outcome.succeeded) {
    throw std::runtime_error("the run failed: " + outcome.errors + "\n" + scenario_text);
  }
  return detail::unpacked(outcome.bytes);
}

/// Where two reports' numbers differ by more than `tolerance`, relative, and `margin`: one line
/// each.
inline std::string differences(const Node& a, const Node& b, double tolerance,
                               const std::string& where = "", double margin = 0) {
  const auto number = [](const Node& node) {
    return node.kind == NodeKind::Integer ? static_cast<double>(node.integer) : node.number;
  };
  const auto is_number = [](const Node& node) {
    return node.kind == NodeKind::Integer || node.kind == NodeKind::Number;
  };
  std::string told;
  if (is_number(a) && is_number(b)) {
    const double x = number(a);
    const double y = number(b);
    const bool is_close =
        std::abs(x - y) <= tolerance * std::max(std::abs(x), std::abs(y)) + margin;
    return is_close ? "" : where + ": " + std::to_string(x) + " and " + std::to_string(y) + "\n";
  }
  if (a.kind != b.kind || a.members.size() != b.members.size() ||
      a.items.size() != b.items.size() || a.text != b.text) {
    return where + ": not alike\n";
  }
  for (const auto& [key, mark, value] : a.members) {
    const Node* other = b.find(key);
    told += other == nullptr ? where + "/" + key + ": missing\n"
                             : differences(value, *other, tolerance, where + "/" + key, margin);
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    told += differences(a.items[i], b.items[i], tolerance, where + "/" + std::to_string(i), margin);
  }
  return told;
}

}  // namespace tokenfab::testing

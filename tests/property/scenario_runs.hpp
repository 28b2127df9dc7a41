// SPDX-License-Identifier: Apache-2.0
// Scenario texts played in children, and their reports compared metric by metric.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
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
  std::string events;
  std::string fleet;
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
  for (auto* text : {&played.report_text, &played.requests, &played.series, &played.months,
                     &played.jobs, &played.events, &played.fleet}) {
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
    const auto& output = scenario.config->output;
    ResultFiles files(out, {true, output.series.has_value(), scenario.has_jobs(),
                            output.has_events(), output.has_fleet()});
    RunOptions options;
    options.requests = &files;
    options.jobs = scenario.has_jobs() ? &files : nullptr;
    options.series = files.has_series() ? &files : nullptr;
    options.fleet = files.has_fleet() ? &files : nullptr;
    options.events = files.has_events() ? &files : nullptr;
    const auto outcome = simulate(scenario, options);
    const auto report = report_json({}, outcome.result, summarize(outcome.result));
    const auto months = months_csv(outcome.result);
    files.commit(report, scenario.resolved_text, months);
    return detail::packed(
        {report, detail::contents(out + "/requests.csv"), detail::contents(out + "/series.csv"),
         months, scenario.has_jobs() ? detail::contents(out + "/jobs.csv") : "",
         detail::contents(out + "/events.csv"), detail::contents(out + "/fleet.csv")});
  };
  const auto outcome = try_in_child(work);
  remove_folder();
  if (!outcome.succeeded) {
    throw std::runtime_error("the run failed: " + outcome.errors + "\n" + scenario_text);
  }
  return detail::unpacked(outcome.bytes);
}

/// The first row that is not the same, of both; numbers may differ by a nanosecond, as dates of
/// flows and of temperatures do.
inline std::string row_difference(const std::string& a, const std::string& b) {
  const auto fields_of = [](const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) {
      fields.push_back(field);
    }
    return fields;
  };
  const auto is_same = [](const std::string& x, const std::string& y) {
    char* end_x = nullptr;
    char* end_y = nullptr;
    const double number_x = std::strtod(x.c_str(), &end_x);
    const double number_y = std::strtod(y.c_str(), &end_y);
    const bool are_numbers = !x.empty() && !y.empty() && *end_x == '\0' && *end_y == '\0';
    return x == y || (are_numbers && std::abs(number_x - number_y) < 1e-9 + 1e-12 * number_x);
  };
  std::istringstream lines_a(a);
  std::istringstream lines_b(b);
  std::string line_a;
  std::string line_b;
  while (true) {
    const bool has_a = static_cast<bool>(std::getline(lines_a, line_a));
    const bool has_b = static_cast<bool>(std::getline(lines_b, line_b));
    if (!has_a && !has_b) {
      return "";
    }
    const auto x = fields_of(line_a);
    const auto y = fields_of(line_b);
    if (has_a != has_b || !std::equal(x.begin(), x.end(), y.begin(), y.end(), is_same)) {
      return line_a + " and " + line_b;
    }
  }
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

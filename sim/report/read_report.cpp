// SPDX-License-Identifier: Apache-2.0
#include "sim/report/read_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "sim/config/document.hpp"
#include "sim/core/errors.hpp"

namespace tokenfab {
namespace {

constexpr const char* report_name = "report.json";
constexpr std::int64_t known_schema_version = 1;

[[noreturn]] void refuse_report(const std::string& file, const Node& place, std::string message) {
  auto where = place.mark.place();
  where.file = file;
  throw DataError({{where, "", std::move(message), ""}});
}

double number_of(const Node& node) {
  return node.kind == NodeKind::Integer ? static_cast<double>(node.integer) : node.number;
}

bool is_number(const Node& node) {
  return node.kind == NodeKind::Integer || node.kind == NodeKind::Number;
}

Node parse_report(std::string_view text, const std::string& file) {
  Node report;
  try {
    report = parse_document(text, file);
  } catch (const ConfigError& error) {
    throw DataError(error.problems());
  }
  const Node* version = report.find("schema_version");
  if (version == nullptr || version->kind != NodeKind::Integer) {
    refuse_report(file, report,
                  report.find("scenario_version") != nullptr
                      ? "this is a scenario, no report.json: tokenfab run makes one of it"
                      : "this is no report.json: it has no schema_version");
  }
  if (version->integer != known_schema_version) {
    refuse_report(file, *version,
                  fmt::format("schema_version {} is not known; this program reads {}",
                              version->integer, known_schema_version));
  }
  return report;
}

std::string text_of(const Node& object, std::string_view key) {
  const Node* value = object.find(key);
  return value == nullptr ? std::string() : value->text;
}

void add_metrics(FlatReport& flat, const std::string& prefix, const Node* metrics) {
  if (metrics == nullptr) {
    return;
  }
  for (const auto& [name, mark, value] : metrics->members) {
    if (is_number(value)) {
      flat.emplace_back(prefix + name, number_of(value));
    }
  }
}

/// The lines of a ledger; lines of the same name add up.
void add_ledger(FlatReport& flat, const std::string& prefix, const Node* ledger,
                const std::vector<std::string>& keys, std::string_view amount_key) {
  if (ledger == nullptr) {
    return;
  }
  const auto first = static_cast<std::ptrdiff_t>(flat.size());
  for (const auto& line : ledger->items) {
    auto name = prefix;
    for (const auto& key : keys) {
      const auto part = text_of(line, key);
      name += part.empty() ? "" : "/" + part;
    }
    const Node* amount = line.find(amount_key);
    const double value = amount == nullptr ? 0 : number_of(*amount);
    const auto same = std::find_if(flat.begin() + first, flat.end(),
                                   [&](const auto& entry) { return entry.first == name; });
    if (same != flat.end()) {
      same->second += value;
    } else {
      flat.emplace_back(name, value);
    }
  }
}

std::string cell(const std::optional<double>& value) {
  return value ? fmt::format("{:.10g}", *value) : std::string("-");
}

}  // namespace

std::string report_path(const std::string& path) {
  std::error_code unreadable;
  return std::filesystem::is_directory(path, unreadable)
             ? (std::filesystem::path(path) / report_name).string()
             : path;
}

std::string read_file(const std::string& path) {
  std::error_code unreadable;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, unreadable)) {
    const auto reason = file ? "is a directory" : std::strerror(errno);
    throw ConfigError({{{path, 0, 0}, "", fmt::format("cannot be read: {}", reason), ""}});
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

FlatReport flat_report(std::string_view text, const std::string& file) {
  const auto report = parse_report(text, file);
  FlatReport flat;
  add_metrics(flat, "", report.find("metrics"));
  const auto add_section = [&](const char* section) {
    const Node* objects = report.find(section);
    if (objects == nullptr) {
      return;
    }
    for (const auto& [name, mark, metrics] : objects->members) {
      add_metrics(flat, fmt::format("{}/{}/", section, name), &metrics);
    }
  };
  for (const auto& section : summary_sections()) {
    add_section(section.name);
  }
  add_section("jobs");
  add_ledger(flat, "cost", report.find("cost_ledger"), {"layer", "item", "site"}, "amount_usd");
  add_ledger(flat, "energy", report.find("energy_ledger"), {"site", "item"}, "energy_j");
  return flat;
}

Stamp stamp_of_report(std::string_view text, const std::string& file) {
  const auto report = parse_report(text, file);
  const Node* node = report.find("stamp");
  if (node == nullptr) {
    refuse_report(file, report, "the report has no stamp");
  }
  Stamp stamp;
  stamp.version = text_of(*node, "version");
  stamp.commit = text_of(*node, "commit");
  stamp.scenario_sha256 = text_of(*node, "scenario_sha256");
  stamp.simgrid = text_of(*node, "simgrid");
  stamp.compiler = text_of(*node, "compiler");
  if (const Node* seed = node->find("seed")) {
    stamp.seed = static_cast<std::uint64_t>(seed->integer);
  }
  if (const Node* inputs = node->find("inputs")) {
    for (const auto& [name, mark, value] : inputs->members) {
      stamp.inputs[name] = value.text;
    }
  }
  return stamp;
}

std::optional<double> Difference::absolute() const {
  return a && b ? std::optional(*b - *a) : std::nullopt;
}

std::optional<double> Difference::relative() const {
  if (!a || !b) {
    return std::nullopt;
  }
  const double size = std::max(std::abs(*a), std::abs(*b));
  return size > 0 ? (*b - *a) / size : 0;
}

std::vector<Difference> differences(const FlatReport& a, const FlatReport& b, double tolerance) {
  const std::map<std::string, double> by_name(b.begin(), b.end());
  std::map<std::string, bool> is_in_a;
  std::vector<Difference> found;
  for (const auto& [name, value] : a) {
    is_in_a[name] = true;
    const auto other = by_name.find(name);
    Difference difference{name, value, std::nullopt};
    if (other != by_name.end()) {
      difference.b = other->second;
    }
    const auto relative = difference.relative();
    if (!relative || std::abs(*relative) > tolerance) {
      found.push_back(difference);
    }
  }
  for (const auto& [name, value] : b) {
    if (is_in_a.count(name) == 0) {
      found.push_back({name, std::nullopt, value});
    }
  }
  return found;
}

std::string difference_table(const std::string& a_name, const std::string& b_name,
                             const std::vector<Difference>& differences, std::size_t compared) {
  auto text = fmt::format("A: {}\nB: {}\n", a_name, b_name);
  if (differences.empty()) {
    return text + fmt::format("all {} values are equal\n", compared);
  }
  text += fmt::format("{:<52}{:>18}{:>18}{:>18}{:>12}\n", "name", "A", "B", "B - A", "relative");
  for (const auto& difference : differences) {
    const auto relative = difference.relative();
    text += fmt::format("{:<52}{:>18}{:>18}{:>18}{:>12}\n", difference.name, cell(difference.a),
                        cell(difference.b), cell(difference.absolute()),
                        relative ? fmt::format("{:+.3g} %", 100 * *relative) : std::string("-"));
  }
  return text + fmt::format("{} of {} values differ\n", differences.size(), compared);
}

}  // namespace tokenfab

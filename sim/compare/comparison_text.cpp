// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/comparison_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "sim/compare/comparison_json.hpp"
#include "sim/compare/cost_split.hpp"

namespace tokenfab {
namespace {

struct Group {
  const char* title;
  std::vector<std::string_view> beginnings;  // of names
};

const std::vector<Group>& groups() {
  static const std::vector<Group> table{
      {"Service levels",
       {"ttft_", "tpot_", "itl_", "e2el_", "interactivity_", "goodput_", "slo_", "job_wait_",
        "job_completion_", "job_bounded_", "requests_within_deadline"}},
      {"Money", {"cost_", "revenue_", "margin_"}},
      {"Energy",
       {"energy_", "pue", "peak_", "min_site_", "clock_", "battery_", "generator_", "grid_outage",
        "dark_s", "blackouts", "thermal_", "breaker_", "unreachable_", "chip_temperature",
        "coolant_", "room_"}},
      {"Carbon and water", {"carbon_", "water_", "wue_", "renewable_"}},
      {"Throughput and use", {""}},
  };
  return table;
}

constexpr const char* objects_title = "Services, pools, sites and other objects";
constexpr const char* energy_title = "Energy balance (J; sources positive, uses negative)";

std::string title_of(const std::string& name) {
  if (name.starts_with("energy/")) {
    return energy_title;
  }
  if (name.find('/') != std::string::npos) {
    return objects_title;
  }
  for (const auto& group : groups()) {
    for (const auto& beginning : group.beginnings) {
      if (name.starts_with(beginning)) {
        return group.title;
      }
    }
  }
  return "";
}

/// In the order in which they are told; the cost ledger goes between them, behind "Money".
const std::array<const char*, 7> titles{"Service levels", "Throughput and use", "Money",
                                        "Energy",         "Carbon and water",   energy_title,
                                        objects_title};

std::vector<std::string> headings_of(const ComparedResults& results, const std::string& first) {
  std::vector<std::string> headings{first, "A"};
  const bool is_pair = results.subjects.size() == 2;
  for (std::size_t other = 1; other < results.subjects.size(); ++other) {
    const auto letter = letter_of(other);
    headings.push_back(letter);
    if (is_pair) {
      headings.push_back("B - A");
    }
    headings.push_back(is_pair ? "%" : letter + " %");
    if (results.has_means) {
      if (is_pair) {
        headings.emplace_back("+- 95 %");
      }
      headings.emplace_back("p");
      headings.emplace_back("significant");
    }
  }
  return headings;
}

void add_test(std::vector<TableCell>& row, const std::optional<TTest>& test, bool is_pair) {
  if (is_pair) {
    row.push_back(test ? TableCell(test->half_width_95, fmt::format("{:.2g}", test->half_width_95))
                       : TableCell());
  }
  row.push_back(test ? TableCell(test->p_adjusted, fmt::format("{:.2g}", test->p_adjusted))
                     : TableCell());
  row.push_back(test ? TableCell(test->is_significant() ? "yes" : "no") : TableCell());
}

std::vector<TableCell> row_of(const ComparedResults& results, const ComparedValue& value) {
  const bool is_pair = results.subjects.size() == 2;
  std::vector<TableCell> row{value.name, number_cell(value.values[0])};
  for (std::size_t other = 1; other < value.values.size(); ++other) {
    row.push_back(number_cell(value.values[other]));
    if (is_pair) {
      row.push_back(number_cell(value.change(other)));
    }
    row.push_back(percent_cell(value.relative_change(other)));
    if (results.has_means) {
      add_test(row, value.tests[other - 1], is_pair);
    }
  }
  return row;
}

bool is_cost_line(const ComparedValue& value) { return value.name.starts_with("cost/"); }

std::vector<Table> tables_of(const ComparedResults& results, bool tells_all) {
  std::vector<Table> tables;
  for (const char* title : titles) {
    Table table;
    table.title = title;
    table.headings = headings_of(results, "");
    for (const auto& value : results.values) {
      const bool is_told = tells_all || (value.differs && !value.is_repeated);
      if (is_told && !is_cost_line(value) && title_of(value.name) == title) {
        table.rows.push_back(row_of(results, value));
      }
    }
    if (!table.rows.empty()) {
      tables.push_back(std::move(table));
    }
    const bool has_costs =
        std::any_of(results.values.begin(), results.values.end(), [&](const ComparedValue& value) {
          return is_cost_line(value) && (tells_all || value.differs);
        });
    if (std::string_view(title) == "Money" && has_costs) {
      tables.push_back(cost_table(results));
    }
  }
  return tables;
}

std::string build_notes(const ComparedResults& results) {
  std::string text;
  const auto& first = results.subjects.front().stamp;
  for (std::size_t i = 1; i < results.subjects.size(); ++i) {
    const auto& other = results.subjects[i].stamp;
    if (other.version != first.version || other.commit != first.commit) {
      text += fmt::format(
          "{} was made by another program than A ({} {}, A by {} {}): what differs "
          "may come from that\n",
          letter_of(i), other.version, other.commit, first.version, first.commit);
    } else if (other.simgrid != first.simgrid || other.compiler != first.compiler) {
      text +=
          fmt::format("{} was made with SimGrid {} and compiler {}, A with {} and {}\n",
                      letter_of(i), other.simgrid, other.compiler, first.simgrid, first.compiler);
    }
  }
  return text;
}

std::string runs_text(const ComparedResults& results) {
  std::string text;
  if (results.has_means) {
    std::vector<std::size_t> runs;
    for (const auto& subject : results.subjects) {
      runs.push_back(subject.seeds.size());
    }
    text += fmt::format(
        "Means of {} runs for the factory and its services; all other lines are "
        "those of the first runs.\n",
        fmt::join(runs, " and "));
    text += results.is_paired ? "The runs have the same seeds: p is that of paired t tests,"
                              : "p is that of Welch's t test,";
    text += fmt::format(
        " by Holm's correction over {} comparisons.\n\"no\": chance explains the "
        "difference (p >= {}); more runs may show one.\n",
        results.tests, significance_level);
    return text;
  }
  for (std::size_t i = 0; i < results.subjects.size(); ++i) {
    if (results.subjects[i].has_runs()) {
      text += fmt::format("{} holds {} runs; as not all do, its first is compared\n", letter_of(i),
                          results.subjects[i].seeds.size());
    }
  }
  return text;
}

std::string ending(const ComparedResults& results, bool tells_all) {
  const auto differing = results.difference_count();
  if (differing == 0) {
    return fmt::format(
        "all {} values are equal{}\n", results.values.size(),
        results.tolerance > 0 ? fmt::format(" to {} of their size", results.tolerance) : "");
  }
  const auto repeated =
      std::count_if(results.values.begin(), results.values.end(),
                    [](const auto& value) { return value.differs && value.is_repeated; });
  auto text = fmt::format("{} of {} values differ", differing, results.values.size());
  if (!tells_all && repeated > 0) {
    text +=
        fmt::format("; {} that repeat the factory's, and equal ones, are told by --all", repeated);
  }
  return text + "\n";
}

std::string csv_of_all(const ComparedResults& results) {
  Table table;
  table.headings = headings_of(results, "name");
  for (auto& heading : table.headings) {
    if (heading.ends_with("%") && !heading.starts_with("+-")) {
      heading = heading.substr(0, heading.size() - 1) + "relative";
    }
  }
  for (const auto& value : results.values) {
    table.rows.push_back(row_of(results, value));
  }
  return csv_of(table);
}

}  // namespace

std::string comparison_text(const ComparedResults& results, TableFormat format, bool tells_all) {
  if (format == TableFormat::Json) {
    return comparison_json(results);
  }
  if (format == TableFormat::Csv) {
    return csv_of_all(results);
  }
  const bool is_markdown = format == TableFormat::Markdown;
  std::string text;
  for (std::size_t i = 0; i < results.subjects.size(); ++i) {
    text +=
        fmt::format("{}{}: {}\n", is_markdown ? "* " : "", letter_of(i), results.subjects[i].name);
  }
  const auto paragraph = [&](const std::string& words) {
    text += words.empty() ? "" : "\n" + words;
  };
  paragraph(build_notes(results));
  if (results.difference_count() > 0 || tells_all) {
    for (const auto& table : tables_of(results, tells_all)) {
      paragraph(is_markdown ? markdown_of(table) : text_of(table));
    }
  }
  paragraph(runs_text(results));
  text += (text.empty() ? "" : "\n") + ending(results, tells_all);
  return text;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/compare/generations.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {
namespace {

constexpr double tera = 1e12;
constexpr double gibi = 1024.0 * 1024 * 1024;
constexpr double milli = 1e-3;

TableCell cell(const std::optional<double>& value, int digits = 4) {
  return value ? TableCell(*value, fmt::format("{:.{}g}", *value, digits)) : TableCell("-");
}

/// The first metric that the run has: serving's, else training's.
std::optional<double> first_of(const RunAnswer& answer, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const double* value = answer.has_numbers() ? answer.find(name) : nullptr) {
      return *value;
    }
  }
  return std::nullopt;
}

std::optional<double> cost_per_mtok(const RunAnswer& answer) {
  return first_of(answer, {"cost_per_mtok_usd", "cost_per_mtok_training_usd"});
}

/// Parts of the cost per million tokens. Capital: depreciation and interest of all owned assets,
/// and rent; energy: the energy layer but for capital; other: maintenance and running costs.
struct CostParts {
  double capital = 0;
  double energy = 0;
  double other = 0;
};

std::optional<CostParts> cost_parts(const RunAnswer& answer) {
  const auto per_mtok = cost_per_mtok(answer);
  double total = 0;
  CostParts parts;
  for (const auto& entry : answer.costs) {
    const bool is_capital = entry.item.ends_with(" capital") || entry.item.ends_with(" rent");
    (is_capital                ? parts.capital
     : entry.layer == "energy" ? parts.energy
                               : parts.other) += entry.amount_usd;
    total += entry.amount_usd;
  }
  if (!per_mtok || total == 0) {
    return std::nullopt;
  }
  const double scale = *per_mtok / total;  // jobs are charged their part of a mixed factory
  return CostParts{parts.capital * scale, parts.energy * scale, parts.other * scale};
}

std::string name_of(const Generation& row) { return row.node.chip; }

std::optional<double> tera_of(const std::optional<FlopPerSecond>& peak) {
  return peak ? std::optional(peak->si() / tera) : std::nullopt;
}

Table facts_table(const Generations& generations) {
  Table table;
  table.title = "Catalogue";
  table.ends_in_words = true;
  table.headings = {"chip",       "launch",           "process",     "bf16 TFLOPS",
                    "fp8 TFLOPS", "memory GiB",       "memory TB/s", "TDP W",
                    "USD/chip",   "price known from", "node"};
  for (const auto& row : generations.rows) {
    const auto& chip = row.facts.chip;
    table.rows.push_back({name_of(row), chip.launch.empty() ? "-" : chip.launch,
                          chip.process.empty() ? "-" : chip.process, cell(tera_of(chip.peak_bf16)),
                          cell(tera_of(chip.peak_fp8)), cell(chip.memory_capacity.si() / gibi),
                          cell(chip.memory_bandwidth.si() / tera), cell(chip.power_limit.si()),
                          cell(chip.price.si(), 6), row.price_standing, row.node.node});
  }
  return table;
}

/// Why there are no numbers, or that an assertion does not hold; without the scenario's own place.
std::string remark(const Generations& generations, const Generation& row) {
  constexpr std::size_t shown = 110;
  auto reason = row.answer.reason;
  if (reason.starts_with(generations.scenario)) {
    reason.erase(0, reason.find(": ") == std::string::npos ? 0 : reason.find(": ") + 2);
  }
  return reason.size() <= shown ? reason : reason.substr(0, shown) + "...";
}

struct Ratio {
  std::optional<double> first;
  std::optional<double> previous;

  /// Of `value` to the first and the last one that had a value.
  std::pair<TableCell, TableCell> next(const std::optional<double>& value) {
    if (!value) {
      return {"-", "-"};
    }
    const std::pair<TableCell, TableCell> cells{
        cell(first ? *value / *first : 1, 3),
        previous ? TableCell(*value / *previous - 1,
                             fmt::format("{:+.1f} %", 100 * (*value / *previous - 1)))
                 : TableCell("-")};
    first = first ? first : value;
    previous = value;
    return cells;
  }
};

Table results_table(const Generations& generations) {
  Table table;
  table.title = "Results";
  table.ends_in_words = true;
  table.headings = {"chip",    "chips",   "tokens/s/chip", "speed x", "tokens/s/user",
                    "TTFT ms", "J/token", "USD/Mtok",      "capital", "energy",
                    "other",   "cost x",  "step",          "remark"};
  Ratio speed;
  Ratio cost;
  for (const auto& row : generations.rows) {
    const auto& answer = row.answer;
    const auto rate =
        first_of(answer, {"output_tokens_per_s_per_chip", "training_tokens_per_s_per_chip"});
    const auto ttft = first_of(answer, {"ttft_mean_s"});
    const auto per_mtok = cost_per_mtok(answer);
    const auto parts = cost_parts(answer);
    const auto cost_ratios = cost.next(per_mtok);
    table.rows.push_back(
        {name_of(row), cell(static_cast<double>(row.chips), 8), cell(rate), speed.next(rate).first,
         cell(first_of(answer, {"interactivity_tokens_per_s_per_user"})),
         cell(ttft ? std::optional(*ttft / milli) : std::nullopt),
         cell(first_of(answer, {"energy_per_output_token_j", "energy_per_training_token_j"})),
         cell(per_mtok), cell(parts ? std::optional(parts->capital) : std::nullopt),
         cell(parts ? std::optional(parts->energy) : std::nullopt),
         cell(parts ? std::optional(parts->other) : std::nullopt), cost_ratios.first,
         cost_ratios.second, remark(generations, row)});
  }
  return table;
}

/// Both tables side by side, with names for programs and whole reasons.
Table merged_table(const Generations& generations) {
  auto table = facts_table(generations);
  const auto results = results_table(generations);
  table.headings = {"chip",
                    "launch",
                    "process",
                    "peak_bf16_tflops",
                    "peak_fp8_tflops",
                    "memory_gib",
                    "memory_bandwidth_tb_per_s",
                    "power_limit_w",
                    "price_usd",
                    "price_standing",
                    "node",
                    "chips",
                    "tokens_per_s_per_chip",
                    "speed_ratio_to_first",
                    "interactivity_tokens_per_s_per_user",
                    "ttft_mean_ms",
                    "energy_per_token_j",
                    "cost_per_mtok_usd",
                    "capital_per_mtok_usd",
                    "energy_per_mtok_usd",
                    "other_per_mtok_usd",
                    "cost_ratio_to_first",
                    "cost_step",
                    "status",
                    "reason"};
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    auto& row = table.rows[i];
    row.insert(row.end(), results.rows[i].begin() + 1, results.rows[i].end() - 1);
    row.emplace_back(std::string(name_of(generations.rows[i].answer.status)));
    row.emplace_back(generations.rows[i].answer.reason);
  }
  return table;
}

std::string json_of(const Generations& generations) {
  const auto table = merged_table(generations);
  auto json = make_object({});
  add_member(json, "generations_version", make_integer(1, {}));
  add_member(json, "scenario", make_text(generations.scenario, {}));
  add_member(json, "given_load", make_boolean(generations.has_given_load, {}));
  auto rows = make_node(NodeKind::Array, {});
  for (const auto& row : table.rows) {
    auto& line = rows.items.emplace_back(make_object({}));
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].number) {
        add_member(line, table.headings[i], make_number(*row[i].number, {}));
      } else if (row[i].text != "-" && !row[i].text.empty()) {
        add_member(line, table.headings[i], make_text(row[i].text, {}));
      }
    }
  }
  add_member(json, "chips", std::move(rows));
  return to_json(json, 2) + "\n";
}

}  // namespace

std::string generations_text(const Generations& generations, TableFormat format) {
  if (format == TableFormat::Json) {
    return json_of(generations);
  }
  if (format == TableFormat::Csv) {
    return csv_of(merged_table(generations));
  }
  const auto told = [format](const Table& table) {
    return format == TableFormat::Markdown ? markdown_of(table) : text_of(table);
  };
  auto text =
      fmt::format("{} on {} chips\n\n{}\n{}\n", generations.scenario, generations.rows.size(),
                  told(facts_table(generations)), told(results_table(generations)));
  text +=
      "USD per million input and output tokens; capital with rent, energy, and the rest. Step: "
      "against the\nchip before.\n";
  if (generations.has_given_load) {
    text +=
        "The load is given: it, not the chip, says how many tokens there are. A workload with "
        "\"concurrency\"\n(a closed loop) shows what each chip can do.\n";
  }
  return text;
}

}  // namespace tokenfab

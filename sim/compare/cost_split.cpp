// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/cost_split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

constexpr std::string_view prefix = "cost/";
constexpr double million = 1e6;

std::optional<double> value_of(const Subject& subject, std::string_view name) {
  const auto found = std::find_if(subject.values.begin(), subject.values.end(),
                                  [&](const auto& each) { return each.first == name; });
  return found == subject.values.end() ? std::nullopt : std::optional(found->second);
}

/// What the amounts of a subject are related to. The ledger is that of its first run.
struct Scale {
  double total_usd = 0;
  std::optional<double> mtok;
};

Scale scale_of(const Subject& subject) {
  Scale scale;
  for (const auto& [name, amount] : subject.values) {
    scale.total_usd += name.starts_with(prefix) ? amount : 0;
  }
  const double tokens = value_of(subject, "input_tokens").value_or(0) +
                        value_of(subject, "output_tokens").value_or(0);
  if (tokens > 0) {
    scale.mtok = tokens / million;
  }
  return scale;
}

/// "cost/chips" of "cost/chips/accelerator capital/site".
std::string layer_of(const std::string& name) {
  return name.substr(0, name.find('/', prefix.size()));
}

using Amounts = std::vector<std::optional<double>>;

std::vector<TableCell> row_of(const std::string& label, const Amounts& amounts,
                              const std::vector<Scale>& scales) {
  std::vector<TableCell> row{label};
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    const auto& amount = amounts[i];
    const auto& scale = scales[i];
    row.push_back(number_cell(amount));
    const bool has_share = amount && scale.total_usd != 0;
    row.push_back(has_share ? TableCell(*amount / scale.total_usd,
                                        fmt::format("{:.1f}", 100 * *amount / scale.total_usd))
                            : TableCell("-"));
    row.push_back(amount && scale.mtok ? TableCell(*amount / *scale.mtok,
                                                   fmt::format("{:.4g}", *amount / *scale.mtok))
                                       : TableCell("-"));
    if (i > 0) {
      // An item that only one of them pays costs the other nothing.
      const double difference = amount.value_or(0) - amounts[0].value_or(0);
      row.push_back(number_cell(difference));
      row.push_back(percent_cell(amounts[0] && *amounts[0] != 0
                                     ? std::optional(difference / std::abs(*amounts[0]))
                                     : std::nullopt));
    }
  }
  return row;
}

void add(Amounts& sums, const Amounts& amounts) {
  sums.resize(amounts.size());
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i]) {
      sums[i] = sums[i].value_or(0) + *amounts[i];
    }
  }
}

/// Of the first runs, which the ledgers are of.
Amounts amounts_of(const ComparedResults& results, const std::string& name) {
  Amounts amounts;
  for (const auto& subject : results.subjects) {
    amounts.push_back(value_of(subject, name));
  }
  return amounts;
}

}  // namespace

Table cost_table(const ComparedResults& results) {
  Table table;
  table.title = "Cost by layer and item (USD, % of the total, USD per million tokens)";
  table.headings = {"", "A", "%", "/Mtok"};
  const bool is_pair = results.subjects.size() == 2;
  std::vector<Scale> scales;
  for (const auto& subject : results.subjects) {
    scales.push_back(scale_of(subject));
  }
  for (std::size_t i = 1; i < results.subjects.size(); ++i) {
    const auto letter = letter_of(i);
    table.headings.insert(table.headings.end(), {letter, "%", "/Mtok", letter + " - A",
                                                 is_pair ? "change" : letter + " change"});
  }
  std::vector<std::string> layers;
  for (const auto& value : results.values) {
    const auto layer = layer_of(value.name);
    if (value.name.starts_with(prefix) &&
        std::find(layers.begin(), layers.end(), layer) == layers.end()) {
      layers.push_back(layer);
    }
  }
  Amounts total;
  for (const auto& layer : layers) {
    Amounts sum;
    std::vector<std::vector<TableCell>> items;
    for (const auto& value : results.values) {
      if (value.name.starts_with(prefix) && layer_of(value.name) == layer) {
        const auto amounts = amounts_of(results, value.name);
        add(sum, amounts);
        items.push_back(row_of("  " + value.name, amounts, scales));
      }
    }
    add(total, sum);
    table.rows.push_back(row_of(layer, sum, scales));
    table.rows.insert(table.rows.end(), items.begin(), items.end());
  }
  table.rows.push_back(row_of("cost", total, scales));
  return table;
}

}  // namespace tokenfab

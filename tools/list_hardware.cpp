// SPDX-License-Identifier: Apache-2.0
#include "tools/list_hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/scenario/catalogue_values.hpp"

namespace tokenfab::tools {
namespace {

struct Column {
  const char* path;
  const char* title;
};

const std::vector<Column>& columns_of(const std::string& table) {
  static const std::vector<Column> chips{{"/name", "name"},
                                         {"/vendor", "vendor"},
                                         {"/origin", "origin"},
                                         {"/launch", "launch"},
                                         {"/status", "status"}};
  static const std::vector<Column> nodes{
      {"/name", "name"}, {"/chip", "chip"}, {"/chips_per_node", "chips"}};
  return table == "chips" ? chips : nodes;
}

struct Row {
  std::string id;
  std::string same_as;  // of another name of an entry
  std::vector<std::string> cells;
  std::map<std::string, std::int64_t> standing;  // number of values
  std::string kernels_from;                      // of a chip
};

std::string cell_of(const std::vector<CatalogueValue>& values, std::string_view path) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& value) { return value.path == path; });
  if (found == values.end()) {
    return path == "/status" ? "available" : "";
  }
  const auto& value = *found->value;
  return value.kind == NodeKind::String ? value.text : to_json(value, -1);
}

std::vector<Row> rows_of(const std::string& table) {
  const EmbeddedTables tables;
  std::vector<Row> rows;
  for (const auto& id : tables.ids(table)) {
    const auto chain = use_chain(tables, table, id);
    const auto values = catalogue_values(tables, table, id);
    Row row{id, chain.front() == id ? "" : chain.front(), {}, {}, {}};
    for (const auto& column : columns_of(table)) {
      row.cells.push_back(cell_of(values, column.path));
    }
    for (const auto& value : values) {
      ++row.standing[standing_of(value, chain.front())];
    }
    if (table == "chips") {
      row.kernels_from = kernels_from(tables, id);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> standings() {
  auto names = confidence_levels();
  names.emplace_back("inherited");
  return names;
}

std::int64_t count_of(const Row& row, const std::string& standing) {
  const auto found = row.standing.find(standing);
  return found == row.standing.end() ? 0 : found->second;
}

}  // namespace

std::string hardware_list(const std::string& table) {
  const auto rows = rows_of(table);
  const auto& columns = columns_of(table);
  std::vector<std::vector<std::string>> lines(1);
  lines[0].emplace_back("id");
  for (const auto& column : columns) {
    lines[0].emplace_back(column.title);
  }
  for (const auto& standing : standings()) {
    lines[0].push_back(standing);
  }
  for (const auto& row : rows) {
    auto& line = lines.emplace_back(std::vector<std::string>{row.id});
    line.insert(line.end(), row.cells.begin(), row.cells.end());
    if (!row.same_as.empty()) {
      line[1] = "same as " + row.same_as;
    }
    for (const auto& standing : standings()) {
      line.push_back(std::to_string(count_of(row, standing)));
    }
  }
  std::vector<std::size_t> widths(lines[0].size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text;
  const std::size_t texts = 1 + columns.size();  // the counts stand to the right
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += i < texts ? fmt::format("{:<{}}  ", line[i], widths[i])
                        : fmt::format("{:>{}}  ", line[i], widths[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

std::string hardware_json(const std::string& table) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& row : rows_of(table)) {
    nlohmann::ordered_json entry = {{"id", row.id}};
    if (!row.same_as.empty()) {
      entry["same_as"] = row.same_as;
    }
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      entry[columns_of(table)[i].title] = row.cells[i];
    }
    if (!row.kernels_from.empty()) {
      entry["kernels_from"] = row.kernels_from;
    }
    for (const auto& standing : standings()) {
      entry["values"][standing] = count_of(row, standing);
    }
    json.push_back(std::move(entry));
  }
  return json.dump(2) + "\n";
}

}  // namespace tokenfab::tools

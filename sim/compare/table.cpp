// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

/// As people count them: a letter outside ASCII is one.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char letter : text) {
    quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  }
  return quoted + "\"";
}

std::string markdown_field(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    escaped += letter == '|' ? "\\|" : std::string(1, letter);
  }
  return escaped;
}

}  // namespace

TableCell number_cell(const std::optional<double>& value) {
  return value ? TableCell(*value, fmt::format("{:.6g}", *value)) : TableCell("-");
}

TableCell percent_cell(const std::optional<double>& ratio) {
  return ratio ? TableCell(*ratio, fmt::format("{:+.3g} %", 100 * *ratio)) : TableCell("-");
}

std::string text_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < table.headings.size(); ++column) {
    auto width = width_of(table.headings[column]);
    for (const auto& row : table.rows) {
      width = std::max(width, width_of(row[column].text));
    }
    widths.push_back(width);
  }
  std::string text = table.title.empty() ? "" : table.title + "\n";
  const auto add_line = [&](const auto& text_at) {
    std::string line = " ";
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const auto& cell = text_at(column);
      const std::string padding(widths[column] - width_of(cell), ' ');
      const bool is_words = table.ends_in_words && column + 1 == widths.size();
      line += column == 0 ? " " + cell + padding : "  " + (is_words ? cell : padding + cell);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line([&](std::size_t column) -> const std::string& { return table.headings[column]; });
  for (const auto& row : table.rows) {
    add_line([&](std::size_t column) -> const std::string& { return row[column].text; });
  }
  return text;
}

std::string markdown_of(const Table& table) {
  std::string text = table.title.empty() ? "" : fmt::format("### {}\n\n", table.title);
  std::string rule = "|";
  text += "|";
  for (std::size_t column = 0; column < table.headings.size(); ++column) {
    text += fmt::format(" {} |", markdown_field(table.headings[column]));
    const bool is_words =
        column == 0 || (table.ends_in_words && column + 1 == table.headings.size());
    rule += is_words ? "---|" : "---:|";
  }
  text += "\n" + rule + "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const auto& cell : row) {
      text += fmt::format(" {} |", markdown_field(cell.text));
    }
    text += "\n";
  }
  return text;
}

std::string csv_of(const Table& table) {
  std::string text;
  const auto add_line = [&](std::size_t count, const auto& text_at) {
    for (std::size_t column = 0; column < count; ++column) {
      text += (column == 0 ? "" : ",") + csv_field(text_at(column));
    }
    text += "\n";
  };
  add_line(table.headings.size(), [&](std::size_t column) { return table.headings[column]; });
  for (const auto& row : table.rows) {
    add_line(row.size(), [&](std::size_t column) {
      const auto& cell = row[column];
      return cell.number ? fmt::format("{}", *cell.number) : cell.text == "-" ? "" : cell.text;
    });
  }
  return text;
}

}  // namespace tokenfab

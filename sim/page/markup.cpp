// SPDX-License-Identifier: Apache-2.0
#include "sim/page/markup.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::size_t wide_columns_min = 9;  // smaller on paper

std::string replaced_all(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // A control character is none of HTML's.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

std::string script_json(const Node& node) {
  // Outside strings JSON has none of these.
  auto text = to_json(node, -1);
  text = replaced_all(std::move(text), "<", "\\u003c");
  text = replaced_all(std::move(text), ">", "\\u003e");
  text = replaced_all(std::move(text), "\xE2\x80\xA8", "\\u2028");
  return replaced_all(std::move(text), "\xE2\x80\xA9", "\\u2029");
}

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto byte = i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
      group = group << 8 | byte;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_padding = i + k > bytes.size();
      out += is_padding ? '=' : digits[group >> (18 - 6 * k) & 63U];
    }
  }
  return out;
}

std::string policy_hash(std::string_view text) {
  const auto hex = sha256_of(text);
  std::string bytes;
  const auto digit_of = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(digit_of(hex[i]) * 16 + digit_of(hex[i + 1]));
  }
  return fmt::format("'sha256-{}'", base64(bytes));
}

std::string html_of(const PageTable& table) {
  auto text = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">"
      "<table{1}>\n<caption>{0}</caption>\n<thead><tr>",
      escaped(table.caption), table.columns.size() > wide_columns_min ? " class=\"wide\"" : "");
  const auto kind = [](const TableColumn& column) {
    return column.is_number ? " class=\"n\"" : "";
  };
  for (const auto& column : table.columns) {
    text += fmt::format("<th scope=\"col\"{}>{}</th>", kind(column), escaped(column.heading));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
      text += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", escaped(row[i]))
                     : fmt::format("<td{}>{}</td>", kind(table.columns[i]), escaped(row[i]));
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table></div>\n";
}

std::string folded_table(std::string_view id, const PageTable& table) {
  return fmt::format("<details id=\"{}-table\"><summary>Table: {}</summary>\n{}</details>\n", id,
                     escaped(table.caption), html_of(table));
}

std::string chart_figure(std::string_view id, std::string_view title, std::string_view label,
                         std::string_view controls) {
  return fmt::format(
      "<figure>\n<figcaption id=\"{0}-title\">{1}</figcaption>\n{2}"
      "<div class=\"chart\" id=\"{0}\" data-chart=\"{0}\" role=\"img\" tabindex=\"0\" "
      "aria-label=\"{3}\"></div>\n"
      "<p class=\"to-table\"><a href=\"#{0}-table\">The figures of this chart as a table</a></p>\n"
      "</figure>\n",
      id, escaped(title), controls, escaped(label));
}

}  // namespace tokenfab

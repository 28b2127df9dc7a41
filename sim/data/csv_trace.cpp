// SPDX-License-Identifier: Apache-2.0
#include "sim/data/csv_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

enum Column : std::size_t { arrival, input_tokens, output_tokens, tenant, priority, session };
constexpr std::size_t required_columns = 3;
constexpr std::array<std::string_view, 6> column_names{"arrival_s", "input_tokens", "output_tokens",
                                                       "tenant",    "priority",     "session"};
constexpr std::string_view header =
    "arrival_s,input_tokens,output_tokens[,tenant,priority,session]";

constexpr std::size_t max_name_bytes = 256;

bool is_name(std::string_view text) {
  if (text.size() > max_name_bytes) {
    return false;
  }
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0 || text[0] == '"') {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

CsvTrace::CsvTrace(ByteStream stream) : LineTrace(std::move(stream), header) {
  std::string_view rest = line();
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = rest.substr(0, comma);
    const auto known = std::find(column_names.begin(), column_names.end(), name);
    const auto column = static_cast<std::size_t>(known - column_names.begin());
    if (known == column_names.end()) {
      reject(fmt::format("unknown column {}, expected the header {}", quote(name), header),
             did_you_mean(name, column_names));
    }
    if (std::find(columns_.begin(), columns_.end(), column) != columns_.end()) {
      reject(fmt::format("column {} is there twice, expected the header {}", name, header));
    }
    columns_.push_back(column);
    more = comma != std::string_view::npos;
    rest.remove_prefix(more ? comma + 1 : rest.size());
  }
  for (std::size_t column = 0; column < required_columns; ++column) {
    if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) {
      reject(fmt::format("column {} is missing in {}, expected the header {}", column_names[column],
                         quote(line()), header));
    }
  }
}

void CsvTrace::parse(std::string_view line, RequestRow& row) {
  std::array<std::string_view, column_names.size()> fields;
  const std::size_t count = split_fields(line, fields);
  if (count != columns_.size()) [[unlikely]] {
    reject_column_count(count, columns_.size());
  }
  row.tenant.clear();
  row.priority = 0;
  row.session.clear();
  for (std::size_t i = 0; i < count; ++i) {
    parse_field(columns_[i], fields[i], row);
  }
}

void CsvTrace::parse_field(std::size_t column, std::string_view field, RequestRow& row) const {
  switch (column) {
    case arrival:
      if (const auto time = parse_seconds(field)) [[likely]] {
        row.arrival = *time;
        return;
      }
      reject_field("arrival_s", field,
                   fmt::format("decimal seconds from 0 to {}", max_arrival_seconds));
    case input_tokens:
      row.input_tokens = token_count("input_tokens", "input", field);
      return;
    case output_tokens:
      row.output_tokens = token_count("output_tokens", "output", field);
      return;
    case tenant:
      return parse_name(column, field, row.tenant);
    case session:
      return parse_name(column, field, row.session);
    default:
      row.priority = parse_priority(field);
  }
}

void CsvTrace::parse_name(std::size_t column, std::string_view field, std::string& name) const {
  if (!is_name(field)) [[unlikely]] {
    reject_field(
        column_names[column], field,
        fmt::format("at most {} bytes of printable UTF-8 without double quotes", max_name_bytes));
  }
  name.assign(field);
}

std::int32_t CsvTrace::parse_priority(std::string_view field) const {
  std::int32_t value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  if (!field.empty() && (error != std::errc() || stop != end)) [[unlikely]] {
    reject_field("priority", field, "a whole number of 32 bits, or nothing for 0");
  }
  return value;
}

}  // namespace tokenfab

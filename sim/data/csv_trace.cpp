// SPDX-License-Identifier: Apache-2.0
#include "sim/data/csv_trace.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "sim/data/fields.hpp"

namespace tokenfab {
namespace {

enum Column : std::size_t { arrival, input_tokens, output_tokens, tenant, priority, session };
constexpr std::size_t required_columns = 3;
constexpr std::array<std::string_view, 6> column_names{"arrival_s", "input_tokens", "output_tokens",
                                                       "tenant",    "priority",     "session"};
constexpr std::string_view header =
    "arrival_s,input_tokens,output_tokens[,tenant,priority,session]";

}  // namespace

bool CsvTrace::recognises(std::string_view first_line) {
  return has_column(first_line, column_names[arrival]);
}

CsvTrace::CsvTrace(ByteStream stream)
    : LineTrace(std::move(stream), header),
      columns_(read_columns(column_names, required_columns, header)) {}

bool CsvTrace::parse(std::string_view line, RequestRow& row) {
  std::array<std::string_view, column_names.size()> fields;
  const std::size_t count = split_fields(line, fields);
  if (count != columns_.size()) [[unlikely]] {
    reject_column_count(count, columns_.size());
  }
  row.tenant.clear();
  row.priority = 0;
  row.session.clear();
  row.prompt.clear();
  for (std::size_t i = 0; i < count; ++i) {
    parse_field(columns_[i], fields[i], row);
  }
  return true;
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
      return take_name("tenant", field, row.tenant);
    case session:
      return take_name("session", field, row.session);
    default:
      row.priority = parse_priority(field);
  }
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

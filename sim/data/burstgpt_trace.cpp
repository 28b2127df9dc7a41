// SPDX-License-Identifier: Apache-2.0
#include "sim/data/burstgpt_trace.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

enum Column : std::size_t { timestamp, model, request_tokens, response_tokens, session = 6 };
constexpr std::size_t required_columns = 6;
constexpr std::array<std::string_view, 8> column_names{
    "Timestamp",    "Model",    "Request tokens", "Response tokens",
    "Total tokens", "Log Type", "Session ID",     "Elapsed time"};
constexpr std::string_view header =
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type[,Session ID,Elapsed "
    "time]";

}  // namespace

bool BurstgptTrace::recognises(std::string_view first_line) {
  return has_column(first_line, column_names[response_tokens]);
}

BurstgptTrace::BurstgptTrace(ByteStream stream)
    : LineTrace(std::move(stream), header),
      columns_(read_columns(column_names, required_columns, header)) {}

bool BurstgptTrace::parse(std::string_view line, RequestRow& row) {
  std::array<std::string_view, column_names.size()> in_file;
  const std::size_t count = split_fields(line, in_file);
  if (count != columns_.size()) [[unlikely]] {
    reject_column_count(count, columns_.size());
  }
  std::array<std::string_view, column_names.size()> fields;
  for (std::size_t i = 0; i < count; ++i) {
    fields[columns_[i]] = in_file[i];
  }
  const auto seconds = parse_seconds(fields[timestamp]);
  if (!seconds) [[unlikely]] {
    reject_field("Timestamp", fields[timestamp],
                 fmt::format("seconds from 0 to {}", max_arrival_seconds));
  }
  if (!std::exchange(date_0_known_, true)) {
    date_0_ = *seconds;
  }
  row.arrival = *seconds - date_0_;
  take_name("Model", fields[model], row.tenant);
  row.prompt.clear();
  take_name("Session ID", fields[session], row.session);
  row.priority = 0;
  if (parse_whole(fields[response_tokens], max_request_tokens) == 0U) {
    return false;
  }
  row.input_tokens = token_count("Request tokens", "input", fields[request_tokens]);
  row.output_tokens = token_count("Response tokens", "output", fields[response_tokens]);
  return true;
}

}  // namespace tokenfab

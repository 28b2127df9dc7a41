// SPDX-License-Identifier: Apache-2.0
#include "sim/data/azure_trace.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view header = "TIMESTAMP,ContextTokens,GeneratedTokens";

}  // namespace

bool AzureTrace::recognises(std::string_view first_line) {
  return has_column(first_line, "ContextTokens");
}

AzureTrace::AzureTrace(ByteStream stream) : LineTrace(std::move(stream), header) {
  if (line() != header) {
    reject(fmt::format("the header is {}, expected {}", quote(line()), header));
  }
}

bool AzureTrace::parse(std::string_view line, RequestRow& row) {
  std::array<std::string_view, 3> fields;
  const std::size_t count = split_fields(line, fields);
  if (count != fields.size()) [[unlikely]] {
    reject_column_count(count, fields.size());
  }
  const auto timestamp = parse_utc_timestamp(fields[0]);
  if (!timestamp) [[unlikely]] {
    reject_field("TIMESTAMP", fields[0], "a UTC date and time such as 2023-11-16 18:15:46.6805900");
  }
  row.input_tokens = token_count("ContextTokens", "input", fields[1]);
  row.output_tokens = token_count("GeneratedTokens", "output", fields[2]);
  if (!std::exchange(date_0_known_, true)) {
    date_0_ = *timestamp;
  }
  row.arrival = *timestamp - date_0_;
  row.tenant.clear();
  row.priority = 0;
  row.session.clear();
  row.prompt.clear();
  return true;
}

}  // namespace tokenfab

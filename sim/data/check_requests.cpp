// SPDX-License-Identifier: Apache-2.0
#include "sim/data/check_requests.hpp"

#include <algorithm>

#include "sim/core/errors.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/problems_of_rows.hpp"
#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

void add(TraceSummary& summary, const RequestRow& row) {
  const std::uint32_t total = row.input_tokens + row.output_tokens;
  ++summary.rows;
  summary.input_tokens += row.input_tokens;
  summary.output_tokens += row.output_tokens;
  summary.max_input_tokens = std::max(summary.max_input_tokens, row.input_tokens);
  summary.max_total_tokens = std::max(summary.max_total_tokens, total);
  summary.last_arrival = row.arrival;
}

}  // namespace

TraceSummary check_requests(const std::string& path, std::string_view format) {
  Sha256 digest;
  const auto reader = open_request_trace(ByteStream(path, &digest), format);
  TraceSummary summary = check_requests(*reader);
  summary.sha256 = digest.finish();
  return summary;
}

TraceSummary check_requests(RequestReader& reader) {
  TraceSummary summary;
  auto problems = problems_of_rows<RequestRow>([&](RequestRow& row) { return reader.next(row); },
                                               [&](const RequestRow& row) { add(summary, row); });
  summary.skipped_rows = reader.skipped_rows();
  if (!problems.empty()) {
    throw DataError(std::move(problems));
  }
  return summary;
}

}  // namespace tokenfab

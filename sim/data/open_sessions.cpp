// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_sessions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/claude_code_sessions.hpp"
#include "sim/data/known_formats.hpp"
#include "sim/data/problems_of_rows.hpp"
#include "sim/data/session_file.hpp"
#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

template <class Reader>
std::unique_ptr<SessionReader> open_as(ByteStream stream) {
  return std::make_unique<Reader>(std::move(stream));
}

constexpr std::array formats{
    SessionFormat{"claude_code", "Claude Code sessions 2025 (callanjfox/kv-cache-tester)",
                  &ClaudeCodeSessions::recognises, open_as<ClaudeCodeSessions>},
    SessionFormat{"sessions", "Tokenfab sessions (your own)", &SessionFile::recognises,
                  open_as<SessionFile>},
};

void add(TraceSummary& summary, const Session& session) {
  for (const auto& request : session.requests) {
    ++summary.rows;
    summary.input_tokens += request.input_tokens;
    summary.output_tokens += request.output_tokens;
    summary.max_input_tokens = std::max(summary.max_input_tokens, request.input_tokens);
    summary.max_total_tokens =
        std::max(summary.max_total_tokens, request.input_tokens + request.output_tokens);
  }
}

}  // namespace

std::span<const SessionFormat> session_formats() { return formats; }

std::string_view sniff_session_format(ByteStream stream) {
  LineReader lines(std::move(stream), SessionLines::max_line_bytes);
  std::string_view line;
  while (lines.next(line) && line.find_first_not_of(" \t") == std::string_view::npos) {
  }
  for (const auto& format : formats) {
    if (format.recognises(line)) {
      return format.name;
    }
  }
  throw DataError({problem_at(
      lines.file(), 1, fmt::format("the first line {} is of no known session format", quote(line)),
      fmt::format("known formats: {}", fmt::join(names_of_formats(session_formats()), ", ")))});
}

std::unique_ptr<SessionReader> open_sessions(ByteStream stream, std::string_view format) {
  const auto& known = require_format(session_formats(), "session", format, stream.name());
  return known.open(std::move(stream));
}

TraceSummary check_sessions(const std::string& path, std::string_view format) {
  Sha256 digest;
  const auto reader = open_sessions(ByteStream(path, &digest), format);
  TraceSummary summary;
  auto problems = problems_of_rows<Session>([&](Session& session) { return reader->next(session); },
                                            [&](const Session& session) { add(summary, session); });
  summary.skipped_rows = reader->skipped_requests();
  if (!problems.empty()) {
    problems.resize(std::min(problems.size(), max_problems));
    throw DataError(std::move(problems));
  }
  summary.sha256 = digest.finish();
  return summary;
}

}  // namespace tokenfab

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
#include "sim/data/line_reader.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/session_file.hpp"
#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t max_problems = 20;

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

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const auto& format : formats) {
    names.push_back(format.name);
  }
  return names;
}

const SessionFormat& require_format(std::string_view name, const std::string& file) {
  const auto* const found =
      std::find_if(formats.begin(), formats.end(),
                   [&](const SessionFormat& format) { return format.name == name; });
  if (found != formats.end()) {
    return *found;
  }
  const auto names = format_names();
  throw ConfigError({problem_at(file, 0,
                                fmt::format("unknown session format {}, expected one of {}",
                                            quote(name), fmt::join(names, ", ")),
                                did_you_mean(name, names))});
}

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
      fmt::format("known formats: {}", fmt::join(format_names(), ", ")))});
}

std::unique_ptr<SessionReader> open_sessions(ByteStream stream, std::string_view format) {
  const SessionFormat& known = require_format(format, stream.name());
  return known.open(std::move(stream));
}

TraceSummary check_sessions(const std::string& path, std::string_view format) {
  Sha256 digest;
  const auto reader = open_sessions(ByteStream(path, &digest), format);
  TraceSummary summary;
  std::vector<Problem> problems;
  Session session;
  for (bool more = true; more && problems.size() < max_problems;) {
    try {
      while ((more = reader->next(session))) {
        add(summary, session);
      }
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  summary.skipped_rows = reader->skipped_requests();
  if (!problems.empty()) {
    problems.resize(std::min(problems.size(), max_problems));
    throw DataError(std::move(problems));
  }
  summary.sha256 = digest.finish();
  return summary;
}

}  // namespace tokenfab

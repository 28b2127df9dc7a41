// SPDX-License-Identifier: Apache-2.0
#include "sim/data/session_lines.hpp"

#include <fmt/format.h>

#include "sim/data/problems.hpp"

namespace tokenfab {

bool SessionLines::next(Session& session) {
  std::string_view line;
  while (lines_.next(line)) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
      continue;
    }
    has_session_ = true;  // a bad one is one problem, and "no sessions" would be a second one
    faults_.begin(lines_.file(), lines_.line_number());
    session.clear();
    parse_line(line, session);
    faults_.raise();
    return true;
  }
  if (!std::exchange(ended_, true) && !has_session_) {
    throw DataError({problem_at(lines_.file(), lines_.line_number(), "the file has no sessions")});
  }
  return false;
}

void SessionLines::parse_line(std::string_view line, Session& session) {
  simdjson::dom::object object;
  const auto error = parser_.parse(line.data(), line.size(), true).get_object().get(object);
  if (error != simdjson::SUCCESS) {
    faults_.add(
        fmt::format("{} is no JSON object ({})", quote(line), simdjson::error_message(error)));
    return;
  }
  parse(object, session);
  if (faults_.empty() && session.requests.empty()) {
    faults_.add("the session has no requests");
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Tokenfab's own sessions, one JSON object per line:
//
//   {"session": "s1", "agent": "ann", "requests": [
//     {"id": "plan", "input_tokens": 1200, "output_tokens": 300},
//     {"id": "try", "after": ["plan"], "gap_s": 2.5, "input_tokens": 1700, "output_tokens": 90}]}
//
// (written in one line). A request is sent `gap_s` (default 0: a tool's or a human's time) after
// the last answer of those named in `after` (default none: after the session's start), so turns are
// a chain, parallel branches wait for the same request, and a request that joins them waits for all
// of them. `agent` may be left out. Ids are the session's own. Requests may stand in any order.
//
// What prompts share: a request continues the first one in `after` (its prompt, then its answer) if
// it is long enough; the second one that continues the same request is a branch with a text of its
// own from there on. Other prompts are nobody's. Where that is not so, `context` says it:
//
//   "context": [{"shared": "system", "tokens": 900}, {"own": "notes", "tokens": 300}]
//
// A `shared` text is the same in all sessions of the file, an `own` one in all requests of the
// session. A text of the same name is the longer for having more tokens, never another text. The
// answer joins the last one.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/data/session_lines.hpp"

namespace tokenfab {

class SessionFile final : public SessionLines {
 public:
  explicit SessionFile(ByteStream stream) : SessionLines(std::move(stream)) {}

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  /// A request as written, with the requests it waits for as places in the line.
  struct Written {
    std::string_view id;
    SessionRequest request;
    std::vector<std::uint32_t> after;
    std::vector<PromptSpan> context;  // empty: follows from `after`
    bool is_continued = false;
  };

  void parse(const simdjson::dom::object& object, Session& session) override;
  void read_request(const simdjson::dom::element& element, Written& written);
  void read_context(const JsonFields& fields, Written& written);
  void resolve_after(const simdjson::dom::array& requests);
  /// The places in an order in which each request follows those it waits for; adds a fault that
  /// names a cycle.
  std::vector<std::uint32_t> ordered();
  void name_cycle(const std::vector<std::uint32_t>& missing_answers);
  void derive_context(Written& written, std::uint32_t place);

  std::vector<Written> written_;
  std::unordered_map<std::string_view, std::uint32_t> places_;  // only looked up
};

}  // namespace tokenfab

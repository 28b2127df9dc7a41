// SPDX-License-Identifier: Apache-2.0
// A session: requests of one conversation or of one task of an agent, some of which wait for the
// answers of others. Turns are a chain; branches and sub-agents make it a directed acyclic graph.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/api/prompt.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

struct SessionRequest {
  Duration gap;  // from the last answer awaited, else from the session's start, to this request
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t after_begin = 0;  // places in Session::after
  std::uint32_t after_end = 0;
  std::uint32_t span_begin = 0;  // places in Session::spans
  std::uint32_t span_end = 0;
  bool answer_joins_last = false;  // later prompts continue the last span with the answer
};

/// Sources refill the same session, so its lists keep their memory.
struct Session {
  std::string agent;                     // whose session it is; empty: not told
  std::vector<SessionRequest> requests;  // each waits only for earlier ones
  std::vector<std::uint32_t> after;      // numbers of the requests that others wait for
  std::vector<PromptSpan> spans;

  std::span<const std::uint32_t> after_of(const SessionRequest& request) const {
    return std::span(after).subspan(request.after_begin, request.after_end - request.after_begin);
  }
  std::span<const PromptSpan> prompt_of(const SessionRequest& request) const {
    return std::span(spans).subspan(request.span_begin, request.span_end - request.span_begin);
  }
  void clear() {
    agent.clear();
    requests.clear();
    after.clear();
    spans.clear();
  }
};

/// Sessions of a file, one by one.
class SessionReader {
 public:
  SessionReader() = default;
  SessionReader(const SessionReader&) = delete;
  SessionReader& operator=(const SessionReader&) = delete;
  virtual ~SessionReader() = default;

  /// Reads the next session into `session`; false at the end. DataError: a bad session (all that is
  /// wrong with it), or a file without any; a further call then goes on with the one after it.
  virtual bool next(Session& session) = 0;

  /// Requests left out so far because they had no answer.
  virtual std::uint64_t skipped_requests() const { return 0; }
};

}  // namespace tokenfab

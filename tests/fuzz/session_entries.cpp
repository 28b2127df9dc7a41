// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of each session format give sessions or a DataError, nothing else; and
// sessions keep what SessionReader promises and can be played to their end.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/workload/session_play.hpp"
#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/open_sessions.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {
namespace {

void check_session(const Session& session) {
  CHECK(!session.requests.empty(), "a session without requests");
  for (std::uint32_t i = 0; i < session.requests.size(); ++i) {
    const auto& request = session.requests[i];
    CHECK(request.gap >= Duration(), "a gap of {} s", request.gap.seconds());
    CHECK(request.input_tokens > 0 && request.output_tokens > 0, "a zero count");
    std::uint64_t prompt = 0;
    for (const auto& span : session.prompt_of(request)) {
      CHECK(span.tokens > 0, "an empty span");
      prompt += span.tokens;
    }
    CHECK(prompt == request.input_tokens, "{} of {} tokens", prompt, request.input_tokens);
    for (const auto before : session.after_of(request)) {
      CHECK(before < i, "request {} waits for request {}", i, before);
    }
  }
}

/// Answers the requests last sent first.
void play(const Session& session) {
  SessionPlay play(0, 0);
  play.blank() = session;
  std::vector<Arrival> sent;
  play.start(Instant(), {}, sent);
  std::size_t answered = 0;
  for (bool has_ended = false; !has_ended; ++answered) {
    CHECK(!sent.empty(), "{} of {} requests answered", answered, session.requests.size());
    const Departure departure{sent.back().date, sent.back().handle, true};
    sent.pop_back();
    has_ended = play.departed(departure, sent).has_value();
  }
  CHECK(answered == session.requests.size() && sent.empty(), "{} of {} requests answered", answered,
        session.requests.size());
}

void read_as(std::string_view format, std::string_view bytes) {
  const auto reader = open_sessions(ByteStream::from_memory("fuzz", bytes), format);
  Session session;
  for (bool more = true; more;) {
    try {
      while ((more = reader->next(session))) {
        check_session(session);
        play(session);
      }
    } catch (const DataError& error) {
      CHECK(!error.problems().empty(), "an error without a problem");
    }
  }
}

}  // namespace

void run_sessions(std::string_view bytes) { read_as("sessions", bytes); }
void run_claude_code(std::string_view bytes) { read_as("claude_code", bytes); }

}  // namespace tokenfab::fuzz

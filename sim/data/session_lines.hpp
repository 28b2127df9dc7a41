// SPDX-License-Identifier: Apache-2.0
// What session files have in common: one JSON object a line, each a session; blank lines are
// skipped, and there is at least one session. A format adds its own parse(). All that is wrong with
// a line is told at once.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <utility>

#include "sim/api/session.hpp"
#include "sim/data/json_fields.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

class SessionLines : public SessionReader {
 public:
  /// A session of hundreds of turns with the hash of every block is one line of megabytes.
  static constexpr std::size_t max_line_bytes = std::size_t{64} * 1024 * 1024;

  bool next(Session& session) final;
  std::uint64_t skipped_requests() const final { return skipped_; }

 protected:
  explicit SessionLines(ByteStream stream) : lines_(std::move(stream), max_line_bytes) {}

  /// Fills a cleared session from a line's object; adds what is wrong to the faults.
  virtual void parse(const simdjson::dom::object& object, Session& session) = 0;

  LineFaults& faults() { return faults_; }
  void skip_request() { ++skipped_; }
  /// Differs from session to session of a file.
  std::uint64_t session_number() const { return static_cast<std::uint64_t>(lines_.line_number()); }

 private:
  void parse_line(std::string_view line, Session& session);

  LineReader lines_;
  simdjson::dom::parser parser_;
  LineFaults faults_;
  std::uint64_t skipped_ = 0;
  bool has_session_ = false;
  bool ended_ = false;
};

}  // namespace tokenfab

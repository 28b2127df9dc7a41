// SPDX-License-Identifier: Apache-2.0
// The session formats by name. A new format is a reader and one line of the table.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sim/api/session.hpp"
#include "sim/data/byte_stream.hpp"
#include "sim/data/check_requests.hpp"

namespace tokenfab {

struct SessionFormat {
  std::string_view name;
  std::string_view data_set;  // what the data is and who publishes it
  /// Whether a file that begins with this line is meant to be of this format. At most one format
  /// says so of any file that is sound.
  bool (*recognises)(std::string_view first_line);
  std::unique_ptr<SessionReader> (*open)(ByteStream stream);
};

std::span<const SessionFormat> session_formats();

/// The one format that recognises the file's first line. DataError: none does.
std::string_view sniff_session_format(ByteStream stream);

/// Opens a session file. ConfigError: unknown format, or ByteStream cannot open it.
std::unique_ptr<SessionReader> open_sessions(ByteStream stream, std::string_view format);

/// Reads a whole file of sessions before it is played. `rows` of the summary are requests, and
/// there is no last arrival. ConfigError, DataError: as check_requests.
TraceSummary check_sessions(const std::string& path, std::string_view format);

}  // namespace tokenfab

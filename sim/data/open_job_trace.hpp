// SPDX-License-Identifier: Apache-2.0
// The job trace formats by name. A new format is a reader and one line of the table.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sim/api/job.hpp"
#include "sim/data/byte_stream.hpp"

namespace tokenfab {

struct JobTraceFormat {
  std::string_view name;
  std::string_view data_set;  // what the public data is and who publishes it
  std::string_view licence;
  std::string_view file;  // how the file is called; told when it is missing
  /// Whether a file that begins with this line is meant to be of this format. At most one format
  /// says so of any file that is sound.
  bool (*recognises)(std::string_view first_line);
  std::unique_ptr<JobReader> (*open)(ByteStream stream);
};

std::span<const JobTraceFormat> job_trace_formats();

/// The format called so; null if there is none.
const JobTraceFormat* find_job_trace_format(std::string_view name);

/// The one format that recognises the file's first line. DataError: none does, or several do.
std::string_view sniff_job_trace_format(ByteStream stream);

/// Opens a job trace and reads its header. ConfigError: unknown format, or the file is missing, not
/// a file or unreadable. DataError: not this format's header.
std::unique_ptr<JobReader> open_job_trace(const std::string& path, std::string_view format);

/// The same for contents opened otherwise; errors name the stream.
std::unique_ptr<JobReader> open_job_trace(ByteStream stream, std::string_view format);

}  // namespace tokenfab

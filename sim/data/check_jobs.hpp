// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/job.hpp"

namespace tokenfab {

/// What a job trace adds up to.
struct JobTraceSummary {
  std::uint64_t rows = 0;                        // jobs to play
  std::map<std::string, std::uint64_t> dropped;  // left out, by reason
  std::uint64_t without_estimate = 0;            // their run time stands for it
  std::int64_t chips_max = 0;                    // of one job
  double chip_seconds = 0;
  Duration last_submit;
  std::vector<std::string> users;  // in order of their first job
  std::string sha256;              // of the file's raw bytes, compressed as they are
};

/// Reads a whole trace before it is played, so that bad data never leaves half a result behind.
/// ConfigError: as open_job_trace. DataError: the first 20 problems of the file at once.
JobTraceSummary check_jobs(const std::string& path, std::string_view format);

/// The same for a reader already open, without the sum of the bytes.
JobTraceSummary check_jobs(JobReader& reader);

}  // namespace tokenfab

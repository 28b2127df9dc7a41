// SPDX-License-Identifier: Apache-2.0
// Jobs: what a trace says of one, where they come from, and what a scheduler knows of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/api/workload.hpp"
#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

/// One job of a trace or of a generator.
struct JobRow {
  std::uint64_t id = 0;              // as the trace numbers it
  Duration submit;                   // since date 0
  Duration run;                      // true run time, which no scheduler sees
  std::optional<Duration> estimate;  // what its owner said it would run at most
  std::int64_t chips = 1;
  double chip_share = 1;  // below 1: that part of one chip
  double priority = 0;    // greater goes first
  std::string user;
};

/// Why a row is no job to be played: it took no time. Readers count rows by such reasons.
inline constexpr std::string_view zero_run_time = "zero run time";

/// A job trace, read row by row. Submissions never decrease; rows of one date keep file order.
class JobReader {
 public:
  JobReader() = default;
  JobReader(const JobReader&) = delete;
  JobReader& operator=(const JobReader&) = delete;
  virtual ~JobReader() = default;

  /// Reads the next job that can be played; false at the end. DataError as RequestReader::next.
  virtual bool next(JobRow& row) = 0;
  /// Rows left out so far, by reason (zero_run_time, "no chips", ...).
  virtual const std::map<std::string, std::uint64_t>& dropped() const = 0;
};

/// What a source of jobs is handed.
struct JobInputs {
  std::function<RandomStream(std::string_view purpose)> stream;
  std::unique_ptr<JobReader> trace;  // where the source names a file
};

/// What all jobs of a source have in common.
struct JobTraits {
  double activity = 0.76;  // share of the way from idle to the chips' power limit
  bool is_preemptible = false;
  bool resumes = false;  // after a loss or a preemption: goes on where it was
};

class JobSource {
 public:
  virtual ~JobSource() = default;
  virtual std::optional<TraceFile> trace_file() const { return std::nullopt; }
  virtual void open(JobInputs inputs) = 0;
  /// Jobs in order of their dates; false: no more will come.
  virtual bool next(JobRow& row) = 0;
  virtual std::map<std::string, std::uint64_t> dropped() const { return {}; }
  virtual bool is_finite() const { return true; }
  /// Jobs in all, as far as it knows; of a trace there may be fewer.
  virtual std::optional<std::uint64_t> expected_jobs() const { return std::nullopt; }
  virtual JobTraits traits() const { return {}; }
};

}  // namespace tokenfab

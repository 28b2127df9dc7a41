// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of each job trace format give jobs or a DataError, nothing else; and jobs
// keep what JobReader promises.
#include <string_view>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/job_lines.hpp"
#include "sim/data/open_job_trace.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {
namespace {

void check_job(const JobRow& row) {
  CHECK(row.run > Duration(), "a run of {} s", row.run.seconds());
  CHECK(row.chips >= 1 && row.chips <= max_job_chips, "{} chips", row.chips);
  CHECK(row.chip_share > 0 && row.chip_share <= 1, "a share of {}", row.chip_share);
  CHECK(row.chip_share == 1 || row.chips == 1, "{} of {} chips", row.chip_share, row.chips);
  CHECK(!row.estimate || *row.estimate >= Duration(), "an estimate below zero");
  CHECK(row.priority == row.priority, "no priority");
}

/// Reads all rows, going on after errors as a checker does.
void read_as(std::string_view format, std::string_view bytes) {
  try {
    const auto reader = open_job_trace(ByteStream::from_memory("fuzz", bytes), format);
    JobRow row;
    Duration last;
    bool in_order = true;  // promised up to the first error
    for (bool more = true; more;) {
      try {
        while ((more = reader->next(row))) {
          check_job(row);
          CHECK(!in_order || row.submit >= last, "submission {}", row.submit.seconds());
          last = row.submit;
        }
      } catch (const DataError&) {
        in_order = false;
      }
    }
  } catch (const DataError&) {
    // not this format's header
  }
}

void sniff_and_read_as(std::string_view format, std::string_view bytes) {
  try {
    const auto sniffed = sniff_job_trace_format(ByteStream::from_memory("fuzz", bytes));
    CHECK(find_job_trace_format(sniffed) != nullptr, "format {}", sniffed);
  } catch (const DataError&) {
    // no format knows the first line
  }
  read_as(format, bytes);
}

}  // namespace

void run_job_csv(std::string_view bytes) { sniff_and_read_as("csv", bytes); }
void run_job_openb(std::string_view bytes) { sniff_and_read_as("openb", bytes); }
void run_job_philly(std::string_view bytes) { sniff_and_read_as("philly", bytes); }
void run_job_swf(std::string_view bytes) { sniff_and_read_as("swf", bytes); }

}  // namespace tokenfab::fuzz

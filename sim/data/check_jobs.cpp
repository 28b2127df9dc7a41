// SPDX-License-Identifier: Apache-2.0
#include "sim/data/check_jobs.hpp"

#include <algorithm>
#include <set>

#include "sim/core/errors.hpp"
#include "sim/data/open_job_trace.hpp"
#include "sim/data/problems_of_rows.hpp"
#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

void add(JobTraceSummary& summary, const JobRow& row) {
  ++summary.rows;
  summary.without_estimate += row.estimate ? 0 : 1;
  summary.chips_max = std::max(summary.chips_max, row.chips);
  summary.chip_seconds += static_cast<double>(row.chips) * row.chip_share * row.run.seconds();
  summary.last_submit = row.submit;
}

}  // namespace

JobTraceSummary check_jobs(const std::string& path, std::string_view format) {
  Sha256 digest;
  const auto reader = open_job_trace(ByteStream(path, &digest), format);
  JobTraceSummary summary = check_jobs(*reader);
  summary.sha256 = digest.finish();
  return summary;
}

JobTraceSummary check_jobs(JobReader& reader) {
  JobTraceSummary summary;
  std::set<std::string, std::less<>> users;
  auto problems =
      problems_of_rows<JobRow>([&](JobRow& row) { return reader.next(row); },
                               [&](const JobRow& row) {
                                 add(summary, row);
                                 if (!row.user.empty() && users.insert(row.user).second) {
                                   summary.users.push_back(row.user);
                                 }
                               });
  if (!problems.empty()) {
    throw DataError(std::move(problems));
  }
  summary.dropped = reader.dropped();
  return summary;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/workload/job_trace.hpp"

#include "models/workload/speedup.hpp"

namespace tokenfab {

void JobTraceConfig::describe(Describe<JobTraceConfig>& d) {
  using C = JobTraceConfig;
  d.field("format", &C::format,
          "Format of the file (csv, openb, philly, swf); auto tells it by the first line");
  d.field("path", &C::path, "File name, looked for beside the scenario and in TOKENFAB_DATA")
      .required();
  d.field("speedup", &C::speedup, "How many times as fast as recorded the jobs are submitted")
      .range(1e-6, 1e6);
  d.field("num_jobs", &C::num_jobs, "Only the first so many jobs").range(1, 1e12);
  describe_behaviour(d);
}

bool JobTrace::next(JobRow& row) {
  if ((config_.num_jobs && given_ >= *config_.num_jobs) || !trace_->next(row)) {
    return false;
  }
  ++given_;
  row.submit = sped_up(row.submit, config_.speedup);
  return true;
}

std::map<std::string, std::uint64_t> JobTrace::dropped() const {
  return trace_ ? trace_->dropped() : std::map<std::string, std::uint64_t>();
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Replays a job trace: submissions, run times, chips, estimates and accounts as recorded. Streams
// the file where that is sorted. `speedup` divides the dates of submission (speedup.hpp), not run
// times.
// Left out: jobs that wait for others or for their owner to think (SWF's last two numbers).
#pragma once

#include "models/workload/job_behaviour.hpp"
#include "sim/api/field.hpp"
#include "sim/api/job.hpp"

namespace tokenfab {

struct JobTraceConfig : JobBehaviour {
  std::string format = "auto";
  std::string path;
  double speedup = 1;
  std::optional<std::int64_t> num_jobs;

  static void describe(Describe<JobTraceConfig>& d);
};

class JobTrace final : public JobSource {
 public:
  explicit JobTrace(const JobTraceConfig& config) : config_(config) {}

  std::optional<TraceFile> trace_file() const override {
    return TraceFile{config_.path, config_.format};
  }
  void open(JobInputs inputs) override { trace_ = std::move(inputs.trace); }
  bool next(JobRow& row) override;
  std::map<std::string, std::uint64_t> dropped() const override;
  std::optional<std::uint64_t> expected_jobs() const override { return config_.num_jobs; }
  JobTraits traits() const override { return config_.traits(); }

 private:
  JobTraceConfig config_;
  std::unique_ptr<JobReader> trace_;
  std::int64_t given_ = 0;
};

}  // namespace tokenfab

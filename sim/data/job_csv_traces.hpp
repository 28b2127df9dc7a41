// SPDX-License-Identifier: Apache-2.0
// Job traces in comma-separated columns. None quotes: a field holds no comma.
#pragma once

#include <string_view>
#include <vector>

#include "sim/data/job_lines.hpp"

namespace tokenfab {

/// Tokenfab's own: a header naming `submit_s,run_s,chips` and any of
/// `estimate_s,priority,user,chip_share`, in any order. Jobs are numbered by row from 1.
class JobCsvTrace final : public JobLines {
 public:
  explicit JobCsvTrace(ByteStream stream);
  static bool recognises(std::string_view first_line);

 private:
  std::string_view parse(std::string_view line, JobRow& row) override;
  void parse_field(std::size_t column, std::string_view field, JobRow& row) const;

  std::vector<std::size_t> columns_;
};

/// Jobs of Microsoft's Philly clusters in the two forms they are handed down in: that of gavel
/// (stanford-futuredata/gavel) with seconds, the accounts being virtual clusters and the run time
/// the measured one of a V100; that of Chronus (S-Lab-System-Group/ChronusArtifact) with minutes,
/// in any order. Neither says how long an owner expected a job to run.
class PhillyTrace final : public JobLines {
 public:
  explicit PhillyTrace(ByteStream stream);
  static bool recognises(std::string_view first_line);

 private:
  std::string_view parse(std::string_view line, JobRow& row) override;

  bool is_chronus_;
};

/// Pods of Alibaba's openb cluster 2023 (alibaba/clusterdata). A pod is submitted at its creation
/// and runs from when it was scheduled until it was deleted; those still running at the end of the
/// trace are deleted then. A pod of one GPU may take a part of it (gpu_milli). The account is the
/// class of service.
class OpenbTrace final : public JobLines {
 public:
  explicit OpenbTrace(ByteStream stream);
  static bool recognises(std::string_view first_line);

 private:
  std::string_view parse(std::string_view line, JobRow& row) override;
};

}  // namespace tokenfab

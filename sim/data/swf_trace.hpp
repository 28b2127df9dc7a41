// SPDX-License-Identifier: Apache-2.0
// The Standard Workload Format of the Parallel Workloads Archive (version 2.2): lines of 18 numbers
// between blanks, -1 where a value is not known, `;` before comments.
// https://www.cs.huji.ac.il/labs/parallel/workload/swf.html
//
// Used are the job's number, its submission, its run time, the processors requested (those it was
// given, where that is not known), the time requested (no estimate, where that is not known) and
// the user. Its status is not: a job that failed or was cancelled ran as long as it says. A job
// without run time or processors is left out. The wait on record is not played, it is the result.
#pragma once

#include <string_view>

#include "sim/data/job_lines.hpp"

namespace tokenfab {

class SwfTrace final : public JobLines {
 public:
  explicit SwfTrace(ByteStream stream) : JobLines(std::move(stream), ';') {}

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  std::string_view parse(std::string_view line, JobRow& row) override;
};

}  // namespace tokenfab

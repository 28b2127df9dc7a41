// SPDX-License-Identifier: Apache-2.0
// What all line-by-line job traces have in common: rows in order of submission (or all of them read
// and sorted), rows left out counted by reason, at least one job. A format adds its own parse().
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/job.hpp"
#include "sim/data/row_lines.hpp"

namespace tokenfab {

/// Chips of one job at most.
inline constexpr std::uint32_t max_job_chips = 100'000'000;

class JobLines : public JobReader, protected RowLines {
 public:
  static constexpr std::size_t max_sorted_rows = 2'000'000;

  bool next(JobRow& row) final;
  const std::map<std::string, std::uint64_t>& dropped() const final { return dropped_; }

 protected:
  JobLines(ByteStream stream, std::string_view expected_header)
      : RowLines(std::move(stream), expected_header) {}
  /// Of a format without a header line.
  JobLines(ByteStream stream, char comment) : RowLines(std::move(stream), comment) {}

  /// Rows may stand in any order; those of one date keep file order. All are read before the first
  /// is given: a limit of max_sorted_rows.
  void sort_rows() { sorts_ = true; }

  /// Sets `row`, which is a fresh one but for its number, from a line. Calls reject* on a fault.
  /// Not empty: the row has a submission but no job to be played, and why.
  virtual std::string_view parse(std::string_view line, JobRow& row) = 0;

  Duration seconds(std::string_view column, std::string_view field) const;
  std::uint32_t chips(std::string_view column, std::string_view field) const;

 private:
  bool read(JobRow& row);
  void read_all();
  void end_rows();
  void check_order(Duration submit);

  std::map<std::string, std::uint64_t> dropped_;
  std::uint64_t rows_ = 0;
  Duration previous_submit_;
  bool has_job_ = false;
  bool ended_ = false;
  bool sorts_ = false;
  bool is_read_ = false;
  std::vector<JobRow> sorted_;
  std::size_t given_ = 0;
};

}  // namespace tokenfab

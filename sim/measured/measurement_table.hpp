// SPDX-License-Identifier: Apache-2.0
// A comma-separated file of measurements with a header, plain, gzip or zstd; commas between double
// quotes do not count, and the quotes are taken off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

class MeasurementTable {
 public:
  /// Throws DataError if the file cannot be read or is empty.
  explicit MeasurementTable(const std::string& path) : MeasurementTable(ByteStream(path)) {}
  explicit MeasurementTable(ByteStream stream);

  bool has(std::string_view column) const;
  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& path() const { return lines_.file(); }

  /// Goes to the next row; false at the end. Rows with another number of fields than the header
  /// are passed over and noted as problems.
  bool next();
  std::size_t line() const { return static_cast<std::size_t>(lines_.line_number()); }
  std::string_view text(std::string_view column) const;  // empty where there is no column
  /// 0 where empty or where there is no column. What is no number, or neither finite nor from 0
  /// up, is 0 and noted as a problem.
  double number(std::string_view column);
  /// The same for a whole number; more than most_counted is noted as a problem, too.
  std::int64_t count(std::string_view column);
  static constexpr std::int64_t most_counted = 1'000'000;

  void complain(std::string message, std::string fix = {});
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  LineReader lines_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::vector<Problem> problems_;
};

}  // namespace tokenfab

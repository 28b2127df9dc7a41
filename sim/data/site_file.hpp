// SPDX-License-Identifier: Apache-2.0
// A file of site data while it is read: its lines, what is wrong with it, and what to warn of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/file_faults.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

struct SiteReadOptions {
  double utc_offset_h = 0;  // of the site's clock, east positive
  /// Value of one unit of a currency in USD. USD itself need not be there.
  std::map<std::string, double> usd_per_currency;
  /// Gaps of at most so many hours are filled linearly, with a warning; longer ones are errors.
  double fill_gaps_h = 0;
};

class SiteFile {
 public:
  SiteFile(ByteStream stream, const SiteReadOptions& read_options,
           std::vector<std::string>& warnings)
      : options(read_options),
        lines_(std::move(stream)),
        warnings_(warnings),
        faults_(lines_.file()) {}

  /// The next line; false at the end.
  bool next(std::string_view& line) { return lines_.next(line); }
  const std::string& name() const { return lines_.file(); }
  /// Of the line last read.
  std::int64_t line_number() const { return lines_.line_number(); }

  void warn(std::int64_t line, std::string message);
  FileFaults& faults() { return faults_; }
  /// A fault of the line last read.
  void refuse(std::string message, std::string fix = {}) {
    faults_.add(line_number(), std::move(message), std::move(fix));
  }
  /// The same where reading on makes no sense: a wrong header.
  [[noreturn]] void reject(std::string message, std::string fix = {}) {
    faults_.reject(line_number(), std::move(message), std::move(fix));
  }

  /// USD for one unit of the currency; tells a fault and gives 1 if it is not known.
  double usd_per(std::string_view currency);

  const SiteReadOptions& options;

 private:
  LineReader lines_;
  std::vector<std::string>& warnings_;
  FileFaults faults_;
};

}  // namespace tokenfab

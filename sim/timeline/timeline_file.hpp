// SPDX-License-Identifier: Apache-2.0
// A text file, compressed by gzip if its name ends in .gz, that has its name only once it is whole.
// No date and no name stand in the header of gzip: the same text gives the same bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/report/result_files.hpp"

namespace tokenfab {

class TimelineFile {
 public:
  /// Throws ConfigError if the file cannot be made.
  explicit TimelineFile(const std::string& path);
  ~TimelineFile();

  void write(std::string_view text);
  void commit();

 private:
  class Gzip;

  PendingFile file_;
  std::unique_ptr<Gzip> gzip_;  // empty: plain text
  std::string buffer_;
};

}  // namespace tokenfab

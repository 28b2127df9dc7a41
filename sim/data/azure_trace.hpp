// SPDX-License-Identifier: Apache-2.0
// The request traces of Azure/AzurePublicDataset: `TIMESTAMP,ContextTokens,GeneratedTokens`.
#pragma once

#include "sim/data/line_trace.hpp"

namespace tokenfab {

/// Date 0 is the first row's timestamp, so the first request arrives at 0.
class AzureTrace final : public LineTrace {
 public:
  /// DataError: another header than the data set's.
  explicit AzureTrace(ByteStream stream);

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  bool parse(std::string_view line, RequestRow& row) override;

  Duration date_0_;  // since 1970
  bool date_0_known_ = false;
};

}  // namespace tokenfab

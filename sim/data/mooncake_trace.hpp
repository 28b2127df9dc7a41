// SPDX-License-Identifier: Apache-2.0
// The request traces of kvcache-ai/Mooncake, one JSON object per line:
//
//   {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, 2353]}
//
// `timestamp` is in whole milliseconds. `hash_ids` are the prompt's blocks of 512 tokens, the last
// of which may be partial; each is a span of the prompt. That block size is the format's own and
// has nothing to do with a serving engine's. Further keys are legal and not looked into.
#pragma once

#include <memory>

#include "sim/data/line_trace.hpp"

namespace tokenfab {

/// Timestamps count from date 0 as they are; they are not shifted to the first row.
class MooncakeTrace final : public LineTrace {
 public:
  explicit MooncakeTrace(ByteStream stream);
  ~MooncakeTrace() override;

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  class Json;

  bool parse(std::string_view line, RequestRow& row) override;

  std::unique_ptr<Json> json_;
};

}  // namespace tokenfab

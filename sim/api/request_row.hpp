// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/api/prompt.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

inline constexpr std::uint32_t max_request_tokens = 10'000'000;

/// One request of a trace. Readers refill the same row, so its strings keep their memory.
struct RequestRow {
  Duration arrival;  // since the trace's date 0
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::string tenant;
  std::int32_t priority = 0;
  std::string session;
  std::vector<PromptSpan> prompt;  // empty: the trace does not tell contents
};

}  // namespace tokenfab

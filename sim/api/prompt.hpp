// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tokenfab {

/// A stretch of a prompt by its content. A prompt is a list of spans; two prompts share a prefix
/// as far as their lists name the same contents, and within the first content that only one of
/// them holds whole, as far as the shorter span. So a conversation that grows is one span that
/// grows, and a trace of hashed blocks is one span per block.
/// `content` identifies the text and everything before it in the prompt (a chained hash): one
/// content always stands at the same place.
struct PromptSpan {
  std::uint64_t content = 0;
  std::uint32_t tokens = 0;
};

}  // namespace tokenfab

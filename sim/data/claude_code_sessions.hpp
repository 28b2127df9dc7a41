// SPDX-License-Identifier: Apache-2.0
// The Claude Code sessions of callanjfox/kv-cache-tester (traces/, at 94f6046d), one trace object
// per line:
//
//   {"id": "trace_0004", "block_size": 64, "tool_tokens": 12439, "system_tokens": 2979, "requests":
//     [{"t": 0.0, "type": "n", "in": 84352, "out": 154, "hash_ids": [1, 2], "api_time": 15.87,
//       "think_time": 0.0}, {"t": 100.65, "type": "subagent", "duration_ms": 91243, "requests":
//       [...]}]}
//
// The requests of a session are a chain: each is sent `think_time` (a tool's or a human's time;
// else what `t` and `api_time` leave) after the answer before it. Sub-agents, whose `t` is their
// end, are chains of their own that start from the request before them; the request after them
// waits for all of them.
//
// `hash_ids` are blocks of 64 tokens, each standing for all that is before it, numbered within the
// session; the last, partial block has none and is taken to go on in the request that continues
// this one. A stretch of blocks that has been sent once is one span, however often it is sent
// again. Left out: requests without an answer (`out` 0); what sessions share with each other
// (system prompt and tools), because the ids do not tell.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/data/session_lines.hpp"

namespace tokenfab {

/// Which prompts of a session begin alike, told from the ids of their blocks: texts that grow, each
/// beginning within an earlier one or at the prompt's start.
class BlockTexts {
 public:
  void clear(std::uint64_t number);
  /// Appends the spans of a prompt to `spans`; ids.size() == input_tokens / block_tokens.
  void append_prompt(const std::vector<std::uint64_t>& ids, std::uint32_t input_tokens,
                     std::vector<PromptSpan>& spans);

  static constexpr std::uint32_t block_tokens = 64;

 private:
  static constexpr std::uint32_t none = 0xffffffffU;
  struct Text {
    std::uint64_t content;
    std::uint32_t parent;        // none: begins at the prompt's start
    std::uint32_t begin_blocks;  // from the prompt's start
    std::uint32_t end_blocks;    // of what has been sent so far
  };
  struct Place {
    std::uint32_t text;
    std::uint32_t blocks;  // up to and with this one
  };

  std::uint64_t number_ = 0;
  std::vector<Text> texts_;
  std::unordered_map<std::uint64_t, Place> places_;  // by chained id; only looked up
  std::vector<std::uint64_t> last_ids_;              // of the prompt before ...
  std::vector<std::uint64_t> last_chain_;            // ... chained
};

class ClaudeCodeSessions final : public SessionLines {
 public:
  explicit ClaudeCodeSessions(ByteStream stream) : SessionLines(std::move(stream)) {}

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  /// The last request of a chain, and when its answer was out.
  struct Link {
    std::optional<std::uint32_t> request;
    Duration end;
    bool is_launch = false;  // the next request is a sub-agent's first
  };

  void parse(const simdjson::dom::object& object, Session& session) override;
  void read_subagent(const JsonFields& item, const Link& main, std::vector<Link>& pending,
                     Session& session);
  void read_request(const JsonFields& item, Duration offset, Link& chain,
                    std::vector<Link>& pending, Session& session);
  static Duration gap_before(const JsonFields& item, Duration start, const Link& chain,
                             const std::vector<Link>& pending);
  bool read_blocks(const JsonFields& item, std::uint32_t input_tokens);

  BlockTexts texts_;
  std::vector<std::uint64_t> ids_;
};

}  // namespace tokenfab

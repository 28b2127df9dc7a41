// SPDX-License-Identifier: Apache-2.0
// The retrieval-augmented requests of flashserve/RAGPulse (at 3672232d), one JSON object per line:
//
//   {"timestamp": "82", "input_length": 3112, "output_length": 192, "hash_ids":
//     {"sys_prompt": [8302], "passages_ids": [7398, 7370], "history": [15200], "web_search": [],
//      "user_input": [26923]}, "session_id": "1757476916095-afhwfadnh5ew"}
//
// `timestamp` is in seconds. A prompt is its sections in that order; how many tokens an id has is
// in the files beside it (1_sys_prompt.jsonl to 5_web_search.jsonl, compressed or not). What
// input_length has above their sum (the template) is taken to stand at the prompt's end.
//
// Rows are not in order of arrival, so all of them are read and sorted (equal dates keep file
// order) before the first is given: a limit of 2 million rows.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/api/request_reader.hpp"
#include "sim/data/json_fields.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

/// Tokens by id, for each section of a prompt in order.
struct RagpulseLengths {
  static constexpr std::array<std::string_view, 5> sections{"sys_prompt", "passages_ids", "history",
                                                            "web_search", "user_input"};
  std::array<std::unordered_map<std::uint64_t, std::uint32_t>, sections.size()> tokens;

  /// Reads the files beside the trace. ConfigError: one is missing. DataError: a bad line.
  static RagpulseLengths beside(const std::string& trace_path);
};

class RagpulseTrace final : public RequestReader {
 public:
  static constexpr std::size_t max_rows = 2'000'000;

  explicit RagpulseTrace(ByteStream stream);
  RagpulseTrace(ByteStream stream, RagpulseLengths lengths);

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

  bool next(RequestRow& row) override;

 private:
  void read_all();
  void parse(std::string_view line, RequestRow& row);
  void read_prompt(const JsonFields& fields, RequestRow& row);

  LineReader lines_;
  RagpulseLengths lengths_;
  simdjson::dom::parser parser_;
  LineFaults faults_;
  std::vector<RequestRow> rows_;
  std::size_t given_ = 0;
  bool is_read_ = false;
};

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/mooncake_trace.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/mix.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/json_line.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

namespace ondemand = simdjson::ondemand;

enum Key : unsigned { timestamp, input_length, output_length, hash_ids, unknown };
constexpr std::array<std::string_view, 4> key_names{"timestamp", "input_length", "output_length",
                                                    "hash_ids"};
constexpr unsigned all_keys = (1U << key_names.size()) - 1;
constexpr std::uint32_t block_tokens = 512;  // of the format (Mooncake, FAST25-release/README)
constexpr std::size_t usual_blocks = 32;     // more make the list grow
constexpr std::uint64_t max_timestamp_ms = std::uint64_t{max_arrival_seconds} * 1000;

Key key_of(std::string_view name) {
  const auto* const found = std::find(key_names.begin(), key_names.end(), name);
  return static_cast<Key>(found - key_names.begin());
}

/// The text of a value as far as it is cheap to have: of a list or an object the first byte.
std::string_view text_of(ondemand::value value) {
  std::string_view text = value.raw_json_token();
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

/// The whole number that a value is; none if it is something else or above `limit`.
std::optional<std::uint64_t> whole_number(ondemand::value value, std::uint64_t limit) {
  std::uint64_t number = 0;
  const bool is_whole = value.get_uint64().get(number) == simdjson::SUCCESS && number <= limit;
  return is_whole ? std::optional(number) : std::nullopt;
}

}  // namespace

/// Reads one line at a time on behalf of a trace.
class MooncakeTrace::Json {
 public:
  void parse(const MooncakeTrace& trace, std::string_view line, RequestRow& row) {
    ondemand::document document = line_.read(line);
    unsigned seen = 0;
    for (auto member : document.get_object()) {
      const Key key = key_of(member.unescaped_key());
      if (key == unknown) {
        continue;
      }
      if ((seen >> key & 1U) != 0) [[unlikely]] {
        trace.reject(fmt::format("{} is there twice in {}", key_names[key], quote(line)));
      }
      seen |= 1U << key;
      take(trace, key, member.value(), row);
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) [[unlikely]] {
      trace.reject(fmt::format("more than one JSON object in {}", quote(line)));
    }
    if (seen != all_keys) [[unlikely]] {
      const auto missing = static_cast<std::size_t>(std::countr_one(seen));
      trace.reject(fmt::format("{} is missing in {}", key_names[missing], quote(line)));
    }
    take_prompt(trace, row);
  }

 private:
  static void take(const MooncakeTrace& trace, Key key, ondemand::value value, RequestRow& row) {
    switch (key) {
      case timestamp:
        if (const auto ms = whole_number(value, max_timestamp_ms)) [[likely]] {
          constexpr std::int64_t ticks_per_ms = Duration::ticks_per_second / 1000;
          row.arrival = Duration::from_ticks(Int128{*ms} * ticks_per_ms);
          return;
        }
        trace.reject_field("timestamp", text_of(value),
                           fmt::format("whole milliseconds from 0 to {}", max_timestamp_ms));
      case input_length:
        row.input_tokens = tokens(trace, "input_length", "input", value);
        return;
      case output_length:
        row.output_tokens = tokens(trace, "output_length", "output", value);
        return;
      default:
        read_ids(trace, value, row);
    }
  }

  static std::uint32_t tokens(const MooncakeTrace& trace, std::string_view key,
                              std::string_view side, ondemand::value value) {
    const auto count = whole_number(value, max_request_tokens);
    if (!count || *count == 0) [[unlikely]] {
      trace.reject_count(key, side, text_of(value));
    }
    return static_cast<std::uint32_t>(*count);
  }

  static void read_ids(const MooncakeTrace& trace, ondemand::value value, RequestRow& row) {
    constexpr std::string_view expected = "a list of integers";
    if (text_of(value) != "[") [[unlikely]] {
      trace.reject_field("hash_ids", text_of(value), expected);
    }
    auto& blocks = row.prompt;
    blocks.clear();
    blocks.reserve(usual_blocks);
    // The ids of the public files already stand for all that is before them; chained they do so in
    // any file. Only a multiplication waits for the block before (as in FxHash of rustc): the rest
    // runs ahead, and reading stays fast.
    std::uint64_t chain = 0x9e3779b97f4a7c15u;  // not 0, which ids of 0 would leave as it is
    for (auto element : value.get_array()) {
      ondemand::value id = element.value();
      std::int64_t number = 0;
      if (id.get_int64().get(number) != simdjson::SUCCESS) [[unlikely]] {
        trace.reject_field("an element of hash_ids", text_of(id), "an integer");
      }
      chain = (std::rotl(chain, 5) ^ static_cast<std::uint64_t>(number)) * 0x517cc1b727220a95u;
      blocks.push_back({mixed(chain), block_tokens});
    }
  }

  /// The ids are as many as the prompt has blocks, the last of which may be partial.
  static void take_prompt(const MooncakeTrace& trace, RequestRow& row) {
    const std::size_t blocks = (row.input_tokens + block_tokens - 1) / block_tokens;
    if (row.prompt.size() != blocks) [[unlikely]] {
      trace.reject(fmt::format("{} hash_ids for {} input tokens, expected {} of {} tokens each",
                               row.prompt.size(), row.input_tokens, blocks, block_tokens));
    }
    const auto before_last = static_cast<std::uint32_t>(blocks - 1) * block_tokens;
    row.prompt.back().tokens = row.input_tokens - before_last;
  }

  JsonLine line_;
};

MooncakeTrace::MooncakeTrace(ByteStream stream)
    : LineTrace(std::move(stream)), json_(std::make_unique<Json>()) {}

MooncakeTrace::~MooncakeTrace() = default;

bool MooncakeTrace::recognises(std::string_view first_line) {
  const std::size_t first = first_line.find_first_not_of(" \t");
  return first != std::string_view::npos && first_line[first] == '{' &&
         first_line.find("\"input_length\"") != std::string_view::npos &&
         first_line.find("\"passages_ids\"") == std::string_view::npos;  // that is RAGPulse
}

bool MooncakeTrace::parse(std::string_view line, RequestRow& row) {
  row.tenant.clear();
  row.priority = 0;
  row.session.clear();
  try {
    json_->parse(*this, line, row);
  } catch (const simdjson::simdjson_error& error) {
    reject(fmt::format("{} is no JSON object ({})", quote(line), error.what()));
  }
  return true;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/ragpulse_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "sim/core/mix.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_problems = 20;

/// The file of a section's lengths, and what it calls its ids.
struct LengthFile {
  std::string_view name;
  std::string_view id_key;
};
constexpr std::array<LengthFile, RagpulseLengths::sections.size()> length_files{
    {{"1_sys_prompt.jsonl", "sys_prompt_id"},
     {"2_passages.jsonl", "passage_id"},
     {"3_history.jsonl", "history_id"},
     {"5_web_search.jsonl", "web_search_id"},
     {"4_user_input.jsonl", "user_input_id"}}};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

std::string length_path(const std::string& trace_path, std::string_view name) {
  const fs::path folder = fs::path(trace_path).parent_path();
  for (const auto* suffix : {"", ".gz", ".zst"}) {
    const fs::path path = folder / (std::string(name) + suffix);
    std::error_code unreadable;  // a path that cannot be looked at is not there
    if (fs::exists(path, unreadable)) {
      return path.string();
    }
  }
  throw ConfigError({problem_at(
      trace_path, 0, fmt::format("{}, which tells the lengths of its sections, is missing", name),
      "put the files of RAGPulse in one folder")});
}

std::optional<std::uint64_t> whole(const JsonFields& fields, std::string_view key) {
  const auto found = fields.find(key);
  std::uint64_t number = 0;
  if (found && found->get_uint64().get(number) == simdjson::SUCCESS) {
    return number;
  }
  fields.add(fmt::format("{} is not a whole number", key));
  return std::nullopt;
}

/// Parses a line as an object; adds a fault and gives nothing if it is none.
std::optional<simdjson::dom::object> object_of(simdjson::dom::parser& parser, std::string_view line,
                                               LineFaults& faults) {
  simdjson::dom::object object;
  const auto error = parser.parse(line.data(), line.size(), true).get_object().get(object);
  if (error != simdjson::SUCCESS) {
    faults.add(
        fmt::format("{} is no JSON object ({})", quote(line), simdjson::error_message(error)));
    return std::nullopt;
  }
  return object;
}

}  // namespace

RagpulseLengths RagpulseLengths::beside(const std::string& trace_path) {
  RagpulseLengths lengths;
  simdjson::dom::parser parser;
  for (std::size_t section = 0; section < sections.size(); ++section) {
    LineReader lines{ByteStream(length_path(trace_path, length_files[section].name))};
    for (std::string_view line; lines.next(line);) {
      if (is_blank(line)) {
        continue;
      }
      LineFaults faults;
      faults.begin(lines.file(), lines.line_number());
      if (const auto object = object_of(parser, line, faults)) {
        const JsonFields fields(*object, "", faults);
        const auto id = whole(fields, length_files[section].id_key);
        const auto tokens = fields.tokens("token_length");
        if (id && tokens) {
          lengths.tokens[section][*id] = *tokens;
        }
      }
      faults.raise();
    }
  }
  return lengths;
}

RagpulseTrace::RagpulseTrace(ByteStream stream)
    : lines_(std::move(stream)), lengths_(RagpulseLengths::beside(lines_.file())) {}

RagpulseTrace::RagpulseTrace(ByteStream stream, RagpulseLengths lengths)
    : lines_(std::move(stream)), lengths_(std::move(lengths)) {}

bool RagpulseTrace::recognises(std::string_view first_line) {
  const std::size_t first = first_line.find_first_not_of(" \t");
  return first != std::string_view::npos && first_line[first] == '{' &&
         first_line.find("\"passages_ids\"") != std::string_view::npos;
}

bool RagpulseTrace::next(RequestRow& row) {
  if (!std::exchange(is_read_, true)) {
    read_all();
  }
  if (given_ == rows_.size()) {
    return false;
  }
  row = std::move(rows_[given_++]);
  return true;
}

void RagpulseTrace::read_all() {
  std::vector<Problem> problems;
  for (std::string_view line; problems.size() < max_problems;) {
    try {
      if (!lines_.next(line)) {
        break;
      }
      if (is_blank(line)) {
        continue;
      }
      faults_.begin(lines_.file(), lines_.line_number());
      if (rows_.size() == max_rows) {
        faults_.add(fmt::format("the trace has more than {} rows", max_rows));
      } else {
        parse(line, rows_.emplace_back());
      }
      faults_.raise();
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (problems.empty() && rows_.empty()) {
    problems.push_back(problem_at(lines_.file(), lines_.line_number(), "the trace has no rows"));
  }
  if (!problems.empty()) {
    rows_.clear();
    problems.resize(std::min(problems.size(), max_problems));
    throw DataError(std::move(problems));
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
}

void RagpulseTrace::parse(std::string_view line, RequestRow& row) {
  const auto object = object_of(parser_, line, faults_);
  if (!object) {
    return;
  }
  const JsonFields fields(*object, "", faults_);
  if (const auto text = fields.text("timestamp")) {
    const auto arrival = parse_seconds(*text);
    if (!arrival) {
      fields.add(fmt::format("timestamp is {}, expected decimal seconds from 0 to {}", quote(*text),
                             max_arrival_seconds));
    }
    row.arrival = arrival.value_or(Duration());
  }
  row.input_tokens = fields.tokens("input_length").value_or(0);
  row.output_tokens = fields.tokens("output_length").value_or(0);
  if (fields.find("session_id")) {
    row.session = fields.text("session_id").value_or("");
  }
  if (faults_.empty()) {
    read_prompt(fields, row);
  }
}

void RagpulseTrace::read_prompt(const JsonFields& fields, RequestRow& row) {
  const auto found = fields.find("hash_ids");
  simdjson::dom::object object;
  if (!found || found->get_object().get(object) != simdjson::SUCCESS) {
    fields.add("hash_ids is no object of lists");
    return;
  }
  const JsonFields sections(object, "hash_ids", faults_);
  std::uint64_t sum = 0;
  std::uint64_t content = 0;
  for (std::size_t section = 0; section < RagpulseLengths::sections.size(); ++section) {
    const auto name = RagpulseLengths::sections[section];
    const auto ids = sections.list(name);
    if (!ids) {
      continue;
    }
    for (const auto element : *ids) {
      std::uint64_t id = 0;
      if (element.get_uint64().get(id) != simdjson::SUCCESS) {
        sections.refuse(fmt::format("an element of {}", name), element, "a whole number");
        continue;
      }
      const auto length = lengths_.tokens[section].find(id);
      if (length == lengths_.tokens[section].end()) {
        sections.add(
            fmt::format("{} {} has no length in {}", name, id, length_files[section].name));
        continue;
      }
      content = chained(content, id);
      row.prompt.push_back({content, length->second});
      sum += length->second;
    }
  }
  if (sum > row.input_tokens) {
    fields.add(fmt::format("input_length is {}, below the {} tokens of its sections",
                           row.input_tokens, sum));
  } else if (sum < row.input_tokens) {
    const auto rest = row.input_tokens - static_cast<std::uint32_t>(sum);
    row.prompt.push_back({chained(content, lines_.line_number()), rest});
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/claude_code_sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/mix.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

/// Whether a prompt holds an earlier one and, in the same text, its answer.
bool continues(const Session& session, const SessionRequest& earlier,
               const SessionRequest& request) {
  const auto before = session.prompt_of(earlier);
  const auto now = session.prompt_of(request);
  const auto last = before.size() - 1;
  return now.size() > last && now[last].content == before[last].content &&
         now[last].tokens >= std::uint64_t{before[last].tokens} + earlier.output_tokens;
}

}  // namespace

void BlockTexts::clear(std::uint64_t number) {
  number_ = mixed(number);
  texts_.clear();
  places_.clear();
  last_ids_.clear();
  last_chain_.clear();
}

void BlockTexts::append_prompt(const std::vector<std::uint64_t>& ids, std::uint32_t input_tokens,
                               std::vector<PromptSpan>& spans) {
  const auto same = static_cast<std::size_t>(
      std::mismatch(ids.begin(), ids.end(), last_ids_.begin(), last_ids_.end()).first -
      ids.begin());
  last_chain_.resize(same);
  std::uint64_t chain = same > 0 ? last_chain_.back() : number_;
  Place place{none, 0};
  if (same > 0) {
    place = places_.at(chain);
  }
  std::size_t known = same;
  for (std::size_t i = same; i < ids.size(); ++i) {
    chain = chained(chain, ids[i]);
    last_chain_.push_back(chain);
    const auto found = places_.find(chain);
    if (known == i && found != places_.end()) {
      place = found->second;
      ++known;
    }
  }
  const auto blocks = static_cast<std::uint32_t>(ids.size());
  const bool at_end = place.text != none && texts_[place.text].end_blocks == place.blocks;
  std::uint32_t text = place.text;
  const bool has_more = known < blocks || place.text == none;
  if (has_more && !at_end) {
    text = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back({chained(number_, text), place.text, place.blocks, place.blocks});
  }
  for (std::size_t i = known; i < ids.size(); ++i) {
    places_.try_emplace(last_chain_[i], Place{text, static_cast<std::uint32_t>(i) + 1});
  }
  texts_[text].end_blocks = std::max(texts_[text].end_blocks, blocks);
  last_ids_ = ids;
  // From the last text back to the first, then in the prompt's order.
  const std::size_t first = spans.size();
  std::uint32_t end_tokens = input_tokens;
  for (; text != none; text = texts_[text].parent) {
    const std::uint32_t begin_tokens = texts_[text].begin_blocks * block_tokens;
    if (end_tokens > begin_tokens) {
      spans.push_back({texts_[text].content, end_tokens - begin_tokens});
      end_tokens = begin_tokens;
    }
  }
  std::reverse(spans.begin() + static_cast<std::ptrdiff_t>(first), spans.end());
}

bool ClaudeCodeSessions::recognises(std::string_view first_line) {
  const std::size_t first = first_line.find_first_not_of(" \t");
  return first != std::string_view::npos && first_line[first] == '{' &&
         first_line.find("\"hash_id_scope\"") != std::string_view::npos;
}

void ClaudeCodeSessions::parse(const simdjson::dom::object& object, Session& session) {
  const JsonFields fields(object, "", faults());
  const auto block_size = fields.tokens("block_size");
  if (block_size && *block_size != BlockTexts::block_tokens) {
    faults().add(
        fmt::format("block_size is {}, expected {}", *block_size, BlockTexts::block_tokens));
  }
  const auto requests = fields.list("requests");
  if (!requests) {
    return;
  }
  texts_.clear(session_number());
  Link main;
  std::vector<Link> subagents;  // not yet joined
  std::size_t place = 0;
  for (const auto element : *requests) {
    const auto where = fmt::format("requests[{}]", place++);
    simdjson::dom::object request;
    if (element.get_object().get(request) != simdjson::SUCCESS) {
      faults().add(where + " is no object");
      continue;
    }
    const JsonFields item(request, where, faults());
    if (item.text("type") == "subagent") {
      read_subagent(item, main, subagents, session);
    } else {
      read_request(item, Duration(), main, subagents, session);
    }
  }
}

void ClaudeCodeSessions::read_subagent(const JsonFields& item, const Link& main,
                                       std::vector<Link>& pending, Session& session) {
  const Duration end = item.seconds("t", Duration());
  const Duration length = item.seconds("duration_ms", Duration()) / 1000;
  const auto requests = item.list("requests");
  if (!requests) {
    return;
  }
  const Duration start = std::max(end - length, main.end);
  Link chain = main;
  chain.is_launch = true;
  std::vector<Link> none;
  for (const auto element : *requests) {
    simdjson::dom::object request;
    if (element.get_object().get(request) != simdjson::SUCCESS) {
      item.add("a request of the sub-agent is no object");
      continue;
    }
    read_request(JsonFields(request, "a sub-agent's request", faults()), start, chain, none,
                 session);
  }
  if (chain.request != main.request) {
    pending.push_back({chain.request, std::max(end, chain.end)});
  }
}

void ClaudeCodeSessions::read_request(const JsonFields& item, Duration offset, Link& chain,
                                      std::vector<Link>& pending, Session& session) {
  const auto input = item.tokens("in");
  const auto output = item.tokens("out", 0);
  if (!input || !output || !read_blocks(item, *input)) {
    return;
  }
  if (*output == 0) {
    skip_request();
    return;
  }
  const Duration start = offset + item.seconds("t", Duration());
  SessionRequest request;
  request.input_tokens = *input;
  request.output_tokens = *output;
  request.gap = gap_before(item, start, chain, pending);
  request.after_begin = static_cast<std::uint32_t>(session.after.size());
  if (chain.request) {
    session.after.push_back(*chain.request);
  }
  for (const auto& branch : pending) {
    session.after.push_back(*branch.request);
  }
  pending.clear();
  request.after_end = static_cast<std::uint32_t>(session.after.size());
  request.span_begin = static_cast<std::uint32_t>(session.spans.size());
  texts_.append_prompt(ids_, *input, session.spans);
  request.span_end = static_cast<std::uint32_t>(session.spans.size());
  if (chain.request) {
    SessionRequest& before = session.requests[*chain.request];
    before.answer_joins_last = continues(session, before, request);
  }
  chain.request = static_cast<std::uint32_t>(session.requests.size());
  chain.end = start + item.seconds("api_time", Duration());
  chain.is_launch = false;
  session.requests.push_back(request);
}

/// As recorded; a sub-agent's first request and one that joins sub-agents have no time of their own
/// on record.
Duration ClaudeCodeSessions::gap_before(const JsonFields& item, Duration start, const Link& chain,
                                        const std::vector<Link>& pending) {
  Duration awaited = chain.end;
  for (const auto& branch : pending) {
    awaited = std::max(awaited, branch.end);
  }
  const Duration left = std::max(start - awaited, Duration());
  const bool is_first = !chain.request || chain.is_launch;
  return is_first || !pending.empty() ? left : item.seconds("think_time", left);
}

bool ClaudeCodeSessions::read_blocks(const JsonFields& item, std::uint32_t input_tokens) {
  const auto list = item.list("hash_ids");
  if (!list) {
    return false;
  }
  ids_.clear();
  for (const auto element : *list) {
    std::int64_t id = 0;
    if (element.get_int64().get(id) != simdjson::SUCCESS) {
      item.refuse("an element of hash_ids", element, "an integer");
      return false;
    }
    ids_.push_back(static_cast<std::uint64_t>(id));
  }
  const std::size_t blocks = input_tokens / BlockTexts::block_tokens;
  if (ids_.size() != blocks) {
    item.add(fmt::format("{} hash_ids for {} input tokens, expected {} of {} tokens each",
                         ids_.size(), input_tokens, blocks, BlockTexts::block_tokens));
    return false;
  }
  return true;
}

}  // namespace tokenfab

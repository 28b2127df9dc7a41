// SPDX-License-Identifier: Apache-2.0
#include "sim/data/session_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "sim/core/mix.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

constexpr std::array<std::string_view, 3> session_keys{"session", "agent", "requests"};
constexpr std::array<std::string_view, 6> request_keys{"id",           "after",         "gap_s",
                                                       "input_tokens", "output_tokens", "context"};
constexpr std::array<std::string_view, 3> context_keys{"shared", "own", "tokens"};

}  // namespace

bool SessionFile::recognises(std::string_view first_line) {
  const std::size_t first = first_line.find_first_not_of(" \t");
  return first != std::string_view::npos && first_line[first] == '{' &&
         first_line.find("\"session\"") != std::string_view::npos &&
         first_line.find("\"requests\"") != std::string_view::npos;
}

void SessionFile::parse(const simdjson::dom::object& object, Session& session) {
  const JsonFields fields(object, "", faults());
  fields.allow_only(session_keys);
  fields.text("session");
  if (fields.find("agent")) {
    session.agent = fields.text("agent").value_or("");
  }
  const auto requests = fields.list("requests");
  if (!requests) {
    return;
  }
  written_.assign(requests->size(), {});
  std::size_t place = 0;
  for (const auto element : *requests) {
    read_request(element, written_[place++]);
  }
  resolve_after(*requests);
  if (!faults().empty()) {
    return;
  }
  const auto order = ordered();
  std::vector<std::uint32_t> number(written_.size());
  for (const auto at : order) {
    Written& written = written_[at];
    derive_context(written, at);
    SessionRequest& request = written.request;
    number[at] = static_cast<std::uint32_t>(session.requests.size());
    request.after_begin = static_cast<std::uint32_t>(session.after.size());
    for (const auto before : written.after) {
      session.after.push_back(number[before]);
    }
    request.after_end = static_cast<std::uint32_t>(session.after.size());
    request.span_begin = static_cast<std::uint32_t>(session.spans.size());
    session.spans.insert(session.spans.end(), written.context.begin(), written.context.end());
    request.span_end = static_cast<std::uint32_t>(session.spans.size());
    request.answer_joins_last = true;
    session.requests.push_back(request);
  }
}

void SessionFile::read_request(const simdjson::dom::element& element, Written& written) {
  const auto place = &written - written_.data();
  simdjson::dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) {
    faults().add(fmt::format("requests[{}] is no object", place));
    return;
  }
  const JsonFields fields(object, fmt::format("requests[{}]", place), faults());
  fields.allow_only(request_keys);
  if (const auto id = fields.text("id")) {
    written.id = *id;
  }
  written.request.gap = fields.seconds("gap_s", Duration());
  const auto input = fields.tokens("input_tokens");
  const auto output = fields.tokens("output_tokens");
  if (input && output) {
    written.request.input_tokens = *input;
    written.request.output_tokens = *output;
    read_context(fields, written);
  }
}

void SessionFile::read_context(const JsonFields& fields, Written& written) {
  if (!fields.find("context")) {
    return;
  }
  const auto list = fields.list("context");
  if (!list) {
    return;
  }
  std::uint64_t sum = 0;
  std::uint64_t before = 0;  // all that stands before in the prompt
  for (const auto element : *list) {
    simdjson::dom::object object;
    if (element.get_object().get(object) != simdjson::SUCCESS) {
      fields.add("context holds something that is no object");
      return;
    }
    const JsonFields text(object, fmt::format("context of {}", quote(written.id)), faults());
    text.allow_only(context_keys);
    const bool is_shared = text.find("shared").has_value();
    if (is_shared == text.find("own").has_value()) {
      text.add("a text is either \"shared\" or \"own\"");
      return;
    }
    const auto name = text.text(is_shared ? "shared" : "own");
    const auto tokens = text.tokens("tokens");
    if (!name || !tokens) {
      return;
    }
    const auto scope = is_shared ? 0 : session_number();
    before = chained(before, chained(mixed(scope), text_number(*name)));
    written.context.push_back({before, *tokens});
    sum += *tokens;
  }
  if (sum != written.request.input_tokens) {
    fields.add(fmt::format("context has {} tokens, expected the {} of input_tokens", sum,
                           written.request.input_tokens));
  }
}

void SessionFile::resolve_after(const simdjson::dom::array& requests) {
  places_.clear();
  std::vector<std::string_view> ids;
  for (std::uint32_t i = 0; i < written_.size(); ++i) {
    ids.push_back(written_[i].id);
    const auto [known, is_new] = places_.try_emplace(written_[i].id, i);
    if (!is_new && !written_[i].id.empty()) {
      faults().add(fmt::format("requests[{}]: the id {} is that of requests[{}] too", i,
                               quote(written_[i].id), known->second));
    }
  }
  std::size_t place = 0;
  for (const auto element : requests) {
    Written& written = written_[place++];
    simdjson::dom::object object;
    if (element.get_object().get(object) != simdjson::SUCCESS) {
      continue;
    }
    const JsonFields fields(object, fmt::format("requests[{}]", place - 1), faults());
    const auto after = fields.find("after") ? fields.list("after") : std::nullopt;
    if (!after) {
      continue;
    }
    for (const auto name : *after) {
      std::string_view id;
      if (name.get_string().get(id) != simdjson::SUCCESS) {
        fields.refuse("an element of after", name, "a string");
        continue;
      }
      const auto found = places_.find(id);
      if (found == places_.end()) {
        fields.add(fmt::format("after names {}, which is no request of the session", quote(id)),
                   did_you_mean(id, ids));
      } else if (std::find(written.after.begin(), written.after.end(), found->second) ==
                 written.after.end()) {
        written.after.push_back(found->second);
      }
    }
  }
}

std::vector<std::uint32_t> SessionFile::ordered() {
  std::vector<std::vector<std::uint32_t>> followers(written_.size());
  std::vector<std::uint32_t> missing(written_.size());
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < written_.size(); ++i) {
    missing[i] = static_cast<std::uint32_t>(written_[i].after.size());
    for (const auto before : written_[i].after) {
      followers[before].push_back(i);
    }
    if (missing[i] == 0) {
      order.push_back(i);
    }
  }
  for (std::size_t done = 0; done < order.size(); ++done) {
    for (const auto follower : followers[order[done]]) {
      if (--missing[follower] == 0) {
        order.push_back(follower);
      }
    }
  }
  if (order.size() < written_.size()) {
    name_cycle(missing);
    order.clear();
  }
  return order;
}

void SessionFile::name_cycle(const std::vector<std::uint32_t>& missing_answers) {
  // Each request left over waits for another one left over: following those ends in a cycle.
  const auto left_over = [&](std::uint32_t place) { return missing_answers[place] > 0; };
  std::uint32_t place = 0;
  while (!left_over(place)) {
    ++place;
  }
  std::vector<std::uint32_t> path;
  while (std::find(path.begin(), path.end(), place) == path.end()) {
    path.push_back(place);
    const auto& after = written_[place].after;
    place = *std::find_if(after.begin(), after.end(), left_over);
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), place));
  path.push_back(place);
  constexpr std::size_t shown = 8;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(path.size(), shown); ++i) {
    names.push_back(quote(written_[path[i]].id));
  }
  const auto* more = path.size() > shown ? " after ..." : "";
  faults().add(fmt::format("requests wait for each other: {}{}", fmt::join(names, " after "), more),
               "take one of them out of \"after\"");
}

void SessionFile::derive_context(Written& written, std::uint32_t place) {
  if (!written.context.empty()) {
    return;
  }
  const std::uint32_t input = written.request.input_tokens;
  const auto own_text = chained(mixed(session_number()), place);
  if (!written.after.empty()) {
    Written& before = written_[written.after.front()];
    const auto told = before.request.input_tokens + before.request.output_tokens;
    if (input >= told) {
      written.context = before.context;
      written.context.back().tokens += before.request.output_tokens;
      if (!std::exchange(before.is_continued, true)) {
        written.context.back().tokens += input - told;
      } else {
        // At least a token of its own, for its answer to join.
        const std::uint32_t own = std::max(input - told, 1U);
        written.context.back().tokens -= own - (input - told);
        written.context.push_back({chained(written.context.back().content, own_text), own});
      }
      return;
    }
  }
  written.context = {{own_text, input}};
}

}  // namespace tokenfab

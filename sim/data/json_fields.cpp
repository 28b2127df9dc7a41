// SPDX-License-Identifier: Apache-2.0
#include "sim/data/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/api/request_row.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {

void LineFaults::add(std::string message, std::string fix) {
  const bool is_known =
      std::any_of(problems_.begin(), problems_.end(),
                  [&](const Problem& problem) { return problem.message == message; });
  if (!is_known && problems_.size() < most) {
    problems_.push_back(problem_at(*file_, line_, std::move(message), std::move(fix)));
  }
}

void LineFaults::raise() {
  if (!problems_.empty()) {
    throw DataError(std::exchange(problems_, {}));
  }
}

void JsonFields::allow_only(std::span<const std::string_view> known) const {
  for (const auto& [key, value] : object_) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      add(fmt::format("unknown key {}", quote(key)), did_you_mean(key, known));
    }
  }
}

std::optional<simdjson::dom::element> JsonFields::find(std::string_view key) const {
  std::optional<simdjson::dom::element> found;
  for (const auto& [name, value] : object_) {
    if (name == key) {
      if (found) {
        add(fmt::format("{} is there twice", key));
      }
      found = value;
    }
  }
  return found && !found->is_null() ? found : std::nullopt;
}

std::optional<simdjson::dom::element> JsonFields::require(std::string_view key) const {
  auto found = find(key);
  if (!found) {
    add(fmt::format("{} is missing", key));
  }
  return found;
}

std::optional<std::uint32_t> JsonFields::tokens(std::string_view key, std::uint32_t least) const {
  const auto found = require(key);
  if (!found) {
    return std::nullopt;
  }
  std::uint64_t count = 0;
  if (found->get_uint64().get(count) != simdjson::SUCCESS || count < least ||
      count > max_request_tokens) {
    refuse(key, *found, fmt::format("a whole number from {} to {}", least, max_request_tokens));
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(count);
}

Duration JsonFields::seconds(std::string_view key, Duration absent) const {
  const auto found = find(key);
  if (!found) {
    return absent;
  }
  double seconds = 0;
  if (found->get_double().get(seconds) != simdjson::SUCCESS || !(seconds >= 0) ||
      seconds > static_cast<double>(max_arrival_seconds)) {
    refuse(key, *found, fmt::format("seconds from 0 to {}", max_arrival_seconds));
    return absent;
  }
  return Duration::from_seconds(seconds);
}

std::optional<std::string_view> JsonFields::text(std::string_view key) const {
  const auto found = require(key);
  std::string_view text;
  if (found && found->get_string().get(text) != simdjson::SUCCESS) {
    refuse(key, *found, "a string");
    return std::nullopt;
  }
  return found ? std::optional(text) : std::nullopt;
}

std::optional<simdjson::dom::array> JsonFields::list(std::string_view key) const {
  const auto found = require(key);
  simdjson::dom::array list;
  if (found && found->get_array().get(list) != simdjson::SUCCESS) {
    refuse(key, *found, "a list");
    return std::nullopt;
  }
  return found ? std::optional(list) : std::nullopt;
}

void JsonFields::refuse(std::string_view key, const simdjson::dom::element& found,
                        std::string_view expected) const {
  const bool is_nested = found.is_array() || found.is_object();
  add(fmt::format("{} is {}, expected {}", key,
                  is_nested ? std::string(found.is_array() ? "a list" : "an object")
                            : std::string(quote(simdjson::minify(found))),
                  expected));
}

void JsonFields::add(std::string message, std::string fix) const {
  faults_.add(where_.empty() ? std::move(message) : fmt::format("{}: {}", where_, message),
              std::move(fix));
}

}  // namespace tokenfab

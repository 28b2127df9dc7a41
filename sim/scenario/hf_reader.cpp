// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/nearest.hpp"
#include "sim/scenario/hf_keys.hpp"

namespace tokenfab {
namespace {

const Member* find_member(const Node& object, std::string_view name) {
  for (const auto& member : object.members) {
    if (member.key == name && member.value.kind != NodeKind::Null) {
      return &member;
    }
  }
  return nullptr;
}

bool is_neutral(const Node& node) {
  switch (node.kind) {
    case NodeKind::Null:
      return true;
    case NodeKind::Boolean:
      return !node.boolean;
    case NodeKind::Integer:
      return node.integer == 0;
    case NodeKind::Number:
      return node.number == 0;
    case NodeKind::String:
      return node.text.empty();
    case NodeKind::Array:
      return node.items.empty();
    case NodeKind::Object:
      return node.members.empty();
  }
  return false;
}

std::string shown(double value) {
  return value < 1e6 ? fmt::format("{:.0f}", value) : fmt::format("{:.0e}", value);
}

}  // namespace

const Member* HfReader::member(std::string_view name) const {
  if (const auto* found = find_member(*object_, name)) {
    return found;
  }
  return outer_ == nullptr ? nullptr : find_member(*outer_, name);
}

const Member* HfReader::find(Names names) const {
  for (const auto name : names) {
    if (const auto* found = member(name)) {
      return found;
    }
  }
  return nullptr;
}

std::string HfReader::pointer_to(const Member& member) const {
  const auto* own = find_member(*object_, member.key);
  return child_pointer(own == &member || outer_ == nullptr ? pointer_ : "", member.key);
}

void HfReader::complain(const Member& member, std::string message, std::string fix) {
  problems_.push_back(
      {member.value.mark.place(), pointer_to(member), std::move(message), std::move(fix)});
}

void HfReader::complain_here(std::string message, std::string fix) {
  problems_.push_back({object_->mark.place(), pointer_, std::move(message), std::move(fix)});
}

void HfReader::expect(const Member& member, std::string_view what) {
  complain(member, fmt::format("expected {}, found {}", what, describe_value(member.value)));
}

std::optional<std::int64_t> HfReader::count(Names names, ValueRange range) {
  const Member* first = find(names);
  if (first == nullptr) {
    return std::nullopt;
  }
  if (first->value.kind != NodeKind::Integer && first->value.kind != NodeKind::Number) {
    expect(*first, "a whole number");
    return std::nullopt;
  }
  const bool is_integer = first->value.kind == NodeKind::Integer;
  const double value = is_integer ? static_cast<double>(first->value.integer) : first->value.number;
  if (!(value >= range.low && value <= range.high)) {
    complain(*first,
             fmt::format("{} is out of range; allowed is {} to {}", describe_value(first->value),
                         shown(range.low), shown(range.high)));
    return std::nullopt;
  }
  if (!is_integer) {
    expect(*first, "a whole number");
    return std::nullopt;
  }
  for (const auto name : names) {
    const auto* other = member(name);
    if (other != nullptr && other != first && other->value.kind == NodeKind::Integer &&
        other->value.integer != first->value.integer) {
      complain(*other, fmt::format("{} {} contradicts {} {}, which means the same", other->key,
                                   other->value.integer, first->key, first->value.integer));
      return std::nullopt;
    }
  }
  return first->value.integer;
}

std::int64_t HfReader::required_count(Names names, ValueRange range, std::int64_t fallback) {
  if (!has(names)) {
    // A misspelt key is told as unknown as well; here it is the likely fix.
    std::vector<std::string> present;
    for (const auto& [key, mark, value] : object_->members) {
      if (!find_hf_key(key)) {
        present.push_back(key);
      }
    }
    const auto nearest = nearest_name(*names.begin(), present);
    complain_here(fmt::format("\"{}\" is missing", *names.begin()),
                  nearest ? fmt::format("is \"{}\" meant to be it?", *nearest) : "");
    return fallback;
  }
  return count(names, range).value_or(fallback);
}

std::optional<bool> HfReader::flag(Names names) {
  const Member* found = find(names);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (found->value.kind != NodeKind::Boolean) {
    expect(*found, "true or false");
    return std::nullopt;
  }
  return found->value.boolean;
}

std::optional<std::string> HfReader::text(Names names) {
  const Member* found = find(names);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (found->value.kind != NodeKind::String) {
    expect(*found, "a string");
    return std::nullopt;
  }
  return found->value.text;
}

std::optional<std::vector<std::int64_t>> HfReader::counts(Names names) {
  const Member* found = find(names);
  if (found == nullptr) {
    return std::nullopt;
  }
  std::vector<std::int64_t> result;
  for (const auto& item : found->value.items) {
    if (item.kind == NodeKind::Boolean) {
      result.push_back(item.boolean ? 1 : 0);
    } else if (item.kind == NodeKind::Integer) {
      result.push_back(item.integer);
    }
  }
  if (found->value.kind != NodeKind::Array || result.size() != found->value.items.size()) {
    expect(*found, "an array of whole numbers");
    return std::nullopt;
  }
  return result;
}

std::optional<std::vector<std::string>> HfReader::texts(Names names) {
  const Member* found = find(names);
  if (found == nullptr) {
    return std::nullopt;
  }
  std::vector<std::string> result;
  for (const auto& item : found->value.items) {
    if (item.kind == NodeKind::String) {
      result.push_back(item.text);
    }
  }
  if (found->value.kind != NodeKind::Array || result.size() != found->value.items.size()) {
    expect(*found, "an array of strings");
    return std::nullopt;
  }
  return result;
}

std::optional<HfReader> HfReader::nested(std::string_view name, Names known) {
  const Member* found = member(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (found->value.kind != NodeKind::Object) {
    expect(*found, "an object");
    return std::nullopt;
  }
  HfReader inner(found->value, nullptr, pointer_to(*found), problems_);
  const std::vector<std::string> names(known.begin(), known.end());
  for (const auto& entry : found->value.members) {
    if (entry.value.kind != NodeKind::Null &&
        std::find(known.begin(), known.end(), entry.key) == known.end()) {
      inner.complain(entry, "unknown key: it may change memory or work",
                     did_you_mean(entry.key, names));
    }
  }
  return inner;
}

bool HfReader::refuse_in(const Node& object, const std::string& pointer) {
  bool is_ruled_out = false;
  for (const auto& [key, mark, value] : object.members) {
    const auto known = find_hf_key(key);
    if (value.kind == NodeKind::Null || (known && known->role == HfKeyRole::Read) ||
        (known && known->role == HfKeyRole::Ignored) ||
        (known && known->role == HfKeyRole::Neutral && is_neutral(value))) {
      continue;
    }
    const auto message =
        known ? std::string(known->reason) : "unknown key: it may change memory or work";
    problems_.push_back({mark.place(), child_pointer(pointer, key), message,
                         known ? std::string() : did_you_mean(key, hf_read_keys())});
    is_ruled_out = is_ruled_out || (known && known->role == HfKeyRole::Refused);
  }
  return is_ruled_out;
}

bool HfReader::refuse_unknown_keys() {
  const bool outer_ruled_out = outer_ != nullptr && refuse_in(*outer_, "");
  return refuse_in(*object_, pointer_) || outer_ruled_out;
}

}  // namespace tokenfab

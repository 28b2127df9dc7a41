// SPDX-License-Identifier: Apache-2.0
// The fields of a JSON object in a data file, and the faults of the line it stands on, which are
// collected.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

/// What is wrong with one line.
class LineFaults {
 public:
  void begin(const std::string& file, std::int64_t line) {
    file_ = &file;
    line_ = line;
    problems_.clear();
  }
  void add(std::string message, std::string fix = {});
  bool empty() const { return problems_.empty(); }
  /// Throws all of them as a DataError, if there are any.
  void raise();

 private:
  static constexpr std::size_t most = 20;  // of a line: a broken session of thousands says enough

  const std::string* file_ = nullptr;
  std::int64_t line_ = 0;
  std::vector<Problem> problems_;
};

/// Reads fields; what is missing or of the wrong kind is a fault and gives nothing. `where` is put
/// before the key in messages.
class JsonFields {
 public:
  JsonFields(const simdjson::dom::object& object, std::string where, LineFaults& faults)
      : object_(object), where_(std::move(where)), faults_(faults) {}

  /// Faults: a key that is not one of `known`.
  void allow_only(std::span<const std::string_view> known) const;

  /// None without a fault: the key is not there (or null).
  std::optional<simdjson::dom::element> find(std::string_view key) const;
  /// A whole number from `least` to max_request_tokens.
  std::optional<std::uint32_t> tokens(std::string_view key, std::uint32_t least = 1) const;
  /// Seconds from 0 to max_arrival_seconds; `absent` where the key is not there.
  Duration seconds(std::string_view key, Duration absent) const;
  std::optional<std::string_view> text(std::string_view key) const;
  std::optional<simdjson::dom::array> list(std::string_view key) const;

  void refuse(std::string_view key, const simdjson::dom::element& found,
              std::string_view expected) const;
  void add(std::string message, std::string fix = {}) const;

 private:
  std::optional<simdjson::dom::element> require(std::string_view key) const;

  simdjson::dom::object object_;
  std::string where_;
  LineFaults& faults_;
};

}  // namespace tokenfab

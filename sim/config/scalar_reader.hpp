// SPDX-License-Identifier: Apache-2.0
// One scalar field: JSON value in, checked field value in SI units out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "sim/api/field.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// A Problem whose place the caller knows.
struct Complaint {
  std::string message;
  std::string fix = {};
};

/// Reads `node` as a field of a scalar type (not TextList); null is not accepted.
std::variant<FieldValue, Complaint> read_scalar(
    const Field& field, const Node& node, const std::map<std::string, double>& usd_per_currency);

/// What a field accepts, with an example: `a power (W) like "120 kW"`.
std::string expectation(const Field& field);

/// The range that a field's values must lie in; none: all values.
std::optional<ValueRange> range_of(const Field& field);

/// The values a scalar field allows: "1 to 1024", "at least 0 W"; empty if all.
std::string allowed_range(const Field& field);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Fields of a JSON object in a file of site data, with faults told by JSON pointer. Names are
// compared without case, because collections of URDB records differ in it.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/file_faults.hpp"

namespace tokenfab {

class UrdbFields {
 public:
  /// Faults: a name that is there twice.
  UrdbFields(const simdjson::dom::object& object, std::string pointer, FileFaults& faults);

  /// Nothing without a fault: the field is not there, or null. `name` is in lower case.
  std::optional<simdjson::dom::element> find(std::string_view name) const;
  std::optional<double> number(std::string_view name, double lowest, double highest) const;
  std::string text(std::string_view name) const;
  /// A list of exactly `size` numbers; true and false count as 1 and 0.
  std::optional<std::vector<double>> numbers(std::string_view name, std::size_t size, double lowest,
                                             double highest) const;
  std::optional<simdjson::dom::array> list(std::string_view name) const;

  std::string pointer_to(std::string_view name) const;
  void refuse(std::string_view name, std::string message, std::string fix = {}) const;

 private:
  std::map<std::string, simdjson::dom::element, std::less<>> fields_;
  std::string pointer_;
  FileFaults& faults_;
};

/// How the value is shown in messages.
std::string shown(const simdjson::dom::element& value);

/// A finite number from `lowest` to `highest`; true and false count as 1 and 0.
std::optional<double> number_in(const simdjson::dom::element& value, double lowest, double highest);

}  // namespace tokenfab

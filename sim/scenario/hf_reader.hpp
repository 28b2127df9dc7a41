// SPDX-License-Identifier: Apache-2.0
// Typed access to the keys of a config.json: aliases, ranges, and a problem for everything wrong.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

/// The range that an architecture's field declares, for config.json keys that fill it.
template <class T>
ValueRange hf_range(const std::string& field) {
  const Field* declared = schema_of<T>().find(field);
  return declared != nullptr && declared->range ? *declared->range : ValueRange{0, 1e18};
}

class HfReader {
 public:
  using Names = std::initializer_list<std::string_view>;

  /// `outer` is the object around `object` that also holds some of its keys; may be null.
  HfReader(const Node& object, const Node* outer, std::string pointer,
           std::vector<Problem>& problems)
      : object_(&object), outer_(outer), pointer_(std::move(pointer)), problems_(problems) {}

  /// The first of `names` with a value other than null, here or in the outer object.
  const Member* find(Names names) const;
  bool has(Names names) const { return find(names) != nullptr; }

  /// A whole number in `range`. Aliases that are given twice must agree.
  std::optional<std::int64_t> count(Names names, ValueRange range = {0, 1e9});
  /// As above; told as missing where there is none, and then `fallback`.
  std::int64_t required_count(Names names, ValueRange range, std::int64_t fallback = 1);
  std::optional<bool> flag(Names names);
  std::optional<std::string> text(Names names);
  /// An array of whole numbers or booleans.
  std::optional<std::vector<std::int64_t>> counts(Names names);
  std::optional<std::vector<std::string>> texts(Names names);

  /// A reader of the object under `name`, which may have only the keys in `known`.
  std::optional<HfReader> nested(std::string_view name, Names known);

  void complain(const Member& member, std::string message, std::string fix = "");
  void complain_here(std::string message, std::string fix = "");
  /// Complains about keys that are not known or not modelled; true if a key rules the family out.
  bool refuse_unknown_keys();

  const Node& object() const { return *object_; }
  const std::string& pointer() const { return pointer_; }
  std::vector<Problem>& problems() { return problems_; }

 private:
  const Member* member(std::string_view name) const;
  std::string pointer_to(const Member& member) const;
  void expect(const Member& member, std::string_view what);
  bool refuse_in(const Node& object, const std::string& pointer);

  const Node* object_;
  const Node* outer_;
  std::string pointer_;
  std::vector<Problem>& problems_;
};

}  // namespace tokenfab

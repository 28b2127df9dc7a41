// SPDX-License-Identifier: Apache-2.0
// The short ways to write an object, and what happens when overrides meet them.
#pragma once

#include <string_view>

#include "sim/api/field.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

inline constexpr std::string_view use_key = "use";
inline constexpr std::string_view model_key = "model";

/// A pluggable object with its short forms written out: "id" is {"model": "id"}, and a number is
/// the value of the field's number model. Anything else is returned as it is.
Node plugin_object(const Field& field, const Node& node);

/// Merges the keys of `node`, except "use", over a catalogue entry for `field` (RFC 7396). Where
/// they name another model or entry than before, the old object is dropped instead of merged.
void merge_overrides(Node& entry, const Field& field, const Node& node);

}  // namespace tokenfab

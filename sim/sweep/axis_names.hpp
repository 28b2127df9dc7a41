// SPDX-License-Identifier: Apache-2.0
// What axes and their values are called.
#pragma once

#include <string>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/core/errors.hpp"
#include "sim/sweep/axis.hpp"

namespace tokenfab {

/// Letters, digits and underscores, no digit first: constraints can use it.
bool is_axis_name(const std::string& text);

/// The nearest name: anything else becomes an underscore.
std::string axis_name_of(const std::string& text);

/// A value for people: a text without quotes, what an object uses or which model it is.
std::string text_of_value(const Node& value);

/// Appends problems where two axes have one name or set one pointer; `node` is their place.
void check_repeats(const Node& node, const std::vector<Axis>& axes, std::vector<Problem>& problems);

}  // namespace tokenfab

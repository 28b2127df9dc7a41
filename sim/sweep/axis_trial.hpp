// SPDX-License-Identifier: Apache-2.0
// Whether the values of a sweep's axes are ones that its scenario takes.
#pragma once

#include "sim/config/document.hpp"
#include "sim/sweep/sweep.hpp"

namespace tokenfab {

/// Loads the first point, and each further value of every axis in its place (of a long axis an even
/// choice), and throws ConfigError with what is wrong with a pointer or a value, at its place in
/// the sweep file `document`, or what is wrong with the base itself. A point that does not fit, or
/// whose values do not go together, is no fault of the sweep: it becomes a row with its reason.
void try_axes(const Sweep& sweep, const Node& document);

}  // namespace tokenfab

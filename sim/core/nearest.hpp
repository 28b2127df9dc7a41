// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the known name that a mistyped one is closest to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tokenfab {

/// The known name with the smallest edit distance (Damerau: swapped neighbours count once).
/// Differences in case count least. Empty when nothing is close; the first of equals wins.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> known);

/// The nearest name as a hint, `did you mean "x"?`, or an empty string.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

}  // namespace tokenfab

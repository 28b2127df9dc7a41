// SPDX-License-Identifier: Apache-2.0
// Names with wildcards.
#pragma once

#include <cstddef>
#include <string_view>

namespace tokenfab {

/// `*` stands for any characters, also none and also '/'; `?` for one byte.
bool matches_pattern(std::string_view pattern, std::string_view name);

/// Characters that stand for themselves: the more, the more exact the pattern is.
std::size_t exactness(std::string_view pattern);

}  // namespace tokenfab

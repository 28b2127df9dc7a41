// SPDX-License-Identifier: Apache-2.0
// Patterns of names: * stands for any characters, also none.
#pragma once

#include <string_view>

namespace tokenfab {

bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace tokenfab

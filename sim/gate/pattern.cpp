// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/pattern.hpp"

#include <algorithm>

namespace tokenfab {

bool matches_pattern(std::string_view pattern, std::string_view name) {
  // Only the last '*' ever has to take more characters than before: what stands before it matches
  // the earliest place already. So this takes |pattern| x |name| steps at most.
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;  // characters of the name before what follows the star
  for (std::size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == name[i])) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

std::size_t exactness(std::string_view pattern) {
  return static_cast<std::size_t>(std::count_if(
      pattern.begin(), pattern.end(), [](char each) { return each != '*' && each != '?'; }));
}

}  // namespace tokenfab

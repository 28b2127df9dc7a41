// SPDX-License-Identifier: Apache-2.0
// A scenario may be written as its difference from another one: "extends" names the base file,
// relative to the file that says so, and the rest is a JSON Merge Patch (RFC 7396) over it. Bases
// may extend further bases.
#pragma once

#include <string>
#include <vector>

#include "sim/config/document.hpp"

namespace tokenfab {

inline constexpr const char* extends_key = "extends";

/// A scenario merged over its bases. Every value keeps the place in the file it was written in.
struct MergedScenario {
  Node document;                     // without "extends"
  std::vector<std::string> folders;  // of the file and of its bases, nearest first
};

/// Throws ConfigError: a file that is missing or no JSON, bases that extend each other in a circle.
MergedScenario load_with_bases(const std::string& path);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What the tidy rules read: every text file of the repository, cut into lines, and for C++ also the
// same lines with comments and literals blanked, so that a word in a string is not a call.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokenfab::tidy {

using Folders = std::vector<std::string_view>;

struct SourceFile {
  std::string path;                // from the repository's root: "sim/core/units.hpp"
  std::vector<std::string> lines;  // as written
  std::vector<std::string> code;   // C++ only: literals and comments are spaces; same columns

  bool is_cpp() const;
  bool is_script() const;   // shell and CMake
  bool is_source() const;   // below sim, models, tools or tests
  bool is_catalog() const;  // the table of models
  /// For folder "sim": true below sim/engine, not below simple/.
  bool is_under(std::string_view folder) const;
  bool is_under_any(const Folders& folders) const;
  /// "path:line: reason".
  std::string at(std::size_t line, std::string_view reason) const;
};

using Repository = std::vector<SourceFile>;

SourceFile make_source(std::string path, std::string_view text);

/// All text files in path order; without .git, the build folders, results,
/// caches and packages of npm.
Repository load_repository(const std::string& root);

struct Include {
  std::size_t line;  // from 1
  std::string path;
  bool is_quoted;
};
std::vector<Include> includes_of(const SourceFile& file);

/// One function body: the line of its opening brace and the lines between its braces.
struct Body {
  std::size_t line;
  std::size_t length;
};
struct BodyScan {
  std::vector<Body> bodies;
  bool is_balanced = true;
};

/// Finds function bodies by matching braces at namespace and class scope. What it cannot see:
/// braces made by macros or cut in two by #if (the file then counts as unbalanced), functions
/// inside functions (lines of the outer one), and macro bodies. A class head with parentheses other
/// than alignas, and `operator<` in template arguments, are taken for a function.
BodyScan function_bodies(const SourceFile& file);

}  // namespace tokenfab::tidy

// SPDX-License-Identifier: Apache-2.0
// The style and dependency rules as functions from a repository to its violations, each violation
// told as "file:line: reason". A rule lists all it finds, and reads nothing but its argument.
#pragma once

#include <string>
#include <vector>

#include "source.hpp"

namespace tokenfab::tidy {

using Violations = std::vector<std::string>;

/// Which folder may include which: the dependency rule of the architecture.
Violations broken_include_arrows(const Repository& repository);
/// SimGrid, the JSON library and the command line parser each stay where they belong.
Violations misplaced_libraries(const Repository& repository);
/// Columns, lines per file, lines per function.
Violations oversized_code(const Repository& repository);
Violations missing_licence_lines(const Repository& repository);
/// Calls that would break determinism or end the process, and unfinished work.
Violations banned_words(const Repository& repository);
/// Paths of the machine the project happens to be written on.
Violations host_paths(const Repository& repository);
/// Types and files named Manager, Helper or Utils.
Violations empty_names(const Repository& repository);
Violations missing_pragma_once(const Repository& repository);
/// Model files that nothing reaches from the catalogue, sim/ or tools/.
Violations orphan_models(const Repository& repository);

}  // namespace tokenfab::tidy

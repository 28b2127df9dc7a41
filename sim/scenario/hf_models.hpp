// SPDX-License-Identifier: Apache-2.0
// "models": {"m": {"hf_config": "path/config.json", ...}} in a scenario: the file's architecture
// takes the place of the key, with the object's other keys merged over it (RFC 7396).
#pragma once

#include <string>
#include <vector>

#include "sim/config/document.hpp"

namespace tokenfab {

/// Resolves every such model. Files are looked for in `folders`, in order. A model with problems,
/// whose places are in the config.json, is taken out of the document.
void resolve_hf_models(Node& document, const std::vector<std::string>& folders,
                       std::vector<Problem>& problems);

}  // namespace tokenfab

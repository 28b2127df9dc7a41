// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tokenfab::tools {

/// "chips/ascend-910c": every value of a catalogue entry with its source. Throws UsageError, with
/// the nearest, if there is no such table or entry.
std::string entry_text(const std::string& name);

}  // namespace tokenfab::tools

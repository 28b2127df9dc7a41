// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and a request to end, noticed at the next occasion.
#pragma once

namespace tokenfab::tools {

/// From now on SIGINT and SIGTERM are only noted; a second one ends the process at once.
void note_interruptions();
bool is_interrupted();

}  // namespace tokenfab::tools

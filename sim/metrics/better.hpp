// SPDX-License-Identifier: Apache-2.0
// Which way a metric should go.
#pragma once

#include <string_view>

namespace tokenfab {

enum class Better { Lower, Higher, Neither };

/// Of a metric by its name, also within a report ("services/chat/ttft_p99_s"), and of a ledger's
/// line: costs ("cost/LAYER/ITEM") better are low. Neither: what says how much was asked or how big
/// something is, and parts of a whole, of which more here is less there.
Better better_of(std::string_view metric);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Which way a metric is good, so that "wins" has a meaning.
#pragma once

#include <string_view>

namespace tokenfab {

enum class MetricSense { Lower, Higher, Neither };

/// Of a metric's name or a line of the cost ledger, "services/chat/ttft_p99_s" and
/// "cost/energy/grid energy/site" included.
MetricSense sense_of(std::string_view name);

}  // namespace tokenfab

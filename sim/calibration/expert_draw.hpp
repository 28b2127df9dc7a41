// SPDX-License-Identifier: Apache-2.0
// How the tables of routed experts spread their tokens (collector of ai-dynamo/aiconfigurator
// @095f58a5, Apache-2.0, in our words): "balanced" walks through the experts in strides;
// "power_law_A" draws the load of every expert from a density falling with the power A, between 1
// and 0.8 tokens (0.01 and 2 where there are fewer choices than experts), and times the chip whose
// experts are chosen most. Draws of the table are not published: ours have the same law.
#pragma once

#include <cstdint>
#include <string_view>

namespace tokenfab {

struct ExpertChoice {
  std::int64_t tokens = 0;
  std::int64_t top_k = 1;
  std::int64_t experts = 1;
  std::int64_t chips = 1;  // that share the experts, dividing them evenly
};

/// On the chip that is timed.
struct ExpertDraw {
  double rows = 0;     // routed to its experts
  double experts = 0;  // of its experts that get at least one
};

/// The mean of five draws, as in the table. Throws DataError's cause as std::invalid_argument for a
/// distribution that is neither "balanced" nor "power_law_NUMBER".
ExpertDraw expert_draw(const ExpertChoice& choice, std::string_view distribution);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/metrics/provenance.hpp"

namespace tokenfab {

/// What a reader has to know before trusting the figures: values that nobody has published, and
/// kernels that nobody has measured. Empty if there are none.
std::vector<std::string> provenance_lines(const std::optional<Provenance>& provenance);

/// "thead-m890 from h100-sxm" as the two chips.
std::pair<std::string, std::string> kernels_origin(const std::string& text);

}  // namespace tokenfab

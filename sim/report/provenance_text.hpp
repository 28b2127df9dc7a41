// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/provenance.hpp"

namespace tokenfab {

/// What a reader has to know before trusting the figures: values that nobody has published, and
/// kernels that nobody has measured. Empty if there are none.
std::vector<std::string> provenance_lines(const Provenance& provenance);

}  // namespace tokenfab

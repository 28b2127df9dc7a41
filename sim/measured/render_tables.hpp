// SPDX-License-Identifier: Apache-2.0
// Tables of image and video generation, every row a service that makes batches of its shape.
#pragma once

#include "sim/measured/case_formats.hpp"

namespace tokenfab {

/// Time and chip energy of images and videos: ML.ENERGY leaderboard v3 (ml-energy/leaderboard),
/// vendors' guides. The time is that of a whole batch, from its start to its end.
CaseFormat render_format();

}  // namespace tokenfab

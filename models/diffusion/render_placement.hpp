// SPDX-License-Identifier: Apache-2.0
// Whether a diffusion model fits on a server's chips and can be cut as asked: weights, which
// sequence and guidance parallelism replicate, plus the activations of a full batch.
#pragma once

#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/diffusion/diffusion_engine_config.hpp"
#include "models/diffusion/diffusion_model.hpp"

namespace tokenfab {

struct RenderObstacle {
  std::string message;
  std::string fix;  // smallest change that removes it
};

struct RenderPlacement {
  Bytes weights_per_chip;      // denoiser and text encoder
  Bytes activations_per_chip;  // estimate, with max_batch_size items of the shape
  Bytes reserved_per_chip;
  std::vector<RenderObstacle> obstacles;  // all there are; empty if it can work
};

/// For items of `shape`; the model must not contradict itself.
RenderPlacement place_render(const DiffusionModelConfig& model, const ChipConfig& chip,
                             const DiffusionEngineConfig& engine, const GenerationShape& shape);

}  // namespace tokenfab

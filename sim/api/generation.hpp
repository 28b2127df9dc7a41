// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tokenfab {

/// What a request wants generated; all zero: a text request, which its token counts describe.
struct GenerationShape {
  std::uint16_t width = 0;   // pixels
  std::uint16_t height = 0;  // pixels
  std::uint16_t frames = 0;  // of one item; 1 is a still image
  std::uint16_t steps = 0;   // denoising steps; 0: the model's default
  std::uint16_t images = 0;  // items made from one prompt

  bool is_text() const { return images == 0; }
  friend bool operator==(const GenerationShape&, const GenerationShape&) = default;
};

}  // namespace tokenfab

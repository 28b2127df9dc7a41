// SPDX-License-Identifier: Apache-2.0
// Models of training tables by the names that their sources print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokenfab {

struct TrainedModel {
  std::string label;  // id of the catalogue, or the published name
  std::string json;   // as a scenario's "models" has it
};

/// nullopt: not known here. `layers` > 0: the same architecture with so many, as benchmarks on few
/// nodes run it.
std::optional<TrainedModel> trained_model(std::string_view published, std::int64_t layers = 0);

/// A GPT as Megatron-LM and MPT build it: no gate, every head with its own keys.
struct GptSize {
  std::string_view name;
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t vocabulary = 0;
};
std::optional<GptSize> gpt_size(std::string_view published);

}  // namespace tokenfab

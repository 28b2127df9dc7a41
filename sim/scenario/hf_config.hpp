// SPDX-License-Identifier: Apache-2.0
// Reads a Hugging Face config.json as an architecture of ours, under the many names that real
// configs use. What changes memory or work is read or refused by name, never skipped; what changes
// neither is on a list (hf_keys.cpp). Only the text part of a model with towers is read.
#pragma once

#include <string>
#include <vector>

#include "models/llm/transformer.hpp"
#include "sim/config/document.hpp"

namespace tokenfab {

struct HfModel {
  TransformerConfig architecture;
  std::string precision;           // of the weights as published: "bf16", "fp8", "nvfp4", ...
  std::string kv_cache_precision;  // empty if the config names none
};

/// Appends to `problems` what is missing, unknown, absurd or contradictory, all at once; with
/// problems the result must not be used.
HfModel read_hf_config(const Node& document, std::vector<Problem>& problems);

/// Parses a config.json. Python writes Infinity and NaN into it, which JSON does not know: they are
/// taken as 1e308 and 0. Throws ConfigError.
Node parse_hf_document(std::string text, const std::string& file);

/// The same for the file at `path`, or for the config.json in the folder `path`.
Node load_hf_document(const std::string& path);

}  // namespace tokenfab

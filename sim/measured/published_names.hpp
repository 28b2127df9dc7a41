// SPDX-License-Identifier: Apache-2.0
// What publications call chips, models and engines, in the catalogue's words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

/// "h200_sxm", "NVIDIA B200-SXM-180GB", "A100-80" -> the catalogue's chip.
std::optional<std::string> published_chip(const EmbeddedTables& tables, std::string_view name);

/// "nvidia/Llama-3.1-8B-Instruct-FP8" -> "llama-3.1-8b".
std::optional<std::string> published_model(const EmbeddedTables& tables, std::string_view name);

/// The profile of an engine ("vllm", "trtllm", "TensorRT-LLM") that is nearest to a version: the
/// latest that is not newer, else the oldest. Without a version the latest not newer than `date`
/// ("2025-10-29T00:00:00"); without either the engine's default.
std::optional<std::string> published_profile(const EmbeddedTables& tables, std::string_view engine,
                                             std::string_view version, std::string_view date);

/// The catalogue's node with that chip: boards of eight before racks, racks before single servers.
std::optional<std::string> node_with(const EmbeddedTables& tables, const std::string& chip);
/// What a row was measured with, as far as the catalogue has it.
struct PublishedNames {
  std::string_view chip;
  std::string_view model;
  std::string_view engine;
  std::string_view version;
  std::string_view date;
};
struct PublishedSystem {
  std::string chip;  // the published name where the catalogue has none, as the next two
  std::string model;
  std::string profile;
  std::string node;
  std::string missing;  // what the catalogue lacks, as a sentence; empty if nothing
};
PublishedSystem published_system(const EmbeddedTables& tables, const PublishedNames& names);

/// Chips of that node.
std::int64_t chips_per_node(const EmbeddedTables& tables, const std::string& node);

}  // namespace tokenfab

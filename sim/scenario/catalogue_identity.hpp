// SPDX-License-Identifier: Apache-2.0
// Which catalogue entry a configuration is, told by its values: a resolved scenario names no entry.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/diffusion/diffusion_engine_config.hpp"
#include "models/diffusion/diffusion_model.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/engine_config.hpp"
#include "models/training/training_engine.hpp"

namespace tokenfab {

struct CatalogueIdentity {
  std::vector<std::string> ids;  // of one thing under several names, aliases last; empty: none
  bool has_changed = false;      // it goes by the entry's name but has other values

  bool is(const std::string& id) const {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  }
  std::string id_or(const std::string& name) const { return ids.empty() ? name : ids.front(); }
};

CatalogueIdentity identity_of(const ChipConfig& chip);
CatalogueIdentity identity_of(const EngineProfileConfig& profile);
CatalogueIdentity identity_of(const DiffusionProfileConfig& profile);
CatalogueIdentity identity_of(const TrainingEngineConfig& engine);
/// Models have no name of their own: equal in every value but the date of release, or none.
CatalogueIdentity identity_of(const TransformerConfig& model);
CatalogueIdentity identity_of(const DiffusionModelConfig& model);

/// What an entry of the catalogue says under `key`, an entry that it uses included; empty if that
/// is no text or there is none.
std::string catalogue_text(const std::string& table, const std::string& id, const char* key);

}  // namespace tokenfab

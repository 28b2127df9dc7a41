// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/catalogue_identity.hpp"

#include <algorithm>
#include <vector>

#include "sim/config/short_forms.hpp"
#include "sim/config/writer.hpp"
#include "sim/scenario/catalogue_entry.hpp"

namespace tokenfab {
namespace {

template <class Config>
struct Kind;

template <>
struct Kind<ChipConfig> {
  static constexpr const char* table = "chips";
  static std::string name(const ChipConfig& chip) { return chip.name; }
};
template <>
struct Kind<EngineProfileConfig> {
  static constexpr const char* table = "engines";
  static std::string name(const EngineProfileConfig& c) { return c.engine + " " + c.version; }
};
template <>
struct Kind<DiffusionProfileConfig> {
  static constexpr const char* table = "diffusion_engines";
  static std::string name(const DiffusionProfileConfig& c) { return c.engine + " " + c.version; }
};
template <>
struct Kind<TrainingEngineConfig> {
  static constexpr const char* table = "training_engines";
  static std::string name(const TrainingEngineConfig& c) { return c.engine + " " + c.version; }
};
template <>
struct Kind<TransformerConfig> {
  static constexpr const char* table = "models";
  static std::string name(const TransformerConfig&) { return {}; }
};
template <>
struct Kind<DiffusionModelConfig> {
  static constexpr const char* table = "diffusion_models";
  static std::string name(const DiffusionModelConfig&) { return {}; }
};

struct KnownEntry {
  std::string id;
  std::string name;
  std::string values;
  bool is_alias = false;
};

/// One architecture is one model, whenever its weights came out.
void leave_out_dates(TransformerConfig& model) { model.release.reset(); }
template <class Config>
void leave_out_dates(Config&) {}

template <class Config>
std::string values_of(Config config) {
  leave_out_dates(config);
  return to_json(resolved_document(plugin_table(), schema_of<Config>(), &config), -1);
}

bool is_another_name(const Node& values) {
  return values.find(use_key) != nullptr && values.members.size() == 1;
}

template <class Config>
std::vector<KnownEntry> read_entries() {
  const EmbeddedTables tables;
  std::vector<KnownEntry> known;
  for (const auto& id : tables.ids(Kind<Config>::table)) {
    std::vector<Problem> problems;
    const auto entry = catalogue_entry<Config>(Kind<Config>::table, id, problems);
    if (problems.empty()) {
      known.push_back({id, Kind<Config>::name(entry), values_of(entry),
                       is_another_name(*tables.find(Kind<Config>::table, id))});
    }
  }
  std::stable_partition(known.begin(), known.end(), [](const auto& one) { return !one.is_alias; });
  return known;
}

template <class Config>
CatalogueIdentity find_identity(const Config& config) {
  static const auto known = read_entries<Config>();
  const auto values = values_of(config);
  const auto name = Kind<Config>::name(config);
  CatalogueIdentity equal;
  CatalogueIdentity named{{}, true};
  for (const auto& entry : known) {
    if (entry.values == values) {
      equal.ids.push_back(entry.id);
    } else if (!name.empty() && entry.name == name) {
      named.ids.push_back(entry.id);
    }
  }
  return equal.ids.empty() && !named.ids.empty() ? named : equal;
}

}  // namespace

CatalogueIdentity identity_of(const ChipConfig& chip) { return find_identity(chip); }
CatalogueIdentity identity_of(const EngineProfileConfig& profile) { return find_identity(profile); }
CatalogueIdentity identity_of(const DiffusionProfileConfig& profile) {
  return find_identity(profile);
}
CatalogueIdentity identity_of(const TrainingEngineConfig& engine) { return find_identity(engine); }
CatalogueIdentity identity_of(const TransformerConfig& model) { return find_identity(model); }
CatalogueIdentity identity_of(const DiffusionModelConfig& model) { return find_identity(model); }

std::string catalogue_text(const std::string& table, const std::string& id, const char* key) {
  const EmbeddedTables tables;
  constexpr int uses_max = 8;
  auto at = id;
  for (int uses = 0; uses < uses_max; ++uses) {
    const Node* values = tables.find(table, at);
    if (values == nullptr) {
      break;
    }
    if (const Node* value = values->find(key)) {
      return value->text;
    }
    const Node* base = values->find(use_key);
    at = base == nullptr ? std::string() : base->text;
  }
  return {};
}

}  // namespace tokenfab

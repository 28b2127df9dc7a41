// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/engine_defaults.hpp"

#include <variant>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

void apply(const Node* written, const std::string& pointer, EngineConfig& engine,
           std::map<std::string, Mark>& origins) {
  const auto& options = schema_of<EngineConfig>();
  for (const auto& field : schema_of<EngineDefaultsConfig>().fields) {
    const auto value = field.get(&engine.profile.defaults);
    const bool is_written = written != nullptr && written->find(field.key) != nullptr;
    if (is_written || std::holds_alternative<std::monostate>(value)) {
      continue;
    }
    const auto* option = options.find(field.key);
    CHECK(option != nullptr, "engine option {}", field.key);
    option->set(&engine, value);
    const auto origin = origins.find(pointer + "/profile/defaults/" + field.key);
    if (origin != origins.end()) {
      origins[pointer + "/" + field.key] = origin->second;
    }
  }
}

}  // namespace

void apply_engine_defaults(const Node& document, ScenarioConfig& config,
                           std::map<std::string, Mark>& origins) {
  for (auto& [service_name, service] : config.services) {
    for (auto& [pool_name, pool] : service.pools) {
      if (!pool.engine) {
        continue;
      }
      auto pointer = child_pointer("/services", service_name);
      pointer = child_pointer(child_pointer(pointer, "pools"), pool_name);
      pointer = child_pointer(pointer, "engine");
      apply(find_pointer(document, pointer), pointer, *pool.engine, origins);
    }
  }
}

}  // namespace tokenfab

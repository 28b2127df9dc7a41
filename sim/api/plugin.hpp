// SPDX-License-Identifier: Apache-2.0
// The table of pluggable models: which kinds there are, what each model's configuration is and how
// to make one. models/catalog.cpp fills it; nothing registers itself.
#pragma once

#include <any>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sim/api/field.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {

/// How far a model may be trusted.
enum class Fidelity {
  Constant,    // a number the user gives: the simple twin of a physical model
  Analytic,    // closed form from literature, not fitted
  Calibrated,  // closed form with parameters fitted to measurements
  Exact        // an algorithm, not an approximation (routers, schedulers)
};

struct PluginEntry {
  std::string_view kind;  // "router", "cooling", ...
  std::string_view id;    // the name in "model": "..."
  std::string_view summary;
  Fidelity fidelity = Fidelity::Exact;
  const Schema& (*schema)() = nullptr;
  std::shared_ptr<void> (*make_config)() = nullptr;
  std::any factory;  // std::unique_ptr<Interface> (*)(const Config&), wrapped by plugin_entry()
};

class PluginTable;

template <class Interface>
using PluginFactory = std::unique_ptr<Interface> (*)(const void* config, const PluginTable& table);

/// One line of the table: Interface is the kind's interface, Config has a describe(), and Model a
/// constructor from Config, or from Config and the table if it is made of other models.
template <class Interface, class Model, class Config>
PluginEntry plugin_entry(std::string_view kind, std::string_view id, Fidelity fidelity,
                         std::string_view summary) {
  PluginFactory<Interface> factory = [](const void* erased, const PluginTable& table) {
    const auto& config = *static_cast<const Config*>(erased);
    std::unique_ptr<Interface> model;
    if constexpr (std::is_constructible_v<Model, const Config&, const PluginTable&>) {
      model = std::make_unique<Model>(config, table);
    } else {
      static_cast<void>(table);
      model = std::make_unique<Model>(config);
    }
    return model;
  };
  return {kind,
          id,
          summary,
          fidelity,
          &schema_of<Config>,
          []() -> std::shared_ptr<void> { return std::make_shared<Config>(); },
          factory};
}

/// Read access to the table and to the data tables, as the reader needs it.
class PluginTable {
 public:
  explicit PluginTable(std::span<const PluginEntry> entries) : entries_(entries) {}

  std::span<const PluginEntry> entries() const { return entries_; }

  const PluginEntry* find(std::string_view kind, std::string_view id) const {
    for (const auto& entry : entries_) {
      if (entry.kind == kind && entry.id == id) {
        return &entry;
      }
    }
    return nullptr;
  }

  /// Whether there is such a model and it has that interface: a kind may have several.
  template <class Interface>
  bool makes(std::string_view kind, std::string_view id) const {
    const PluginEntry* entry = find(kind, id);
    return entry != nullptr && entry->factory.type() == typeid(PluginFactory<Interface>);
  }

  /// Makes the model that a (validated) configuration names.
  template <class Interface>
  std::unique_ptr<Interface> make(std::string_view kind, const PluginConfig& chosen) const {
    const PluginEntry* entry = find(kind, chosen.model);
    CHECK(entry != nullptr, "kind {} model {}", kind, chosen.model);
    const auto* factory = std::any_cast<PluginFactory<Interface>>(&entry->factory);
    CHECK(factory != nullptr, "kind {} model {}: another interface", kind, chosen.model);
    return (*factory)(chosen.config.get(), *this);
  }

 private:
  std::span<const PluginEntry> entries_;
};

}  // namespace tokenfab

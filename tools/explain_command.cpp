// SPDX-License-Identifier: Apache-2.0
// explain, schema and show: what the declarations say, and what they make of a scenario.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/catalog.hpp"
#include "sim/config/explain.hpp"
#include "sim/config/json_schema.hpp"
#include "sim/config/origins.hpp"
#include "sim/config/writer.hpp"
#include "sim/core/nearest.hpp"
#include "sim/metrics/declarations.hpp"
#include "sim/scenario/base_scenario.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tools/commands.hpp"
#include "tools/explain_entry.hpp"

namespace tokenfab::tools {
namespace {

const MetricDeclaration* find_name(std::span<const MetricDeclaration> declarations,
                                   const std::string& name) {
  const auto found = std::find_if(declarations.begin(), declarations.end(),
                                  [&](const MetricDeclaration& each) { return each.name == name; });
  return found == declarations.end() ? nullptr : &*found;
}

std::string last_part(const std::string& pointer) { return pointer.substr(pointer.rfind('/') + 1); }

/// For a word that is neither: the nearest metric, and the pointers of the nearest field.
std::string nearest_of_both(const std::string& word, const std::vector<std::string>& pointers) {
  std::vector<std::string> known;
  for (const auto& declaration : metric_declarations()) {
    known.emplace_back(declaration.name);
  }
  for (const auto& declaration : warning_declarations()) {
    known.emplace_back(declaration.name);
  }
  for (const auto& pointer : pointers) {
    known.push_back(last_part(pointer));
  }
  const auto nearest = nearest_name(word, known);
  if (!nearest) {
    return "list metrics shows all metrics, explain / the fields of a scenario";
  }
  constexpr std::size_t shown = 4;
  std::vector<std::string> places;
  for (const auto& pointer : pointers) {
    if (last_part(pointer) == *nearest && places.size() < shown) {
      places.push_back(pointer);
    }
  }
  return fmt::format("did you mean {}?",
                     places.empty() ? *nearest : fmt::format("{}", fmt::join(places, " or ")));
}

}  // namespace

int explain(const std::string& what) {
  const auto* metric = find_name(metric_declarations(), what);
  const auto* warning = find_name(warning_declarations(), what);
  if (metric != nullptr) {
    fmt::print("{}\n  {}\n  unit      {}\n", metric->name, metric->sentence, metric->unit);
  }
  if (warning != nullptr) {
    fmt::print("{}\n  A warning: {}\n", warning->name, warning->sentence);
  }
  if (metric != nullptr || warning != nullptr) {
    return exit_ok;
  }
  if (!what.starts_with("/") && what.find('/') != std::string::npos) {
    fmt::print("{}", entry_text(what));
    return exit_ok;
  }
  ScenarioConfig defaults;
  const EmbeddedTables tables;
  Explainer explainer({plugin_table(), schema_of<ScenarioConfig>(), &defaults}, tables);
  if (!what.starts_with("/")) {
    throw UsageError(
        fmt::format("\"{}\" is no metric, warning, JSON pointer or entry of a table; {}", what,
                    nearest_of_both(what, explainer.all_pointers())));
  }
  const auto outcome = explainer.explain(what == "/" ? "" : what);
  if (const auto* fault = std::get_if<NoSuchField>(&outcome)) {
    throw UsageError(fmt::format("{}; {}", fault->message, fault->fix));
  }
  fmt::print("{}", std::get<std::string>(outcome));
  return exit_ok;
}

int schema() {
  ScenarioConfig defaults;
  const EmbeddedTables tables;
  fmt::print("{}", json_schema(plugin_table(), tables, schema_of<ScenarioConfig>(), &defaults,
                               "Tokenfab scenario", extends_key));
  return exit_ok;
}

int show(const ShowCommand& command) {
  const auto scenario = load_scenario(command.request);
  if (command.origins) {
    fmt::print("{}", annotated_json(resolved_document(plugin_table(), schema_of<ScenarioConfig>(),
                                                      scenario.config.get()),
                                    scenario.origins));
  } else {
    fmt::print("{}", scenario.resolved_text);
  }
  return exit_ok;
}

}  // namespace tokenfab::tools

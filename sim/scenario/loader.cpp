// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/loader.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "models/catalog.hpp"
#include "sim/api/workload.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/writer.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/hf_models.hpp"
#include "sim/scenario/validation.hpp"

namespace tokenfab {
namespace {

Node read_document(const ScenarioRequest& request) {
  auto document = load_document(request.path);
  for (const auto& [pointer, text] : request.overrides) {
    set_pointer(document, pointer, parse_argument(text, "--set " + pointer));
  }
  if (request.seed) {
    set_pointer(document, "/seed", make_integer(*request.seed, {}));
  }
  return document;
}

/// fx gives the value of one unit of a currency in the scenario's currency; money is kept in USD.
std::map<std::string, double> usd_rates(const Node& document) {
  std::map<std::string, double> in_scenario_currency;
  const Node* currency = document.find("currency");
  const bool has_currency = currency != nullptr && currency->kind == NodeKind::String;
  in_scenario_currency[has_currency ? currency->text : "USD"] = 1;
  if (const Node* fx = document.find("fx")) {
    for (const auto& [code, mark, value] : fx->members) {
      const double rate =
          value.kind == NodeKind::Integer ? static_cast<double>(value.integer) : value.number;
      if (rate > 0) {
        in_scenario_currency.try_emplace(code, rate);
      }
    }
  }
  std::map<std::string, double> usd;
  const auto dollar = in_scenario_currency.find("USD");
  if (dollar != in_scenario_currency.end()) {
    for (const auto& [code, rate] : in_scenario_currency) {
      usd[code] = rate / dollar->second;
    }
  }
  return usd;
}

/// Where files that the scenario names are looked for: beside it, then in the data folders.
std::vector<std::string> search_folders(const ScenarioRequest& request) {
  const auto own = std::filesystem::path(request.path).parent_path().string();
  std::vector<std::string> folders{own.empty() ? "." : own};
  folders.insert(folders.end(), request.data_folders.begin(), request.data_folders.end());
  return folders;
}

/// Finds and reads through every trace, so that bad data is told before anything is written.
void check_traces(const ScenarioRequest& request, const Node& document, Scenario& scenario) {
  const auto folders = search_folders(request);
  std::vector<Problem> missing;
  std::vector<Problem> bad_rows;
  for (const auto& [name, workload] : scenario.config->workloads) {
    const auto file = plugin_table().make<Workload>("workload", workload.source)->trace_file();
    if (!file) {
      continue;
    }
    try {
      const auto path = find_data_file(file->path, file->format, folders);
      scenario.traces[name] = {file->path, path, file->format, check_requests(path, file->format)};
    } catch (const ConfigError& error) {
      for (auto problem : error.problems()) {
        const auto pointer = "/workloads/" + name + "/path";
        problem.pointer = pointer;
        if (const Node* node = find_pointer(document, pointer)) {
          problem.place = node->mark.place();
        }
        missing.push_back(problem);
      }
    } catch (const DataError& error) {
      bad_rows.insert(bad_rows.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!missing.empty()) {
    throw ConfigError(missing);
  }
  if (!bad_rows.empty()) {
    throw DataError(bad_rows);
  }
}

}  // namespace

Scenario load_scenario(const ScenarioRequest& request) {
  auto document = read_document(request);
  std::vector<Problem> problems;
  resolve_hf_models(document, search_folders(request), problems);
  const EmbeddedTables tables;
  const ReadContext context{plugin_table(), tables, usd_rates(document)};
  auto config = std::make_unique<ScenarioConfig>();
  read_object(context, schema_of<ScenarioConfig>(), document, "", config.get(), problems);
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  Scenario scenario;
  scenario.path = request.path;
  scenario.config = std::move(config);
  check_references(*scenario.config, document);
  check_traces(request, document, scenario);
  plan_pools(document, scenario);
  scenario.resolved_text =
      write_resolved(plugin_table(), schema_of<ScenarioConfig>(), scenario.config.get());
  return scenario;
}

}  // namespace tokenfab

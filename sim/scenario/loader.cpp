// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <variant>

#include "models/catalog.hpp"
#include "sim/api/job.hpp"
#include "sim/api/workload.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/writer.hpp"
#include "sim/core/unit_parser.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/data/open_job_trace.hpp"
#include "sim/data/open_sessions.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/scenario/base_scenario.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/cluster_rules.hpp"
#include "sim/scenario/engine_defaults.hpp"
#include "sim/scenario/hf_models.hpp"
#include "sim/scenario/job_rules.hpp"
#include "sim/scenario/job_warnings.hpp"
#include "sim/scenario/problem_list.hpp"
#include "sim/scenario/provenance.hpp"
#include "sim/scenario/render_rules.hpp"
#include "sim/scenario/site_models.hpp"
#include "sim/scenario/validation.hpp"

namespace tokenfab {
namespace {

Mark argument_mark(const std::string& option) {
  return {std::make_shared<const std::string>(option), 0, 0};
}

MergedScenario read_document(const ScenarioRequest& request) {
  auto merged = request.text ? MergedScenario{parse_document(*request.text, request.path), {}}
                             : load_with_bases(request.path);
  for (const auto& [pointer, text] : request.overrides) {
    set_pointer(merged.document, pointer, parse_argument(text, "--set " + pointer));
  }
  if (request.seed) {
    set_pointer(merged.document, "/seed", make_integer(*request.seed, argument_mark("--seed")));
  }
  if (const Node* extends = merged.document.find(extends_key)) {
    throw ConfigError({{extends->mark.place(), child_pointer("", extends_key),
                        "a base can be named in the scenario file only", ""}});
  }
  return merged;
}

/// What is wrong with the scenario's own currency and its rates.
std::vector<Problem> currency_problems(const Node& document) {
  std::vector<Problem> problems;
  const Node* currency = document.find("currency");
  const Node* fx = document.find("fx");
  const auto own = currency != nullptr && currency->kind == NodeKind::String ? currency->text
                                                                             : std::string("USD");
  const Mark mark = currency != nullptr ? currency->mark : document.mark;
  if (own.size() != 3 || own.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos) {
    problems.push_back({mark.place(), "/currency", "a currency has three capital letters", ""});
  } else if (own != "USD" && (fx == nullptr || fx->find("USD") == nullptr)) {
    problems.push_back({mark.place(), "/fx",
                        fmt::format("results are in USD: with currency {} the value of one USD in "
                                    "{} is needed",
                                    own, own),
                        "add \"USD\" to \"fx\""});
  }
  if (fx != nullptr && fx->find(own) != nullptr) {
    problems.push_back({fx->find(own)->mark.place(), child_pointer("/fx", own),
                        "is the scenario's own currency, worth 1 by definition", "leave it out"});
  }
  return problems;
}

/// fx gives the value of one unit of a currency in the scenario's currency; money is kept in USD.
std::map<std::string, double> usd_rates(const Node& document) {
  std::map<std::string, double> in_scenario_currency;
  const Node* currency = document.find("currency");
  const bool has_currency = currency != nullptr && currency->kind == NodeKind::String;
  in_scenario_currency[has_currency ? currency->text : "USD"] = 1;
  if (const Node* fx = document.find("fx")) {
    for (const auto& [code, mark, value] : fx->members) {
      double rate =
          value.kind == NodeKind::Integer ? static_cast<double>(value.integer) : value.number;
      if (value.kind == NodeKind::String) {
        const auto ratio = parse_quantity(value.text);
        const auto* parsed = std::get_if<ParsedQuantity>(&ratio);
        rate = parsed != nullptr ? parsed->value_si : 0;
      }
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

void warn_of_skipped_rows(const std::string& workload, const TraceInput& trace,
                          std::vector<std::string>& warnings) {
  const auto& summary = trace.summary;
  if (summary.skipped_rows > 0) {
    warnings.push_back(fmt::format(
        "/workloads/{}: {} of the {} rows of {} are requests that failed when they were recorded; "
        "they are left out",
        workload, summary.skipped_rows, summary.rows + summary.skipped_rows, trace.name));
  }
}

void warn_of_dropped_jobs(const std::string& workload, const TraceInput& trace,
                          std::vector<std::string>& warnings) {
  for (const auto& [reason, count] : trace.jobs->dropped) {
    warnings.push_back(fmt::format("/workloads/{}: {} of the rows of {} are left out: {}", workload,
                                   count, trace.name, reason));
  }
}

TraceInput check_job_trace(const TraceFile& file, const std::string& path) {
  auto format = file.format;
  if (format == auto_format) {
    format = sniff_job_trace_format(ByteStream(path));
  }
  TraceInput trace{file.path, path, format, false, {}, check_jobs(path, format)};
  trace.summary.rows = trace.jobs->rows;
  trace.summary.sha256 = trace.jobs->sha256;
  return trace;
}

TraceInput check_trace(const TraceFile& file, const std::string& path) {
  auto format = file.format;
  if (format == auto_format) {
    format = file.has_sessions ? sniff_session_format(ByteStream(path))
                               : sniff_trace_format(ByteStream(path));
  }
  return {file.path, path, format, file.has_sessions,
          file.has_sessions ? check_sessions(path, format) : check_requests(path, format)};
}

/// None also where the workload contradicts itself, which is told with its meaning.
std::optional<TraceFile> trace_file_of(const WorkloadConfig& workload) {
  try {
    if (makes_jobs(workload)) {
      return plugin_table().make<JobSource>("workload", workload.source)->trace_file();
    }
    return plugin_table().make<Workload>("workload", workload.source)->trace_file();
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

/// Finds and reads through every trace, so that bad data is told before anything is written.
Findings check_traces(const std::vector<std::string>& folders, const Node& document,
                      Scenario& scenario) {
  Findings findings;
  for (const auto& [name, workload] : scenario.config->workloads) {
    const auto file = trace_file_of(workload);
    if (!file) {
      continue;
    }
    try {
      const auto path = find_data_file(file->path, file->format, folders);
      const bool has_jobs = makes_jobs(workload);
      const auto& trace = scenario.traces[name] =
          has_jobs ? check_job_trace(*file, path) : check_trace(*file, path);
      scenario.inputs[trace.name] = {trace.path, trace.summary.sha256};
      if (has_jobs) {
        warn_of_dropped_jobs(name, trace, scenario.warnings);
      } else {
        warn_of_skipped_rows(name, trace, scenario.warnings);
      }
    } catch (const ConfigError& error) {
      for (auto problem : error.problems()) {
        const auto pointer = "/workloads/" + name + "/path";
        problem.pointer = pointer;
        problem.message = fmt::format("{}: {}", problem.place.file, problem.message);
        if (const Node* node = find_pointer(document, pointer)) {
          problem.place = node->mark.place();
        }
        findings.scenario.push_back(problem);
      }
    } catch (const DataError& error) {
      Findings::append(findings.data, error.problems());
    }
  }
  return findings;
}

AssertionScope assertion_scope(const ScenarioConfig& config,
                               const std::map<std::string, double>& rates) {
  AssertionScope scope;
  scope.usd_per_currency = rates;
  scope.objects["services"] = names_of(config.services);
  scope.objects["sites"] = names_of(config.sites);
  scope.objects["jobs"] = names_of(config.jobs);
  for (const auto& [name, workload] : config.workloads) {
    scope.objects[makes_jobs(workload) ? "jobs" : "applications"].push_back(name);
  }
  auto& pools = scope.objects["pools"];
  for (const auto& [service_name, service] : config.services) {
    for (const auto& [name, pool] : service.pools) {
      pools.push_back(service_name + "/" + name);
    }
  }
  auto& clusters = scope.objects["clusters"];
  for (const auto& [site_name, site] : config.sites) {
    for (const auto& [name, cluster] : site.clusters) {
      clusters.push_back(site_name + "/" + name);
    }
  }
  return scope;
}

std::vector<Problem> read_assertions(const Node& document, const AssertionScope& scope,
                                     Scenario& scenario) {
  std::vector<Problem> problems;
  const auto& texts = scenario.config->asserts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto outcome = parse_assertion(texts[i], scope);
    if (auto* assertion = std::get_if<Assertion>(&outcome)) {
      scenario.assertions.push_back(std::move(*assertion));
      continue;
    }
    const auto& fault = std::get<AssertionFault>(outcome);
    const auto pointer = "/assert/" + std::to_string(i);
    const Node* node = find_pointer(document, pointer);
    problems.push_back(
        {node == nullptr ? SourcePlace{} : node->mark.place(), pointer, fault.message, fault.fix});
  }
  return problems;
}

/// References between objects and assertions, all problems of both at once.
void check_meaning(const Node& document, const std::map<std::string, double>& rates,
                   Scenario& scenario) {
  auto problems = read_assertions(document, assertion_scope(*scenario.config, rates), scenario);
  try {
    check_references(*scenario.config, document);
  } catch (const ConfigError& error) {
    problems.insert(problems.begin(), error.problems().begin(), error.problems().end());
  }
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
}

/// Without sound clocks no model of a site can be opened.
bool has_sound_clocks(const ScenarioConfig& config) {
  return local_date(config.start) &&
         std::all_of(config.sites.begin(), config.sites.end(), [](const auto& entry) {
           return utc_offset_h(entry.second.time_zone).has_value();
         });
}

/// Everything that needs the structs: meaning, data files and what models make of them, and, where
/// nothing is wrong with the scenario itself, whether it fits.
void check_all(const std::vector<std::string>& folders, const Node& document,
               const std::map<std::string, double>& rates, Scenario& scenario) {
  Findings findings;
  findings.run([&] { check_meaning(document, rates, scenario); });
  findings.add(check_traces(folders, document, scenario));
  if (has_sound_clocks(*scenario.config)) {
    findings.add(check_sites(folders, document, rates, scenario));
  }
  if (findings.scenario.empty()) {
    for (const auto& found : {cluster_warnings(*scenario.config), job_warnings(*scenario.config)}) {
      scenario.warnings.insert(scenario.warnings.end(), found.begin(), found.end());
    }
    findings.run([&] { plan_pools(document, scenario); });
  }
  findings.raise();
}

}  // namespace

Scenario load_scenario(const ScenarioRequest& request) {
  auto [document, own_folders] = read_document(request);
  auto folders = own_folders;
  folders.insert(folders.end(), request.data_folders.begin(), request.data_folders.end());
  auto problems = currency_problems(document);
  resolve_hf_models(document, folders, problems);
  refuse_text_engines(document, problems);
  const EmbeddedTables tables;
  Scenario scenario;
  std::vector<CatalogueUse> uses;
  const ReadContext context{plugin_table(), tables, usd_rates(document), &scenario.origins, &uses};
  auto config = std::make_unique<ScenarioConfig>();
  read_object(context, schema_of<ScenarioConfig>(), document, "", config.get(), problems);
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  add_provenance(provenance_of(tables, uses, scenario.origins), config->provenance);
  apply_engine_defaults(document, *config, scenario.origins);
  scenario.path = request.path;
  scenario.config = std::move(config);
  check_all(folders, document, context.usd_per_currency, scenario);
  scenario.resolved_text =
      write_resolved(plugin_table(), schema_of<ScenarioConfig>(), scenario.config.get());
  return scenario;
}

}  // namespace tokenfab

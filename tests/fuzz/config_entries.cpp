// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/catalog.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/writer.hpp"
#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/core/unit_parser.hpp"
#include "sim/metrics/assertion.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/cluster_rules.hpp"
#include "sim/scenario/config.hpp"
#include "sim/scenario/hf_config.hpp"
#include "sim/scenario/job_warnings.hpp"
#include "sim/scenario/validation.hpp"
#include "tests/fuzz/entries.hpp"
#include "tests/fuzz/sample_schema.hpp"

namespace tokenfab::fuzz {
namespace {

/// A scalar of `document` as text, if it is one.
std::string text_at(const Node& document, const char* pointer) {
  const Node* node = find_pointer(document, pointer);
  return node != nullptr && node->kind == NodeKind::String ? node->text : "";
}

/// What one unit of each currency is worth in USD, from "currency" and "fx" as they stand, before
/// anything is checked.
std::map<std::string, double> usd_rates(const Node& document) {
  std::map<std::string, double> own{{"USD", 1}};
  own[text_at(document, "/currency")] = 1;
  if (const Node* fx = document.find("fx")) {
    for (const auto& [code, mark, value] : fx->members) {
      own[code] =
          value.kind == NodeKind::Integer ? static_cast<double>(value.integer) : value.number;
    }
  }
  std::map<std::string, double> usd;
  for (const auto& [code, rate] : own) {
    if (rate > 0 && own["USD"] > 0) {
      usd[code] = rate / own["USD"];
    }
  }
  return usd;
}

/// What the loader does after reading, up to the data files.
void check_scenario(const Node& document, const std::map<std::string, double>& rates,
                    std::unique_ptr<const ScenarioConfig> config) {
  Scenario scenario;
  scenario.config = std::move(config);
  AssertionScope scope;
  scope.usd_per_currency = rates;
  for (const auto& text : scenario.config->asserts) {
    parse_assertion(text, scope);
  }
  check_references(*scenario.config, document);
  cluster_warnings(*scenario.config);
  job_warnings(*scenario.config);
  plan_pools(document, scenario);
}

/// What was read is written, and reads back to the same.
void check_round_trip(const EmbeddedTables& tables, const ScenarioConfig& config) {
  const auto& schema = schema_of<ScenarioConfig>();
  const auto text = write_resolved(plugin_table(), schema, &config);
  ScenarioConfig again;
  std::vector<Problem> problems;
  read_object({plugin_table(), tables, {{"USD", 1}}}, schema, parse_document(text, "resolved.json"),
              "", &again, problems);
  CHECK(problems.empty(), "{}\n{}", describe(problems.front()), text);
  const auto text_again = write_resolved(plugin_table(), schema, &again);
  CHECK(text == text_again, "{}\n{}", text, text_again);
}

/// Products may reach powers that no single unit may have, such as K^4*K^4; no field does.
bool has_high_power(const Dimension& d) {
  constexpr int max_power = 4;
  const int powers[] = {d.time,  d.energy, d.data,   d.flop, d.temperature,
                        d.money, d.mass,   d.volume, d.token};
  return std::any_of(std::begin(powers), std::end(powers),
                     [](int power) { return std::abs(power) > max_power; });
}

}  // namespace

void run_document(std::string_view bytes) {
  static const sample::Tables tables;
  static const PluginTable plugins = sample::plugins();
  try {
    const Node document = parse_document(bytes, "fuzz.json");
    sample::Factory factory;
    std::vector<Problem> problems;
    read_object({plugins, tables, {{"CNY", 0.14}}}, schema_of<sample::Factory>(), document, "",
                &factory, problems);
    if (problems.empty()) {
      write_resolved(plugins, schema_of<sample::Factory>(), &factory);
    }
  } catch (const ConfigError&) {
    // the expected answer to nearly every input
  }
}

void run_scenario(std::string_view bytes) {
  static const EmbeddedTables tables;
  try {
    const Node document = parse_document(bytes, "fuzz.json");
    const auto rates = usd_rates(document);
    std::map<std::string, Mark> origins;
    auto config = std::make_unique<ScenarioConfig>();
    std::vector<Problem> problems;
    read_object({plugin_table(), tables, rates, &origins}, schema_of<ScenarioConfig>(), document,
                "", config.get(), problems);
    for (const auto& problem : problems) {
      describe(problem);
    }
    if (problems.empty()) {
      check_round_trip(tables, *config);
      check_scenario(document, rates, std::move(config));
    }
  } catch (const InputError&) {
    // the expected answer to nearly every input
  }
}

void run_hf_config(std::string_view bytes) {
  try {
    std::vector<Problem> problems;
    const auto document = parse_hf_document(std::string(bytes), "config.json");
    const auto model = read_hf_config(document, problems);
    if (problems.empty()) {
      const auto& architecture = model.architecture;
      const double total = parameter_count(architecture).total();
      const double cached = cache_elements_per_token(architecture);
      CHECK(std::isfinite(total) && total > 0, "{} parameters", total);
      CHECK(std::isfinite(cached) && cached >= 0, "{} cached elements", cached);
      CHECK(!matrix_products(architecture).empty(), "no matrix product");
    }
  } catch (const ConfigError&) {
    // the expected answer to nearly every input
  }
}

void run_units(std::string_view bytes) {
  const auto outcome = parse_quantity(bytes);
  if (const auto* quantity = std::get_if<ParsedQuantity>(&outcome)) {
    CHECK(std::isfinite(quantity->value_si), "{}", quantity->value_si);
    const auto text = format_quantity(quantity->value_si, quantity->dimension);
    const auto again = parse_quantity(text);
    const auto* same = std::get_if<ParsedQuantity>(&again);
    CHECK(has_high_power(quantity->dimension) ||
              (same != nullptr && same->value_si == quantity->value_si),
          "{}", text);
    dimension_name(quantity->dimension);
    dimension_example(quantity->dimension);
  }
  const auto point = parse_temperature(bytes);
  if (const auto* celsius = std::get_if<Celsius>(&point)) {
    const auto text = format_temperature(*celsius);
    CHECK(std::holds_alternative<Celsius>(parse_temperature(text)), "{}", text);
  }
}

void run_assertion(std::string_view bytes) {
  static const AssertionScope scope = [] {
    AssertionScope known;
    known.objects = {{"services", {"chat"}}, {"pools", {"chat/main"}}, {"sites", {"a"}}};
    known.usd_per_currency = {{"CNY", 0.14}, {"USD", 1}};
    return known;
  }();
  static const Summary summary = [] {
    Summary filled;
    filled.factory.set("ttft_p99_s", 2.0);
    filled.pools["chat/main"].set("mfu", 0.25);
    filled.tenants["t1"].set("requests_completed", 7);
    return filled;
  }();
  const auto outcome = parse_assertion(std::string(bytes), scope);
  if (const auto* assertion = std::get_if<Assertion>(&outcome)) {
    CHECK(std::isfinite(assertion->value), "{}", assertion->value);
    check_assertion(*assertion, summary);
  }
}

}  // namespace tokenfab::fuzz

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "models/catalog.hpp"
#include "sim/config/writer.hpp"
#include "sim/scenario/hf_config.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

constexpr double bf16_bytes = 2;

/// "org--Name_config.json", "Name/config.json" and "Name.json" all give "name".
std::string id_of(const std::string& path) {
  const std::filesystem::path file(path);
  const bool is_named_by_folder = !file.has_extension() || file.filename() == "config.json";
  const auto folder = file.has_extension() ? file.parent_path() : file;
  auto id = is_named_by_folder ? folder.filename().string() : file.stem().string();
  if (const auto organisation = id.rfind("--"); organisation != std::string::npos) {
    id.erase(0, organisation + 2);
  }
  if (id.ends_with("_config")) {
    id.resize(id.size() - 7);
  }
  for (auto& letter : id) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return id.empty() ? "model" : id;
}

Node architecture_node(const TransformerConfig& config) {
  return resolved_document(plugin_table(), schema_of<TransformerConfig>(), &config);
}

/// The architecture without what is a default anyway.
Node values_of(const TransformerConfig& config) {
  const auto all = architecture_node(config);
  const auto defaults = architecture_node({});
  Node values = make_object({});
  for (const auto& [key, mark, value] : all.members) {
    const Node* usual = defaults.find(key);
    if (usual == nullptr || to_json(*usual, -1) != to_json(value, -1)) {
      add_member(values, key, value);
    }
  }
  return values;
}

Node facts_of(const HfModel& model) {
  const auto& architecture = model.architecture;
  const auto count = parameter_count(architecture);
  Node facts = make_object({});
  add_member(facts, "parameters", make_integer(std::llround(count.total()), {}));
  add_member(facts, "parameters_active", make_integer(std::llround(count.active()), {}));
  add_member(facts, "parameters_mtp", make_integer(std::llround(architecture.mtp_parameters), {}));
  add_member(facts, "kv_bytes_per_token_bf16",
             make_integer(std::llround(bf16_bytes * cache_elements_per_token(architecture)), {}));
  if (architecture.linear_attention) {
    add_member(facts, "state_elements_per_sequence",
               make_integer(std::llround(state_elements_per_sequence(architecture)), {}));
  }
  add_member(facts, "precision", make_text(model.precision, {}));
  if (!model.kv_cache_precision.empty()) {
    add_member(facts, "kv_cache_precision", make_text(model.kv_cache_precision, {}));
  }
  return facts;
}

}  // namespace

int import_hf(const std::string& path, const std::string& id) {
  std::vector<Problem> problems;
  const auto model = read_hf_config(load_hf_document(path), problems);
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  const auto values = values_of(model.architecture);
  Node from = make_object({});
  for (const auto& [key, mark, value] : values.members) {
    add_member(from, key, make_text("hf", {}));
  }
  Node entry = make_object({});
  add_member(entry, "values", values);
  add_member(entry, "from", from);
  add_member(entry, "facts", facts_of(model));
  Node entries = make_object({});
  add_member(entries, id.empty() ? id_of(path) : id, std::move(entry));
  fmt::print("{}\n", to_json(entries, 2));
  return exit_ok;
}

}  // namespace tokenfab::tools

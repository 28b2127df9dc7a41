// SPDX-License-Identifier: Apache-2.0
#include "tools/explain_entry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "sim/core/nearest.hpp"
#include "sim/scenario/catalogue_values.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

std::string value_text(const Node& value) {
  return value.kind == NodeKind::String ? value.text : to_json(value, -1);
}

std::string label_of(const CatalogueValue& value) {
  auto label = value.path.substr(1);
  std::replace(label.begin(), label.end(), '/', '.');
  return label;
}

[[noreturn]] void refuse(const std::string& word, const std::string& what,
                         const std::vector<std::string>& known) {
  const auto hint = did_you_mean(word, known);
  throw UsageError(
      fmt::format("there is no {} \"{}\"; {}", what, word,
                  hint.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : hint));
}

std::string heading(const EmbeddedTables& tables, const std::string& table, const std::string& id) {
  const auto chain = use_chain(tables, table, id);
  auto text = fmt::format("{}/{}\n", table, chain.front());
  if (chain.front() != EmbeddedTables::entry_id(id)) {
    text = fmt::format("{}/{}: another name of\n{}", table, id, text);
  }
  if (chain.size() > 1) {
    text +=
        fmt::format("  uses      {}\n", fmt::join(chain.begin() + 1, chain.end(), ", which uses "));
  }
  if (table == "chips") {
    text += fmt::format("  kernels   measured on {}\n", kernels_from(tables, id));
  }
  return text;
}

}  // namespace

std::string entry_text(const std::string& name) {
  const auto slash = name.find('/');
  const auto table = name.substr(0, slash);
  const auto id = name.substr(slash + 1);
  const auto known = catalogue_tables();
  if (std::find(known.begin(), known.end(), table) == known.end()) {
    refuse(table, "table", known);
  }
  const EmbeddedTables tables;
  if (tables.find(table, id) == nullptr) {
    refuse(id, "entry of " + table, tables.ids(table));
  }
  const auto values = catalogue_values(tables, table, id);
  std::size_t label_width = 0;
  std::size_t value_width = 0;
  for (const auto& value : values) {
    label_width = std::max(label_width, label_of(value).size());
    value_width = std::max(value_width, value_text(*value.value).size());
  }
  constexpr std::size_t widest_value = 40;
  value_width = std::min(value_width, widest_value);
  auto text = heading(tables, table, id) + "\n";
  std::vector<CatalogueSource> sources;
  for (const auto& value : values) {
    text += fmt::format("  {:<{}}  {:<{}}  {:<11}  {:<10}  {} [{}]\n", label_of(value), label_width,
                        value_text(*value.value), value_width, value.source.confidence,
                        value.source.date, value.entry, value.source.id);
    const bool is_known = std::any_of(sources.begin(), sources.end(),
                                      [&](const auto& each) { return each.id == value.source.id; });
    if (!is_known) {
      sources.push_back(value.source);
    }
  }
  text += "\nSources\n";
  for (const auto& source : sources) {
    text +=
        fmt::format("  [{}] {} ({}, {})\n", source.id, source.text, source.date, source.confidence);
  }
  return text;
}

}  // namespace tokenfab::tools

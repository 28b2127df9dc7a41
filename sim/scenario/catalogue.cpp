// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/catalogue.hpp"

#include <fmt/format.h>

#include <map>

#include "models/catalog.hpp"

namespace tokenfab {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (auto& letter : lower) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return lower;
}

}  // namespace

const Node& EmbeddedTables::table(std::string_view name) const {
  // The tables are part of the program: what was parsed once holds for every reader.
  static std::map<std::string, Node, std::less<>> tables;
  const auto found = tables.find(name);
  if (found != tables.end()) {
    return found->second;
  }
  const auto text = data_table_text(name);
  auto document = text.empty() ? make_object({})
                               : parse_document(text, fmt::format("models/data/{}.json", name));
  return tables.emplace(std::string(name), std::move(document)).first->second;
}

const Node* EmbeddedTables::find(std::string_view name, std::string_view id) const {
  const Node* entries = table(name).find("entries");
  const Node* entry = entries == nullptr ? nullptr : entries->find(entry_id(id));
  return entry == nullptr ? nullptr : entry->find("values");
}

std::string EmbeddedTables::entry_id(std::string_view id) {
  const auto slash = id.rfind('/');
  return lower_case(slash == std::string_view::npos ? id : id.substr(slash + 1));
}

std::vector<std::string> EmbeddedTables::ids(std::string_view name) const {
  std::vector<std::string> ids;
  if (const Node* entries = table(name).find("entries")) {
    for (const auto& [key, mark, value] : entries->members) {
      ids.push_back(key);
    }
  }
  return ids;
}

}  // namespace tokenfab

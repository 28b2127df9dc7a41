// SPDX-License-Identifier: Apache-2.0
#include "sim/page/page_parts.hpp"

#include <fmt/format.h>

#include "sim/page/page_json.hpp"

namespace tokenfab {

void PageParts::section(std::string_view id, std::string_view title, std::string_view lead,
                        std::string_view body) {
  html_ += fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n"
      "<h2 id=\"{0}-heading\">{1}</h2>\n",
      id, escaped(title));
  html_ += lead.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>\n", escaped(lead));
  html_ += body;
  html_ += "</section>\n";
  contents_.emplace_back(id, title);
}

void PageParts::chart(const std::string& id, const std::string& kind, Node members) {
  auto node = json::object({{"kind", json::text(kind)}});
  for (auto& member : members.members) {
    add_member(node, member.key, std::move(member.value));
  }
  add_member(charts_, id, std::move(node));
}

void PageParts::data(const std::string& key, Node value) {
  add_member(data_, key, std::move(value));
}

Node PageParts::take_data() {
  add_member(data_, "charts", std::move(charts_));
  return std::move(data_);
}

std::string choice(std::string_view label, std::string_view charts, std::string_view key,
                   const std::vector<std::pair<std::string, std::string>>& options,
                   std::string_view chosen) {
  auto text = fmt::format("<label>{} <select data-for=\"{}\" data-key=\"{}\">", escaped(label),
                          escaped(charts), escaped(key));
  for (const auto& [value, name] : options) {
    text += fmt::format("<option value=\"{}\"{}>{}</option>", escaped(value),
                        value == chosen ? " selected" : "", escaped(name));
  }
  return text + "</select></label>\n";
}

}  // namespace tokenfab

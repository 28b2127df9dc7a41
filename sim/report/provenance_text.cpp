// SPDX-License-Identifier: Apache-2.0
#include "sim/report/provenance_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tokenfab {

std::vector<std::string> provenance_lines(const Provenance& provenance) {
  std::vector<std::string> lines;
  std::vector<std::pair<std::string, std::vector<std::string>>> by_entry;
  for (const auto& use : provenance.placeholders) {
    if (by_entry.empty() || by_entry.back().first != use.entry) {
      by_entry.emplace_back(use.entry, std::vector<std::string>());
    }
    by_entry.back().second.push_back(use.value);
  }
  if (!by_entry.empty()) {
    std::string text;
    for (const auto& [entry, values] : by_entry) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", entry.substr(entry.find('/') + 1),
                          fmt::join(values, ", "));
    }
    lines.push_back(
        fmt::format("placeholder values used: {} ({})", provenance.placeholders.size(), text));
  }
  for (const auto& [chip, measured] : provenance.inherited_kernels) {
    lines.push_back(fmt::format("kernels of {} inherited from {} (not measured)", chip, measured));
  }
  return lines;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/provenance_text.hpp"

#include <fmt/format.h>

#include <utility>

namespace tokenfab {
namespace {

/// What stands before and after the first `mark`; all of it before if there is none.
std::pair<std::string, std::string> split(const std::string& text, const std::string& mark) {
  const auto at = text.find(mark);
  return at == std::string::npos ? std::pair(text, std::string())
                                 : std::pair(text.substr(0, at), text.substr(at + mark.size()));
}

}  // namespace

std::pair<std::string, std::string> kernels_origin(const std::string& text) {
  return split(text, " from ");
}

std::vector<std::string> provenance_lines(const std::optional<Provenance>& provenance) {
  std::vector<std::string> lines;
  if (!provenance) {
    return lines;
  }
  std::string values;
  std::string last_entry;
  for (const auto& placeholder : provenance->placeholders) {
    const auto [entry, rest] = split(placeholder, ": ");
    const auto value = split(rest, " (").first;
    if (entry == last_entry) {
      values += ", " + value;
    } else {
      const auto id = entry.substr(entry.find('/') + 1);
      values += fmt::format("{}{}: {}", values.empty() ? "" : "; ", id, value);
    }
    last_entry = entry;
  }
  if (!values.empty()) {
    lines.push_back(
        fmt::format("placeholder values used: {} ({})", provenance->placeholders.size(), values));
  }
  for (const auto& text : provenance->inherited_kernels) {
    const auto [chip, measured] = kernels_origin(text);
    lines.push_back(fmt::format("kernels of {} inherited from {} (not measured)", chip, measured));
  }
  return lines;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/published_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <vector>

namespace tokenfab {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a')
                                          : static_cast<char>(letter);
  });
  return lower;
}

/// What follows a model's name without being another model.
constexpr std::array model_endings{"-instruct-2507", "-instruct", "-it",   "-chat", "-hf",
                                   "-nvfp4",         "-mxfp4",    "-fp8",  "-fp4",  "-bf16",
                                   "-w8a8",          "-0528",     "-0324", "-base"};

std::string without_ending(std::string name) {
  for (const std::string_view ending : model_endings) {
    if (name.ends_with(ending)) {
      name.resize(name.size() - ending.size());
      return name;
    }
  }
  return name;
}

std::string text_of(const Node* node) { return node == nullptr ? "" : node->text; }

/// What an entry of a table is in the end: aliases followed.
std::string without_alias(const EmbeddedTables& tables, std::string_view table, std::string id) {
  for (const Node* entry = tables.find(table, id);
       entry != nullptr && entry->members.size() == 1 && entry->find("use") != nullptr;
       entry = tables.find(table, id)) {
    id = entry->find("use")->text;
  }
  return id;
}

/// "1.2.0rc6.post2" -> 1, 2, 0, 6, 2.
std::vector<int> numbers_of(std::string_view version) {
  std::vector<int> numbers;
  while (!version.empty()) {
    int number = 0;
    const auto [end, error] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    if (error == std::errc()) {
      numbers.push_back(number);
      version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    } else {
      version.remove_prefix(1);
    }
  }
  return numbers;
}

std::string engine_family(std::string_view engine) {
  const auto name = lower_case(engine);
  if (name.find("trt") != std::string::npos || name.find("tensorrt") != std::string::npos) {
    return "TensorRT-LLM";
  }
  for (const std::string_view family : {"vLLM", "SGLang", "MindIE"}) {
    if (name.find(lower_case(family)) != std::string::npos) {
      return std::string(family);
    }
  }
  return {};
}

struct Profile {
  std::string id;
  std::vector<int> version;  // empty where the profile has none
  std::string date;
};

std::vector<Profile> profiles_of(const EmbeddedTables& tables, const std::string& family) {
  std::vector<Profile> profiles;
  for (const auto& id : tables.ids("engines")) {
    const Node& values = *tables.find("engines", id);
    if (text_of(values.find("engine")) == family) {
      const auto version = text_of(values.find("version"));
      const bool has_version = !version.empty() && version[0] >= '0' && version[0] <= '9';
      profiles.push_back({id, has_version ? numbers_of(version) : std::vector<int>(),
                          text_of(values.find("date"))});
    }
  }
  std::sort(profiles.begin(), profiles.end(), [](const Profile& a, const Profile& b) {
    return std::tie(a.date, a.version, a.id) < std::tie(b.date, b.version, b.id);
  });
  return profiles;
}

}  // namespace

std::optional<std::string> published_chip(const EmbeddedTables& tables, std::string_view name) {
  struct Name {
    std::string_view part;
    std::string_view chip;
  };
  // The first part that the name contains decides: longer names first.
  constexpr std::array names{Name{"gb300", "gb300"},
                             Name{"gb200", "gb200"},
                             Name{"b300", "b300"},
                             Name{"b200", "b200"},
                             Name{"gh200", "h200"},
                             Name{"h200-nvl", "h200-nvl"},
                             Name{"h200", "h200"},
                             Name{"h100-pcie", "h100-pcie"},
                             Name{"h100-nvl", "h100-nvl"},
                             Name{"h100", "h100-sxm"},
                             Name{"h800", "h800"},
                             Name{"h20", "h20"},
                             Name{"a100-40", "a100-40"},
                             Name{"a100", "a100-80"},
                             Name{"a800", "a800"},
                             Name{"l40s", "l40s"},
                             Name{"rtxpro6000", "rtxpro6000"},
                             Name{"mi300x", "mi300x"},
                             Name{"mi325x", "mi325x"},
                             Name{"mi355x", "mi355x"},
                             Name{"910c", "ascend-910c"},
                             Name{"910b", "ascend-910b2"},
                             Name{"bw1000", "hygon-bw1000"},
                             Name{"mtt s5000", "mtt-s5000"},
                             Name{"c500", "metax-c500"},
                             Name{"tpu-v6e", "tpu-v6e"},
                             Name{"tpu-v5p", "tpu-v5p"},
                             Name{"tpu-v5e", "tpu-v5e"},
                             Name{"l4", "l4"},
                             Name{"gaudi3", "gaudi3"}};
  auto wanted = lower_case(name);
  std::replace(wanted.begin(), wanted.end(), '_', '-');
  for (const auto& [part, chip] : names) {
    if (wanted.find(part) != std::string::npos) {
      return tables.find("chips", chip) == nullptr ? std::nullopt
                                                   : std::optional(std::string(chip));
    }
  }
  return tables.find("chips", wanted) == nullptr ? std::nullopt : std::optional(wanted);
}

std::optional<std::string> published_model(const EmbeddedTables& tables, std::string_view name) {
  auto wanted = lower_case(name.substr(name.rfind('/') + 1));
  std::replace(wanted.begin(), wanted.end(), ' ', '-');
  for (;;) {
    if (tables.find("models", wanted) != nullptr) {
      return without_alias(tables, "models", wanted);
    }
    const auto shorter = without_ending(wanted);
    if (shorter == wanted) {
      return std::nullopt;
    }
    wanted = shorter;
  }
}

std::optional<std::string> published_profile(const EmbeddedTables& tables, std::string_view engine,
                                             std::string_view version, std::string_view date) {
  const auto family = engine_family(engine);
  const auto profiles = profiles_of(tables, family);
  if (profiles.empty()) {
    return std::nullopt;
  }
  const auto measured = numbers_of(version);
  const bool has_version = !version.empty() && version[0] >= '0' && version[0] <= '9';
  std::optional<std::string> found;
  std::optional<std::string> oldest;
  for (const auto& profile : profiles) {
    if (has_version && profile.version.empty()) {
      continue;
    }
    oldest = oldest ? oldest : profile.id;
    const bool is_not_newer = has_version ? profile.version <= measured
                                          : date.empty() || profile.date <= date.substr(0, 7);
    found = is_not_newer ? profile.id : found;
  }
  return found ? found : oldest;
}

std::optional<std::string> node_with(const EmbeddedTables& tables, const std::string& chip) {
  constexpr std::int64_t board = 8;
  std::optional<std::string> found;
  std::int64_t chips_found = 0;
  for (const auto& id : tables.ids("nodes")) {
    const Node* use = tables.find("nodes", id)->find("chip");
    if (use == nullptr || without_alias(tables, "chips", use->text) != chip) {
      continue;
    }
    const auto chips = chips_per_node(tables, id);
    const bool is_better =
        !found || (chips_found != board && (chips == board || chips > chips_found));
    if (is_better) {
      found = id;
      chips_found = chips;
    }
  }
  return found;
}

PublishedSystem published_system(const EmbeddedTables& tables, const PublishedNames& names) {
  const auto chip = published_chip(tables, names.chip);
  const auto model = published_model(tables, names.model);
  const auto profile = published_profile(tables, names.engine, names.version, names.date);
  const auto node = chip ? node_with(tables, *chip) : std::nullopt;
  PublishedSystem system{chip.value_or(std::string(names.chip)),
                         model.value_or(std::string(names.model)),
                         profile.value_or(std::string(names.engine)), node.value_or(""), ""};
  system.missing = !model     ? "the catalogue has no model " + system.model
                   : !profile ? "the catalogue has no profile of " + system.profile
                   : !chip    ? "the catalogue has no chip " + system.chip
                   : !node    ? "the catalogue has no node with " + system.chip
                              : "";
  return system;
}

std::int64_t chips_per_node(const EmbeddedTables& tables, const std::string& node) {
  const Node* entry = tables.find("nodes", without_alias(tables, "nodes", node));
  const Node* count = entry == nullptr ? nullptr : entry->find("chips_per_node");
  return count == nullptr ? 8 : count->integer;
}

}  // namespace tokenfab

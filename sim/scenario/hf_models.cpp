// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_models.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "models/catalog.hpp"
#include "sim/config/writer.hpp"
#include "sim/data/find_data_file.hpp"
#include "sim/scenario/hf_config.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view hf_key = "hf_config";

/// Values read from a config.json are shown where that file begins.
void mark_all(Node& node, const Mark& mark) {
  node.mark = mark;
  for (auto& member : node.members) {
    member.mark = mark;
    mark_all(member.value, mark);
  }
}

/// Tells problems of the file's name, which have no place in a file, at the key.
void add_at_key(const ConfigError& error, const Node& key, const std::string& pointer,
                std::vector<Problem>& problems) {
  for (auto problem : error.problems()) {
    if (problem.place.line == 0) {
      problem.message = problem.place.file + ": " + problem.message;
      problem.place = key.mark.place();
      problem.pointer = pointer;
    }
    problems.push_back(std::move(problem));
  }
}

/// The architecture with the model's other keys merged over it; nothing if there are problems.
std::optional<Node> resolved(const Node& model, const std::string& pointer,
                             const std::vector<std::string>& folders,
                             std::vector<Problem>& problems) {
  const Node& path = *model.find(hf_key);
  const auto key_pointer = child_pointer(pointer, hf_key);
  const auto complain = [&](const Node& node, const std::string& at, std::string message) {
    problems.push_back({node.mark.place(), at, std::move(message), ""});
  };
  if (path.kind != NodeKind::String) {
    complain(path, key_pointer,
             "expected the path of a config.json, found " + describe_value(path));
    return std::nullopt;
  }
  if (const Node* use = model.find("use")) {
    complain(*use, child_pointer(pointer, "use"), "\"use\" and \"hf_config\" exclude each other");
    return std::nullopt;
  }
  const auto before = problems.size();
  try {
    const auto document = load_hf_document(find_data_file(path.text, "", folders));
    const auto read = read_hf_config(document, problems);
    if (problems.size() != before) {
      return std::nullopt;
    }
    Node architecture =
        resolved_document(plugin_table(), schema_of<TransformerConfig>(), &read.architecture);
    mark_all(architecture, document.mark);
    architecture.mark = model.mark;
    Node overrides = model;
    std::erase_if(overrides.members, [](const Member& member) { return member.key == hf_key; });
    merge_patch(architecture, overrides);
    return architecture;
  } catch (const ConfigError& error) {
    add_at_key(error, path, key_pointer, problems);
    return std::nullopt;
  }
}

}  // namespace

void resolve_hf_models(Node& document, const std::vector<std::string>& folders,
                       std::vector<Problem>& problems) {
  Node* models = document.find("models");
  if (models == nullptr || models->kind != NodeKind::Object) {
    return;
  }
  std::vector<std::string> unusable;
  for (auto& [name, mark, model] : models->members) {
    if (model.find(hf_key) == nullptr) {
      continue;
    }
    auto architecture = resolved(model, child_pointer("/models", name), folders, problems);
    if (architecture) {
      model = std::move(*architecture);
    } else {
      unusable.push_back(name);
    }
  }
  std::erase_if(models->members, [&](const Member& member) {
    return std::find(unusable.begin(), unusable.end(), member.key) != unusable.end();
  });
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/base_scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Node& extends, std::string message, std::string fix = "") {
  std::vector<Problem> problems;
  problems.push_back(
      {extends.mark.place(), child_pointer("", extends_key), std::move(message), std::move(fix)});
  throw ConfigError(std::move(problems));
}

/// The same for every path that leads to the file.
std::string identity(const fs::path& path) {
  std::error_code unreadable;
  const auto canonical = fs::weakly_canonical(path, unreadable);
  return unreadable ? path.string() : canonical.string();
}

/// Loads a file and its bases. `chain` holds the files that led here.
class BaseLoader {
 public:
  MergedScenario load(const std::string& path) {
    MergedScenario merged;
    merged.document = load_file(path, merged.folders);
    return merged;
  }

 private:
  Node load_file(const std::string& path, std::vector<std::string>& folders) {
    chain_.push_back(path);
    auto document = load_document(path);
    const auto folder = fs::path(path).parent_path().string();
    folders.push_back(folder.empty() ? "." : folder);
    const Node* extends = document.find(extends_key);
    if (extends == nullptr) {
      return document;
    }
    auto base = load_file(base_path(path, *extends), folders);
    if (base.kind != NodeKind::Object) {
      throw ConfigError(
          {{base.mark.place(), "", "expected an object, found " + describe_value(base), ""}});
    }
    std::erase_if(document.members, [](const Member& member) { return member.key == extends_key; });
    merge_patch(base, document);
    return base;
  }

  std::string base_path(const std::string& path, const Node& extends) const {
    if (extends.kind != NodeKind::String) {
      refuse(extends, "expected a file name, found " + describe_value(extends));
    }
    const auto base = (fs::path(path).parent_path() / extends.text).string();
    std::error_code unreadable;
    if (extends.text.empty() || !fs::exists(base, unreadable)) {
      refuse(extends, fmt::format("there is no base scenario \"{}\"", base),
             "the path is relative to the file that extends it");
    }
    const auto first =
        std::find_if(chain_.begin(), chain_.end(),
                     [own = identity(base)](const auto& each) { return identity(each) == own; });
    if (first != chain_.end()) {
      refuse(extends, fmt::format("scenarios extend each other in a circle: {} -> {}",
                                  fmt::join(first, chain_.end(), " -> "), base));
    }
    return base;
  }

  std::vector<std::string> chain_;
};

}  // namespace

MergedScenario load_with_bases(const std::string& path) { return BaseLoader().load(path); }

}  // namespace tokenfab

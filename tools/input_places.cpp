// SPDX-License-Identifier: Apache-2.0
#include "tools/input_places.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/core/errors.hpp"
#include "sim/report/read_report.hpp"

namespace tokenfab::tools {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// The folder in which `name` was looked for when it was found at `path`: the loader joins the two.
fs::path searched_folder(const std::string& name, fs::path path) {
  const fs::path words(name);
  for (auto word = words.begin(); word != words.end(); ++word) {
    path = path.parent_path();
  }
  return path.empty() ? "." : path;
}

}  // namespace

std::string input_places(const Scenario& scenario, const std::string& result_folder) {
  Json places = Json::object();
  for (const auto& [name, input] : scenario.inputs) {
    Json place{{"sha256", input.sha256}};
    if (!fs::path(name).is_absolute()) {
      place["folder"] =
          fs::proximate(searched_folder(name, input.path), result_folder).generic_string();
    }
    places[name] = place;
  }
  return places.empty() ? "" : places.dump(2) + "\n";
}

std::vector<std::string> recorded_data_folders(const std::string& result_folder) {
  const auto file = fs::path(result_folder) / input_places_name;
  std::vector<std::string> folders;
  if (!fs::exists(file)) {
    return folders;
  }
  const auto refuse = [&](const std::string& pointer) {
    throw DataError({{{file.string(), 0, 0},
                      pointer,
                      "is not what tokenfab run writes",
                      "remove the file, and name the folders of the data with --data"}});
  };
  const auto places = Json::parse(read_file(file.string()), nullptr, false);
  if (!places.is_object()) {
    refuse("");
  }
  for (const auto& [name, place] : places.items()) {
    if (!place.is_object() || !place.value("folder", Json("")).is_string()) {
      refuse("/" + name);
    }
    const fs::path folder = place.value("folder", "");
    const auto found = (folder.is_absolute() ? folder : result_folder / folder).string();
    if (!folder.empty() && std::find(folders.begin(), folders.end(), found) == folders.end()) {
      folders.push_back(found);
    }
  }
  return folders;
}

}  // namespace tokenfab::tools

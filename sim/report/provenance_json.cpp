// SPDX-License-Identifier: Apache-2.0
#include "sim/report/provenance_json.hpp"

namespace tokenfab {

nlohmann::ordered_json provenance_json(const Provenance& provenance) {
  using Json = nlohmann::ordered_json;
  Json catalogue = Json::object();
  for (const auto& [entry, counts] : provenance.catalogue) {
    catalogue[entry] = counts;
  }
  Json placeholders = Json::array();
  for (const auto& use : provenance.placeholders) {
    placeholders.push_back(use.entry + ": " + use.value + " (" + use.source + ")");
  }
  Json kernels = Json::object();
  for (const auto& [chip, measured] : provenance.inherited_kernels) {
    kernels[chip] = measured;
  }
  return {{"catalogue", std::move(catalogue)},
          {"placeholders", std::move(placeholders)},
          {"inherited_kernels", std::move(kernels)}};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/provenance_json.hpp"

#include "sim/report/provenance_text.hpp"

namespace tokenfab {
namespace {

using Json = nlohmann::ordered_json;

Json counts_json(const ConfidenceCounts& counts) {
  Json json = Json::object();
  for (const auto& [name, count] :
       {std::pair{"official", counts.official}, std::pair{"calibrated", counts.calibrated},
        std::pair{"press", counts.press}, std::pair{"estimate", counts.estimate},
        std::pair{"placeholder", counts.placeholder}, std::pair{"inherited", counts.inherited}}) {
    if (count > 0) {
      json[name] = count;
    }
  }
  return json;
}

}  // namespace

Json provenance_json(const std::optional<Provenance>& provenance) {
  const auto known = provenance.value_or(Provenance());
  Json catalogue = Json::object();
  for (const auto& [entry, counts] : known.catalogue) {
    catalogue[entry] = counts_json(counts);
  }
  Json kernels = Json::object();
  for (const auto& text : known.inherited_kernels) {
    const auto [chip, measured] = kernels_origin(text);
    kernels[chip] = measured;
  }
  return {{"catalogue", std::move(catalogue)},
          {"placeholders", known.placeholders},
          {"inherited_kernels", std::move(kernels)}};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// The fields by which the configuration of a model names the data file it reads.
#pragma once

#include <string>

#include "sim/api/field.hpp"
#include "sim/api/site_data.hpp"
#include "sim/core/unit_factors.hpp"

namespace tokenfab {

struct DataFileConfig {
  std::string path;
  std::string format = "auto";
  Seconds fill_gaps{0};

  DataFile file(DataKind kind) const {
    return {kind, path, format, fill_gaps.si() / seconds_per_hour};
  }
};

/// `content`: what the file holds.
template <class Config>
void describe_data_file(Describe<Config>& d, const std::string& content, bool is_required = true) {
  auto path = d.field("path", static_cast<std::string Config::*>(&Config::path), content);
  if (is_required) {
    path.required();
  }
  d.field("format", static_cast<std::string Config::*>(&Config::format),
          "Format of the file; auto tells it by its first line");
  d.field("fill_gaps", static_cast<Seconds Config::*>(&Config::fill_gaps),
          "Gaps of the file up to so long are filled linearly, with a warning")
      .range(0, 1e6);
}

}  // namespace tokenfab

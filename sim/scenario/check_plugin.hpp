// SPDX-License-Identifier: Apache-2.0
// What models say of their own configuration when they are made.
#pragma once

#include <stdexcept>
#include <string>

#include "models/catalog.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

/// Makes the model and drops it: its constructor says what does not fit together.
template <class Interface>
void check_plugin(const std::string& pointer, const std::string& kind, const PluginConfig& config,
                  ProblemList& problems) {
  try {
    plugin_table().make<Interface>(kind, config);
  } catch (const std::invalid_argument& error) {
    problems.add(pointer, error.what());
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a cross-validation leaves out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tokenfab {

/// Rows held out together: one model, one system, a share of the rows.
struct Fold {
  std::string name;
  std::vector<std::size_t> held_out;
};

/// One fold per label, in the order of the labels' names.
std::vector<Fold> leave_one_label_out(const std::vector<std::string>& label_of_row);

}  // namespace tokenfab

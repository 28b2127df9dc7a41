// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/folds.hpp"

#include <map>
#include <utility>

namespace tokenfab {

std::vector<Fold> leave_one_label_out(const std::vector<std::string>& label_of_row) {
  std::map<std::string, std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < label_of_row.size(); ++i) {
    rows[label_of_row[i]].push_back(i);
  }
  std::vector<Fold> folds;
  for (auto& [name, held_out] : rows) {
    folds.push_back({name, std::move(held_out)});
  }
  return folds;
}

}  // namespace tokenfab

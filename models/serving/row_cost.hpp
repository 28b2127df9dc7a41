// SPDX-License-Identifier: Apache-2.0
// What depends on the number of rows of a rank only, priced once per number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "models/serving/layer_cost.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

struct RowCost {
  Parts time{};
  Duration exchange;  // of experts, where compute may hide it: not part of `time`
  double energy_j = 0;
  double weight_bytes = 0;  // read by all chips
};

/// By number of rows; 0 rows are free. A number is priced when it is first asked for: a run meets
/// few of the thousands that a batch may have.
class RowTable {
 public:
  RowTable() = default;
  RowTable(std::size_t rows_max, std::function<RowCost(std::int64_t rows)> price)
      : blocks_(rows_max / block_size + 1), is_priced_(rows_max + 1), price_(std::move(price)) {
    cost_at(0) = {};
    is_priced_[0] = 1;
  }

  std::size_t size() const { return is_priced_.size(); }
  const RowCost& operator[](std::size_t rows) const {
    if (is_priced_[rows] == 0) {
      cost_at(rows) = price_(static_cast<std::int64_t>(rows));
      is_priced_[rows] = 1;
    }
    return (*blocks_[rows / block_size])[rows % block_size];
  }

 private:
  static constexpr std::size_t block_size = 64;  // neighbours are often asked for together
  using Block = std::array<RowCost, block_size>;

  RowCost& cost_at(std::size_t rows) const {
    auto& block = blocks_[rows / block_size];
    if (!block) {
      block = std::make_unique<Block>();
    }
    return (*block)[rows % block_size];
  }

  mutable std::vector<std::unique_ptr<Block>> blocks_;  // those that are used
  mutable std::vector<char> is_priced_;
  std::function<RowCost(std::int64_t rows)> price_;
};

Parts to_ticks(const PartsS& seconds);

/// Energy of `time` at a power per part.
double energy_of(const Parts& time, const PartsS& power_w);

/// One step's rows in all layers. With two-batch overlap two halves, each as efficient as a half.
RowCost layers_cost(const LayerCosts& layers, std::int64_t rows, bool in_two_halves,
                    const PartsS& power_w);

RowCost head_cost(const LayerCosts& layers, std::int64_t rows, const PartsS& power_w);

}  // namespace tokenfab

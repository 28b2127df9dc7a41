// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/grid.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

/// Axes that are numbered: all but the second and later of a latin hypercube.
std::vector<std::size_t> numbered_axes(const std::vector<Axis>& axes) {
  std::vector<std::size_t> numbered;
  bool has_samples = false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (!axes[i].is_sampled || !has_samples) {
      numbered.push_back(i);
    }
    has_samples = has_samples || axes[i].is_sampled;
  }
  return numbered;
}

}  // namespace

double grid_size(const std::vector<Axis>& axes) {
  double size = 1;
  for (const auto i : numbered_axes(axes)) {
    size *= static_cast<double>(axes[i].values.size());
  }
  return size;
}

std::vector<std::size_t> grid_position(const std::vector<Axis>& axes, std::int64_t number) {
  std::vector<std::size_t> position(axes.size());
  const auto numbered = numbered_axes(axes);
  auto rest = static_cast<std::size_t>(number);
  std::size_t sample = 0;
  for (auto each = numbered.rbegin(); each != numbered.rend(); ++each) {
    const auto size = axes[*each].values.size();
    position[*each] = rest % size;
    rest /= size;
    if (axes[*each].is_sampled) {
      sample = position[*each];
    }
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].is_sampled) {
      position[i] = sample;
    }
  }
  return position;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub and
// Van Loan, Matrix Computations, 8.5).
#pragma once

#include <array>

namespace tokenfab {

template <int max_size>
struct SymmetricModes {
  using Matrix = std::array<std::array<double, max_size>, max_size>;

  std::array<double, max_size> value{};  // ascending
  Matrix vector{};                       // vector[i][j]: component i of mode j

  SymmetricModes(Matrix a, int size);
};

extern template struct SymmetricModes<3>;

}  // namespace tokenfab

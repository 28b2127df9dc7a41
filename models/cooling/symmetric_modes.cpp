// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/symmetric_modes.hpp"

#include <cmath>
#include <utility>

namespace tokenfab {
namespace {

constexpr int sweeps = 12;  // converges quadratically: a 3 x 3 matrix needs about five

template <class Matrix>
void rotate(Matrix& a, Matrix& v, int size, int p, int q) {
  if (a[p][q] == 0) {
    return;
  }
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  const double s = t * c;
  for (int k = 0; k < size; ++k) {
    const double kp = a[k][p];
    const double kq = a[k][q];
    a[k][p] = c * kp - s * kq;
    a[k][q] = s * kp + c * kq;
  }
  for (int k = 0; k < size; ++k) {
    const double pk = a[p][k];
    const double qk = a[q][k];
    a[p][k] = c * pk - s * qk;
    a[q][k] = s * pk + c * qk;
  }
  a[p][q] = a[q][p] = 0;
  for (int k = 0; k < size; ++k) {
    const double kp = v[k][p];
    const double kq = v[k][q];
    v[k][p] = c * kp - s * kq;
    v[k][q] = s * kp + c * kq;
  }
}

}  // namespace

template <int max_size>
SymmetricModes<max_size>::SymmetricModes(Matrix a, int size) {
  for (int i = 0; i < size; ++i) {
    vector[i][i] = 1;
  }
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (int p = 0; p < size; ++p) {
      for (int q = p + 1; q < size; ++q) {
        rotate(a, vector, size, p, q);
      }
    }
  }
  for (int i = 0; i < size; ++i) {
    value[i] = a[i][i];
  }
  for (int i = 0; i < size; ++i) {
    for (int j = i + 1; j < size; ++j) {
      if (value[j] < value[i]) {
        std::swap(value[i], value[j]);
        for (int k = 0; k < size; ++k) {
          std::swap(vector[k][i], vector[k][j]);
        }
      }
    }
  }
}

template struct SymmetricModes<3>;

}  // namespace tokenfab

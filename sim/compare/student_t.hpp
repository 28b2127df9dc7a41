// SPDX-License-Identifier: Apache-2.0
// Student's t distribution with any number of degrees of freedom above zero: how probable a t as
// far from zero is by chance, and how far the middle 95 % reach.
#pragma once

namespace tokenfab {

/// The regularized incomplete beta function I_x(a, b), a and b > 0, x in [0, 1].
double incomplete_beta(double a, double b, double x);

/// Probability of |T| >= |t|; 0 for an infinite t.
double two_sided_p(double t, double degrees);

/// The t that |T| stays below with probability 0.95.
double t_of_95(double degrees);

}  // namespace tokenfab

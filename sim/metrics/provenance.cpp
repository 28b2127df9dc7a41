// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/provenance.hpp"

namespace tokenfab {

void ConfidenceCounts::describe(Describe<ConfidenceCounts>& d) {
  using C = ConfidenceCounts;
  constexpr double most = 1e6;
  d.field("official", &C::official, "From makers and papers").range(0, most);
  d.field("calibrated", &C::calibrated, "Fitted to measurements").range(0, most);
  d.field("press", &C::press, "From press, analysts and resellers").range(0, most);
  d.field("estimate", &C::estimate, "Estimated").range(0, most);
  d.field("placeholder", &C::placeholder, "In place of what nobody has published").range(0, most);
  d.field("inherited", &C::inherited, "Taken from another entry").range(0, most);
}

void Provenance::describe(Describe<Provenance>& d) {
  using P = Provenance;
  d.map("catalogue", &P::catalogue, "How many values came from an entry, by its confidence");
  d.field("placeholders", &P::placeholders, "Placeholder values, each with its source");
  d.field("inherited_kernels", &P::inherited_kernels,
          "Chips without measured kernels, each with the chip that has lent them");
}

}  // namespace tokenfab

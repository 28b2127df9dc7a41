// SPDX-License-Identifier: Apache-2.0
// What no job trace tells of its jobs: how much power they draw, and what stops them.
#pragma once

#include "sim/api/field.hpp"
#include "sim/api/job.hpp"

namespace tokenfab {

struct JobBehaviour {
  double activity = JobTraits().activity;
  bool preemptible = false;
  bool resumes = false;
  JobTraits traits() const { return {activity, preemptible, resumes}; }
};

/// Declares the fields in a configuration that derives from JobBehaviour.
template <class T>
void describe_behaviour(Describe<T>& d) {
  constexpr double T::*activity = &T::activity;
  constexpr bool T::*preemptible = &T::preemptible;
  constexpr bool T::*resumes = &T::resumes;
  d.field("activity", activity, "Share of the way from idle to the chips' power limit")
      .range(0, 1)
      .source(
          "8x H100 nodes draw about 76 % of their nameplate in LLM-class work (arXiv:2412.08602)");
  d.field("preemptible", preemptible, "The scheduler may take the jobs' chips away");
  d.field("resumes", resumes, "After a loss or preemption a job goes on where it was");
}

}  // namespace tokenfab

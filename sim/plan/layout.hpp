// SPDX-License-Identifier: Apache-2.0
// One way to lay a service out: servers, parallelism, formats, batch limits, pools. All but how
// many units of it there are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/plan/plan_request.hpp"
#include "sim/plan/plan_subject.hpp"

namespace tokenfab {

struct Layout {
  PlanNode node;
  std::int64_t tensor_parallel_size = 1;
  std::int64_t pipeline_parallel_size = 1;
  std::int64_t data_parallel_size = 1;
  ExpertChoice experts = ExpertChoice::Cut;
  std::string quantization;
  std::int64_t max_num_seqs = 0;            // 0: as the scenario and its engine say
  std::int64_t max_num_batched_tokens = 0;  // the same
  PoolSplit split;

  std::int64_t chips_per_replica() const {
    return tensor_parallel_size * pipeline_parallel_size * data_parallel_size;
  }
  std::int64_t chips_per_unit() const { return chips_per_replica() * split.replicas(); }
  /// Servers that so many units need.
  std::int64_t nodes(std::int64_t units) const {
    return (units * chips_per_unit() + node.chips - 1) / node.chips;
  }
  /// What `units` may grow to without another server.
  std::int64_t units_of_full_nodes(std::int64_t units) const {
    return nodes(units) * node.chips / chips_per_unit();
  }
};

/// "h200 tp4 fp8", with what else is not the simplest.
std::string label_of(const Layout& layout);
/// "2 x h200 tp4 fp8".
std::string label_of(const Layout& layout, std::int64_t units);

struct LayoutList {
  std::vector<Layout> layouts;                 // in the order of the lists, the last fastest
  std::map<std::string, std::size_t> dropped;  // combinations by why they make no sense
};

/// All combinations of a space.
LayoutList layouts_of(const SearchSpace& space, const PlanSubject& subject);

/// What makes the scenario have `units` of a layout: pointers and values of overrides.
std::vector<std::pair<std::string, std::string>> settings_of(const Layout& layout,
                                                             std::int64_t units,
                                                             const PlanSubject& subject);

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/load_pool.hpp"

#include <algorithm>
#include <cmath>

#include "models/catalog.hpp"

namespace tokenfab {

LoadPool::LoadPool(const std::string& site, std::uint32_t site_number,
                   const std::string& cluster_name, const ClusterConfig& cluster,
                   const OpenSiteModel& open)
    : name_(cluster_name),
      cluster_(cluster),
      site_(site_number),
      load_(plugin_table().make<ClusterLoad>("load", cluster.load)),
      levels_(clock_levels(cluster.node.chip)),
      dynamic_design_(static_cast<double>(cluster.nodes) *
                      (cluster.node.design_output() - cluster.node.idle_output())) {
  open(*load_, "clusters/" + cluster_name + "/load");
  result_.service = site + "." + cluster_name;
  result_.name = "load";
  result_.site = site;
  result_.cluster = cluster_name;
  result_.replicas = 1;
  result_.is_given = true;
  result_.chips = static_cast<double>(cluster.nodes * cluster.node.chips_per_node);
  look_up();
}

void LoadPool::look_up() {
  utilization_ = load_->utilization(solved_);
  holds_until_ = load_->holds_until(solved_);
}

void LoadPool::advance_to(Instant now) {
  while (solved_ < now) {
    const auto until = holds_until_ ? std::min(now, *holds_until_) : now;
    const double span = (until - solved_).seconds();
    if (has_power_) {
      pending_j_ += dynamic_design_.si() * utilization_ * power_share_ * span;
      busy_seconds_ += utilization_ * clock_ * span;
    }
    solved_ = until;
    if (holds_until_ && solved_ == *holds_until_) {
      look_up();
    }
  }
}

void LoadPool::set_clock(double clock, Instant now) {
  advance_to(now);
  clock_ = clock;
  const auto level = std::find_if(levels_.begin(), levels_.end(),
                                  [clock](const ClockLevel& at) { return at.clock >= clock; });
  power_share_ = level == levels_.end() ? 1 : level->dynamic_power;
}

void LoadPool::set_power(bool has_power, Instant now) {
  advance_to(now);
  has_power_ = has_power;
}

double LoadPool::harvest_energy_j(Instant now) {
  advance_to(now);
  const double energy = pending_j_;
  pending_j_ = 0;
  result_.work.work.dynamic_energy_j += energy;
  return energy;
}

TokenCounts LoadPool::tokens_so_far() const {
  const auto& made = cluster_.throughput;
  if (!made) {
    return {};
  }
  const double chip_seconds = busy_seconds_ * result_.chips;
  return {static_cast<std::uint64_t>(made->input.si() * chip_seconds),
          static_cast<std::uint64_t>(made->output.si() * chip_seconds)};
}

std::uint64_t LoadPool::harvest_tokens(Instant now) {
  advance_to(now);
  const auto output = tokens_so_far().output;
  const auto since = output - harvested_tokens_;
  harvested_tokens_ = output;
  return since;
}

double LoadPool::active_chip_seconds(Instant now) const { return now.seconds() * result_.chips; }

/// Utilization x clock counts as busy. Solved up to the date already: the plant has read its meter.
void LoadPool::read_units(Instant, std::span<UnitGroup> groups) const {
  groups[0] = UnitGroup();
  groups[0].units = 1;
  groups[0].busy = Duration::from_seconds(busy_seconds_);
  groups[0].dynamic_energy_j = result_.work.work.dynamic_energy_j;
}

void LoadPool::stop_at(Instant now) {
  advance_to(now);
  is_over_ = true;
  result_.active_chip_seconds = active_chip_seconds(now);
  const auto made = tokens_so_far();
  result_.requests.input_tokens = made.input;
  result_.requests.output_tokens = made.output;
  result_.work.busy = Duration::from_seconds(busy_seconds_);
  const double output_share = cluster_.throughput ? cluster_.throughput->output_time_share : 1;
  result_.work.decode_charge = Duration::from_seconds(busy_seconds_ * output_share);
  result_.work.prefill_charge = result_.work.busy - result_.work.decode_charge;
}

PoolResult& LoadPool::close() { return result_; }

}  // namespace tokenfab

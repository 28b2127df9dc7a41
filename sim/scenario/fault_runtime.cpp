// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fault_runtime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "models/catalog.hpp"

namespace tokenfab {

FaultRuntime::FaultRuntime(std::unique_ptr<FaultProcess> process, engine::Agenda& agenda,
                           std::vector<NodeListener*> listeners, EventLog* events, EventPlace place)
    : process_(std::move(process)),
      agenda_(agenda),
      listeners_(std::move(listeners)),
      slot_(agenda.add(engine::EventPriority::Fault, *this)),
      events_(events),
      place_(place) {}

void FaultRuntime::start(std::uint32_t nodes, RandomStream random) {
  process_->start(nodes, random);
  stops_.assign(nodes, 0);
  next_ = process_->next();
  reschedule();
}

void FaultRuntime::handle_event(Instant now) {
  // Repairs first: a node that breaks at the date of its repair is lost again.
  end_due_faults(now);
  do {
    while (next_ && next_->date <= now) {
      const auto fault = *next_;
      next_ = process_->next();
      begin(fault, now);
    }
  } while (end_due_faults(now));  // of nodes that are back at once
  reschedule();
}

void FaultRuntime::begin(const NodeLoss& fault, Instant now) {
  const auto size = static_cast<std::uint32_t>(stops_.size());
  auto cut = fault;
  cut.nodes = std::min(fault.nodes, size - std::min(fault.node, size));
  ends_.push_back({now + cut.repair, cut});
  std::push_heap(ends_.begin(), ends_.end(), std::greater<>());
  std::vector<std::uint32_t> broken;
  for (auto node = cut.node; node < cut.node + cut.nodes; ++node) {
    if (cut.slowdown > 0) {
      slow(node, cut.slowdown, now);
    } else if (stops_[node]++ == 0) {
      broken.push_back(node);
    }
  }
  note(EventKind::NodeFailed, broken, now);
  if (has_power_) {
    lose(broken, now);
  }
}

/// Whether there were any. A node is down until the last of the faults that hold it is repaired.
bool FaultRuntime::end_due_faults(Instant now) {
  bool any = false;
  while (!ends_.empty() && ends_.front().date <= now) {
    const auto fault = ends_.front().fault;
    std::pop_heap(ends_.begin(), ends_.end(), std::greater<>());
    ends_.pop_back();
    any = true;
    std::vector<std::uint32_t> repaired;
    for (auto node = fault.node; node < fault.node + fault.nodes; ++node) {
      if (fault.slowdown > 0) {
        end_slowdown(node, fault.slowdown, now);
      } else if (--stops_[node] == 0) {
        repaired.push_back(node);
      }
    }
    note(EventKind::NodeRepaired, repaired, now);
    for (const auto node : repaired) {
      for (auto* listener : listeners_) {
        if (has_power_) {
          listener->node_repaired(node, now);
        }
      }
    }
  }
  return any;
}

/// Of several slowdowns the worst counts: a step waits for the slowest part.
void FaultRuntime::slow(std::uint32_t node, double factor, Instant now) {
  auto& factors = slowed_[node];
  const bool is_worst = std::all_of(factors.begin(), factors.end(),
                                    [factor](double other) { return other < factor; });
  factors.push_back(factor);
  if (is_worst) {
    note_speed(node, factor, now);
  }
  for (auto* listener : listeners_) {
    if (is_worst) {
      listener->node_slowed(node, factor, now);
    }
  }
}

void FaultRuntime::end_slowdown(std::uint32_t node, double factor, Instant now) {
  auto& factors = slowed_[node];
  factors.erase(std::find(factors.begin(), factors.end(), factor));
  const auto worst = std::max_element(factors.begin(), factors.end());
  if (factors.empty() || *worst < factor) {
    note_speed(node, factors.empty() ? 1 : *worst, now);
  }
  for (auto* listener : listeners_) {
    if (factors.empty()) {
      listener->node_full_speed(node, now);
    } else if (*worst < factor) {
      listener->node_slowed(node, *worst, now);
    }
  }
  if (factors.empty()) {
    slowed_.erase(node);
  }
}

/// One row for nodes in a row.
void FaultRuntime::note(EventKind kind, const std::vector<std::uint32_t>& nodes,
                        Instant now) const {
  for (std::size_t i = 0; events_ != nullptr && i < nodes.size();) {
    auto end = i + 1;
    while (end < nodes.size() && nodes[end] == nodes[end - 1] + 1) {
      ++end;
    }
    events_->add(now, place_, kind,
                 end == i + 1 ? fmt::format("node {}", nodes[i])
                              : fmt::format("nodes {}-{}", nodes[i], nodes[end - 1]));
    i = end;
  }
}

void FaultRuntime::note_speed(std::uint32_t node, double factor, Instant now) const {
  if (events_ != nullptr) {
    events_->add(now, place_, factor > 1 ? EventKind::NodeSlowed : EventKind::NodeFullSpeed,
                 fmt::format("node {}", node), factor > 1 ? fmt::format("x{}", factor) : "");
  }
}

void FaultRuntime::lose(const std::vector<std::uint32_t>& nodes, Instant now) {
  for (auto* listener : listeners_) {
    for (const auto node : nodes) {
      listener->node_fails(node);
    }
  }
  for (auto* listener : listeners_) {
    for (const auto node : nodes) {
      listener->node_failed(node, now);
    }
  }
}

void FaultRuntime::power_lost(Instant now) {
  has_power_ = false;
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < stops_.size(); ++node) {
    if (stops_[node] == 0) {
      nodes.push_back(node);
    }
  }
  lose(nodes, now);
}

void FaultRuntime::power_restored(Instant now) {
  has_power_ = true;
  for (auto* listener : listeners_) {
    for (std::uint32_t node = 0; node < stops_.size(); ++node) {
      if (stops_[node] == 0) {
        listener->node_repaired(node, now);
      }
    }
  }
}

void FaultRuntime::reschedule() {
  std::optional<Instant> date = next_ ? std::optional(next_->date) : std::nullopt;
  if (!ends_.empty() && (!date || ends_.front().date < *date)) {
    date = ends_.front().date;
  }
  if (date) {
    agenda_.schedule(slot_, *date);
  }
}

std::vector<SiteFaults> make_fault_runtimes(
    const ScenarioConfig& config, engine::Agenda& agenda,
    const std::function<std::vector<NodeListener*>(std::uint32_t, std::uint32_t)>& users_of,
    EventLog* events) {
  std::vector<SiteFaults> faults;
  std::uint32_t site_number = 0;
  for (const auto& [site_name, site] : config.sites) {
    std::uint32_t cluster_number = 0;
    for (const auto& [name, cluster] : site.clusters) {
      faults.push_back(
          {site_number,
           std::make_unique<FaultRuntime>(
               plugin_table().make<FaultProcess>("faults", cluster.faults), agenda,
               users_of(site_number, cluster_number++), events, EventPlace{site_name, name})});
      faults.back().runtime->start(
          static_cast<std::uint32_t>(cluster.nodes),
          RandomStream(static_cast<std::uint64_t>(config.seed), 0,
                       "sites/" + site_name + "/clusters/" + name, "faults"));
    }
    ++site_number;
  }
  return faults;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/linked_zone.hpp"

#include <fmt/format.h>

#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab::engine {
namespace routing = simgrid::kernel::routing;

namespace {

/// Nodes compute through our own chip models; SimGrid only needs a positive host speed.
constexpr double host_speed_unused = 1.0;

}  // namespace

LinkedZone::LinkedZone(const std::string& name, simgrid::s4u::NetZone* parent,
                       std::unique_ptr<ClusterLinks> links, const std::vector<std::uint32_t>& nodes)
    : NetZoneImpl("cluster-" + name), numbers_(std::move(links)) {
  get_iface()->set_parent(parent);
  const auto used = numbers_->used_by(nodes);
  links_.resize(used.size());
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    if (used[i]) {
      links_[i] =
          create_link(fmt::format("{}-{:010}", name, i), {numbers_->capacity(i).si()})->get_impl();
    }
  }
  const auto number = [&](const routing::NetPoint* point, std::uint32_t node) {
    node_of_.resize(point->id() + 1);
    node_of_[point->id()] = node;
  };
  gateway_ = create_router("gateway-" + name);
  number(gateway_, 0);
  hosts_.reserve(nodes.size());
  for (const auto node : nodes) {
    hosts_.push_back(create_host(fmt::format("{}-{:07}", name, node), {host_speed_unused}));
    number(hosts_.back()->get_netpoint(), node);
  }
  seal();
}

void LinkedZone::get_local_route(const routing::NetPoint* from, const routing::NetPoint* to,
                                 routing::Route* into, double*) {
  way_.clear();
  if (from == gateway_ && to == gateway_) {
    return;
  }
  if (to == gateway_) {
    numbers_->route_out(node_of_[from->id()], way_);
  } else if (from == gateway_) {
    numbers_->route_in(node_of_[to->id()], way_);
  } else {
    numbers_->route(node_of_[from->id()], node_of_[to->id()], way_);
  }
  for (const auto link : way_) {
    CHECK(links_[link] != nullptr, "{}: link {} of {}", get_name(), link, links_.size());
    into->link_list_.push_back(links_[link]);
  }
}

}  // namespace tokenfab::engine

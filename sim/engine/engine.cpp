// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <simgrid/s4u.hpp>
#include <utility>

// After s4u.hpp, whose macros it uses.
#include <simgrid/version.h>

#include "sim/core/check.hpp"
#include "sim/engine/kernel_model.hpp"

namespace tokenfab::engine {
namespace s4u = simgrid::s4u;

namespace {

/// SimGrid reads its own command line; it must never see the user's.
s4u::Engine& make_simgrid_engine() {
  static int argc = 2;
  static char name[] = "tokenfab";
  static char quiet[] = "--log=xbt_cfg.thres:warning";  // it announces every option set below
  static char* argv[] = {name, quiet, nullptr};
  // It also takes SIGINT for itself; signals are the program's business.
  struct sigaction interruption {};
  sigaction(SIGINT, nullptr, &interruption);
  static s4u::Engine engine(&argc, argv);
  sigaction(SIGINT, &interruption, nullptr);
  // Bytes over bandwidth, shared max-min fairly, with no hidden TCP corrections
  // (docs/architecture.md, "Engine facts").
  for (const auto* option : {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:0",
                             "network/optim:Lazy"}) {
    s4u::Engine::set_config(option);
  }
  return engine;
}

/// Nodes compute through our own chip models; SimGrid only needs a positive host speed.
constexpr double host_speed_unused = 1.0;

}  // namespace

class Engine::Impl {
 public:
  explicit Impl(const std::vector<SitePlatform>& sites) : simgrid_(&make_simgrid_engine()) {
    build_platform(sites);
    model_ = std::make_shared<KernelModel>(
        agenda, [this] { return !flows_.empty(); }, [this] { return !ended_.empty(); },
        [this] { return deliver_flow_ends(); });
    simgrid_->add_model(model_, {});
    s4u::Activity::on_completion_cb([this](const s4u::Activity& activity) {
      const auto* comm = dynamic_cast<const s4u::Comm*>(&activity);
      const auto found = comm == nullptr ? flow_of_comm_.end() : flow_of_comm_.find(comm);
      if (found != flow_of_comm_.end()) {
        ended_.emplace_back(found->second, comm->get_state() == s4u::Activity::State::FINISHED);
      }
    });
  }

  FlowId start_flow(const HostPlace& from, const HostPlace& to, Bytes size, FlowHandler& handler) {
    CHECK(size.si() >= 1, "a flow of {} bytes", size.si());
    const auto id = next_flow_++;
    auto comm =
        s4u::Comm::sendto_async(host(from), host(to), static_cast<std::uint64_t>(size.si() + 0.5));
    flow_of_comm_[comm.get()] = id;
    flows_.emplace(id, Flow{std::move(comm), &handler});
    if (flows_.at(id).comm->get_remaining() <= 0) {
      ended_.emplace_back(id, false);  // a link was down: no completion would come
    }
    return id;
  }

  void stop() {
    agenda.clear();
    auto flows = std::exchange(flows_, {});
    flow_of_comm_.clear();
    ended_.clear();
    for (auto& [id, flow] : flows) {
      flow.comm->cancel();
      retired_.push_back(std::move(flow.comm));
    }
  }

  void run() {
    simgrid_->run();
    retired_.clear();
  }

  std::size_t live_flows() const { return flows_.size(); }

  Agenda agenda;

 private:
  struct Flow {
    s4u::CommPtr comm;
    FlowHandler* handler;
  };

  void build_platform(const std::vector<SitePlatform>& sites);
  static void build_cluster(s4u::NetZone* site, const std::string& name,
                            const ClusterPlatform& cluster, std::vector<s4u::Host*>& nodes);

  s4u::Host* host(const HostPlace& place) const {
    return place.is_storage ? storages_.at(place.site)
                            : nodes_.at(place.site).at(place.cluster).at(place.node);
  }

  bool deliver_flow_ends() {
    // SimGrid may still touch an activity after its completion callback: handles die a round later.
    retired_.clear();
    if (ended_.empty()) {
      return false;
    }
    auto ended = std::exchange(ended_, {});
    std::sort(ended.begin(), ended.end());
    const auto now =
        std::max(agenda.now(), Instant(Duration::from_seconds(s4u::Engine::get_clock())));
    for (const auto& [id, delivered] : ended) {
      const auto found = flows_.find(id);
      if (found == flows_.end()) {
        continue;
      }
      auto* handler = found->second.handler;
      flow_of_comm_.erase(found->second.comm.get());
      retired_.push_back(std::move(found->second.comm));
      flows_.erase(found);
      handler->flow_ended(id, now, delivered);
    }
    return true;
  }

  s4u::Engine* simgrid_;
  std::shared_ptr<KernelModel> model_;
  std::vector<s4u::Host*> storages_;
  std::vector<std::vector<std::vector<s4u::Host*>>> nodes_;
  FlowId next_flow_ = 1;
  std::map<FlowId, Flow> flows_;
  std::map<const s4u::Comm*, FlowId> flow_of_comm_;
  std::vector<std::pair<FlowId, bool>> ended_;
  std::vector<s4u::CommPtr> retired_;
};

void Engine::Impl::build_platform(const std::vector<SitePlatform>& sites) {
  auto* world = s4u::create_star_zone("world");
  for (const auto& site : sites) {
    auto* zone = s4u::create_star_zone("site-" + site.name);
    zone->set_parent(world);
    // SimGrid routes wrongly between a host of a zone and the hosts of that zone's zones, so the
    // storage and the site's gateway have a zone of their own beside the clusters.
    auto* core = s4u::create_star_zone("core-" + site.name);
    core->set_parent(zone);
    auto* storage = core->create_host("storage-" + site.name, host_speed_unused);
    auto* storage_link =
        core->create_split_duplex_link("storage-" + site.name, site.storage_bandwidth.si());
    core->add_route(storage->get_netpoint(), nullptr, nullptr, nullptr,
                    {{storage_link, s4u::LinkInRoute::Direction::UP}}, true);
    auto* gateway = core->create_router("gateway-" + site.name);
    core->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
    core->seal();
    zone->add_route(core->get_netpoint(), nullptr, gateway, nullptr, {}, true);
    storages_.push_back(storage);
    auto& clusters = nodes_.emplace_back();
    for (const auto& cluster : site.clusters) {
      build_cluster(zone, site.name + "/" + cluster.name, cluster, clusters.emplace_back());
    }
    zone->seal();
    world->add_route(zone->get_netpoint(), nullptr, gateway, nullptr, {}, true);
  }
  world->seal();
}

void Engine::Impl::build_cluster(s4u::NetZone* site, const std::string& name,
                                 const ClusterPlatform& cluster, std::vector<s4u::Host*>& nodes) {
  auto* zone = s4u::create_star_zone("cluster-" + name);
  zone->set_parent(site);
  for (std::uint32_t i = 0; i < cluster.nodes; ++i) {
    const auto node = fmt::format("{}-{:07}", name, i);
    auto* host = zone->create_host(node, host_speed_unused);
    auto* port = zone->create_split_duplex_link("port-" + node, cluster.network_bandwidth.si());
    auto* fabric = zone->create_link("fabric-" + node, cluster.scale_up_bandwidth.si());
    zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                    {{port, s4u::LinkInRoute::Direction::UP}}, true);
    zone->add_route(host->get_netpoint(), host->get_netpoint(), nullptr, nullptr,
                    {s4u::LinkInRoute(fabric)}, false);
    nodes.push_back(host);
  }
  auto* gateway = zone->create_router("gateway-" + name);
  zone->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
  zone->seal();
  site->add_route(zone->get_netpoint(), nullptr, gateway, nullptr, {}, true);
}

Engine::Engine(const std::vector<SitePlatform>& sites) : impl_(std::make_unique<Impl>(sites)) {}
Engine::~Engine() = default;
Agenda& Engine::agenda() { return impl_->agenda; }
FlowId Engine::start_flow(const HostPlace& from, const HostPlace& to, Bytes size,
                          FlowHandler& handler) {
  return impl_->start_flow(from, to, size, handler);
}
std::size_t Engine::live_flows() const { return impl_->live_flows(); }
void Engine::run() { impl_->run(); }
void Engine::stop() { impl_->stop(); }

std::string Engine::simgrid_version() {
  return fmt::format("{}.{}.{}", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR,
                     SIMGRID_VERSION_PATCH);
}

}  // namespace tokenfab::engine

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
#include "sim/engine/hosts.hpp"
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

/// SimGrid ignores Comm::set_rate on flows between hosts; the bound goes on the flow's action, the
/// newest of the network model.
void limit_rate(simgrid::kernel::resource::Model& network, const s4u::Comm& comm,
                BytesPerSecond bound) {
  auto& action = network.get_started_action_set()->back();
  CHECK(action.get_activity() == comm.get_impl(), "a bound of {} B/s", bound.si());
  action.set_bound(bound.si());
}

}  // namespace

class Engine::Impl {
 public:
  Impl(const std::vector<SitePlatform>& sites, const std::vector<WanLink>& wan)
      : simgrid_(&make_simgrid_engine()), hosts_(sites, wan) {
    model_ = std::make_shared<KernelModel>(
        agenda, [this] { return !flows_.empty(); },
        [this] { return !ended_.empty() || has_cancelled_; },
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

  FlowId start_flow(const HostPlace& from, const HostPlace& to, Bytes size, FlowHandler& handler,
                    std::optional<BytesPerSecond> bound) {
    CHECK(size.si() >= 1, "a flow of {} bytes", size.si());
    CHECK(!bound || bound->si() > 0, "a flow of at most {} B/s", bound->si());
    CHECK(hosts_.joins(from.site, to.site), "no line from site {} to site {}", from.site, to.site);
    const auto id = next_flow_++;
    auto comm = s4u::Comm::sendto_async(hosts_.at(from), hosts_.at(to),
                                        static_cast<std::uint64_t>(size.si() + 0.5));
    flow_of_comm_[comm.get()] = id;
    if (comm->get_remaining() <= 0) {
      ended_.emplace_back(id, false);  // a link was down: no completion would come
    } else if (bound) {
      limit_rate(hosts_.network(), *comm, *bound);
    }
    flows_.emplace(id, Flow{std::move(comm), &handler});
    return id;
  }

  void cancel_flow(FlowId id) {
    const auto found = flows_.find(id);
    if (found == flows_.end()) {
      return;
    }
    auto comm = std::move(found->second.comm);
    flows_.erase(found);
    flow_of_comm_.erase(comm.get());  // first, so that its own completion callback finds nothing
    comm->cancel();
    retired_.push_back(std::move(comm));
    has_cancelled_ = true;
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
    expiring_.clear();
  }

  std::size_t live_flows() const { return flows_.size(); }

  Agenda agenda;

 private:
  struct Flow {
    s4u::CommPtr comm;
    FlowHandler* handler;
  };

  bool deliver_flow_ends() {
    // SimGrid may still touch an activity after its completion callback, and calls back about one
    // that was cancelled before the run only after this: handles die a round later.
    expiring_ = std::exchange(retired_, {});
    has_cancelled_ = false;
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
  Hosts hosts_;
  std::shared_ptr<KernelModel> model_;
  FlowId next_flow_ = 1;
  std::map<FlowId, Flow> flows_;
  std::map<const s4u::Comm*, FlowId> flow_of_comm_;
  std::vector<std::pair<FlowId, bool>> ended_;
  std::vector<s4u::CommPtr> retired_;   // this round
  std::vector<s4u::CommPtr> expiring_;  // the round before
  // A cancelled flow holds its share of the links until SimGrid's next round, which must therefore
  // not move the clock.
  bool has_cancelled_ = false;
};

Engine::Engine(const std::vector<SitePlatform>& sites, const std::vector<WanLink>& wan)
    : impl_(std::make_unique<Impl>(sites, wan)) {}
Engine::~Engine() = default;
Agenda& Engine::agenda() { return impl_->agenda; }
FlowId Engine::start_flow(const HostPlace& from, const HostPlace& to, Bytes size,
                          FlowHandler& handler, std::optional<BytesPerSecond> bound) {
  return impl_->start_flow(from, to, size, handler, bound);
}
void Engine::cancel_flow(FlowId flow) { impl_->cancel_flow(flow); }
std::size_t Engine::live_flows() const { return impl_->live_flows(); }
void Engine::run() { impl_->run(); }
void Engine::stop() { impl_->stop(); }

std::string Engine::simgrid_version() {
  return fmt::format("{}.{}.{}", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR,
                     SIMGRID_VERSION_PATCH);
}

}  // namespace tokenfab::engine

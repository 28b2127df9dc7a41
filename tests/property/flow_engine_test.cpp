// SPDX-License-Identifier: Apache-2.0
// Flow plans against SimGrid: the same flows, started in the engine, end at the same dates.
#include <fmt/format.h>

#include <cstring>

#include "models/interconnect/flow_collectives.hpp"
#include "sim/core/random.hpp"
#include "sim/engine/engine.hpp"
#include "tests/run_in_child.hpp"
#include "tests/tree_routes.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using enum CollectiveKind;

namespace {

constexpr std::uint32_t node_count = 12;
constexpr double port = 8 * 50e9;
constexpr double fabric = 8 * 400e9;

/// The engine's star: every node in one leaf.
testing::TreeRoutes star() {
  testing::TreeRoutes routes;
  routes.nodes = routes.nodes_per_leaf = node_count;
  routes.fabric = BytesPerSecond(fabric);
  routes.port = BytesPerSecond(port);
  routes.uplink = BytesPerSecond(port);
  return routes;
}

struct Ends : engine::FlowHandler {
  void flow_ended(engine::FlowId flow, Instant now, bool) override {
    at.resize(std::max<std::size_t>(at.size(), flow + 1));
    at[flow] = now.seconds();
  }
  std::vector<double> at;
};

/// Dates at which the flows of each owner are through, in SimGrid.
std::string engine_ends(const std::vector<std::vector<FlowClass>>& owners) {
  engine::Engine engine({{"site",
                          {{"pool", node_count, BytesPerSecond(fabric), BytesPerSecond(port)}},
                          BytesPerSecond(1e9)}});
  Ends ends;
  std::vector<std::vector<engine::FlowId>> ids;
  for (const auto& flows : owners) {
    auto& own = ids.emplace_back();
    for (const auto& flow : flows) {
      for (std::int64_t i = 0; i < flow.count; ++i) {
        own.push_back(engine.start_flow({0, 0, flow.from_node, false}, {0, 0, flow.to_node, false},
                                        flow.size, ends, flow.bound));
      }
    }
  }
  engine.run();
  std::string text;
  for (const auto& own : ids) {
    double last = 0;
    for (const auto id : own) {
      last = std::max(last, ends.at.at(id));
    }
    text += fmt::format("{} ", last);
  }
  return text;
}

void require_same_ends(const std::vector<std::vector<FlowClass>>& owners) {
  std::vector<FlowPlan> plans;
  for (const auto& flows : owners) {
    plans.push_back({Seconds(0), {flows}});
  }
  const auto routes = star();
  const auto solved = contended_times(routes, plans);
  auto text = testing::run_in_child([&] { return engine_ends(owners); });
  const char* at = text.c_str();
  for (const auto end : solved) {
    char* after = nullptr;
    REQUIRE(end.si() == Approx(std::strtod(at, &after)).epsilon(1e-9));
    at = after;
  }
}

std::vector<FlowClass> whole_bytes(std::vector<FlowClass> flows) {
  for (auto& flow : flows) {
    flow.size = Bytes(std::floor(flow.size.si()));
  }
  return flows;
}

}  // namespace

TEST_CASE("flow plans: SimGrid ends the flows of collectives at the same dates") {
  CollectiveLibraryConfig library;
  library.algorithms = {"ring"};
  const std::vector<NetworkLevel> levels{
      {"scale-up", 8, BytesPerSecond(400e9), Seconds(0), false},
      {"network", 8 * node_count, BytesPerSecond(50e9), Seconds(0), false}};
  const NetworkCollectives collectives(levels, library);
  // Two jobs on the same nodes, the second in another order, and a third on some of them.
  ChipNodes one;
  ChipNodes other;
  ChipNodes third;
  for (std::uint32_t chip = 0; chip < 64; ++chip) {
    one.push_back(chip / 8);
    other.push_back(chip / 8 * 5 % node_count);
    if (chip < 32) {
      third.push_back(node_count - 1 - chip / 8);
    }
  }
  const auto flows = [&](const ChipNodes& nodes, CollectiveKind kind, ChipGroup group,
                         double size) {
    const auto choice = collectives.choose(kind, group, Bytes(size));
    const auto plan = plan_flows(choice, kind, group, Bytes(size), nodes, 1, collectives);
    return whole_bytes(plan.phases.front());
  };
  require_same_ends({flows(one, AllReduce, {64, 1}, 1e9)});
  require_same_ends({flows(one, AllReduce, {64, 1}, 1e9), flows(other, AllGather, {8, 8}, 3e9),
                     flows(third, AllToAll, {32, 1}, 5e8)});
  require_same_ends({flows(one, SendReceive, {16, 4}, 2e8), flows(third, Broadcast, {32, 1}, 1e9)});
}

TEST_CASE("flow plans: SimGrid ends any flows at the same dates") {
  auto random = RandomStream(7, 0, "flow plans", "test");
  for (int round = 0; round < 6; ++round) {
    std::vector<std::vector<FlowClass>> owners;
    for (int flow = 0; flow < 40; ++flow) {
      FlowClass one;
      one.from_node = static_cast<std::uint32_t>(random.next_u64() % node_count);
      one.to_node = static_cast<std::uint32_t>(random.next_u64() % node_count);
      one.size = Bytes(std::floor(1e6 + 1e9 * random.uniform()));
      one.count = 1 + static_cast<std::int64_t>(random.next_u64() % 3);
      one.bound = BytesPerSecond(random.next_u64() % 2 == 0 ? 20e9 : 1e12);
      owners.push_back({one});
    }
    require_same_ends(owners);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Where jobs stand: first fit, packing, topology, parts of chips, fragmentation, defragmentation.
#include "models/scheduler/job_placement.hpp"

#include <numeric>
#include <string>
#include <vector>

#include "models/scheduler/job_node_set.hpp"
#include "sim/core/random.hpp"
#include "tests/job_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

JobDemand of_chips(std::int64_t chips, double share = 1) {
  JobDemand demand;
  demand.chips = chips;
  demand.chip_share = share;
  return demand;
}

/// "node:chips" of each, blank between.
std::string placed(JobPlacement& placement, std::int64_t chips, double share = 1) {
  std::vector<NodeChips> held;
  if (!placement.place(of_chips(chips, share), held)) {
    CHECK(held.empty());
    return "none";
  }
  std::string text;
  for (const auto& part : held) {
    text += (text.empty() ? "" : " ") + std::to_string(part.node) + ":" +
            std::to_string(part.chips) + (share < 1 ? "/" + std::to_string(part.chip) : "");
  }
  return text;
}

std::unique_ptr<JobPlacement> started(const std::string& id, PlacementInputs inputs) {
  auto placement = make_plain<JobPlacement>("placement", id);
  placement->start(inputs);
  return placement;
}

}  // namespace

TEST_CASE("job node set: the next member, near and far") {
  for (const std::uint32_t nodes : {1U, 64U, 65U, 5000U, 300'000U}) {
    NodeSet set(nodes);
    CHECK(!set.next(0));
    std::vector<bool> model(nodes + 1);
    RandomStream random(nodes, 0, "set", "draws");
    for (int i = 0; i < 2000; ++i) {
      const auto node = static_cast<std::uint32_t>(random.next_u64() % nodes);
      model[node] = !model[node];
      model[node] ? set.insert(node) : set.erase(node);
      const auto from = static_cast<std::uint32_t>(random.next_u64() % nodes);
      CHECK(set.contains(node) == model[node]);
      if (i % 20 == 0) {
        auto expected = from;
        while (expected < nodes && !model[expected]) {
          ++expected;
        }
        CHECK(set.next(from).value_or(nodes) == expected);
      }
    }
  }
}

TEST_CASE("job placement: whole nodes, the last one in part, small jobs on one node") {
  for (const char* id : {"first_fit", "best_fit", "topology_aware"}) {
    INFO(id);
    const auto placement = started(id, {4, 8, 1, 2});
    CHECK(placement->free_chips() == 32);
    CHECK(placed(*placement, 20) == "0:8 1:8 2:4");
    CHECK(placed(*placement, 4) == "2:4");
    CHECK(placed(*placement, 6) == "3:6");
    CHECK(placed(*placement, 3) == "none");
    CHECK(placed(*placement, 8) == "none");
    CHECK(placement->fragmentation() == 1);
    CHECK(placement->free_chips() == 2);
  }
}

TEST_CASE("job placement: first fit takes the lowest node, best fit the tightest") {
  for (const bool best : {false, true}) {
    const auto placement = started(best ? "best_fit" : "first_fit", {3, 8, 1, 1});
    CHECK(placed(*placement, 4) == "0:4");
    CHECK(placed(*placement, 6) == "1:6");
    CHECK(placed(*placement, 2) == (best ? "1:2" : "0:2"));
    CHECK(placed(*placement, 4) == (best ? "0:4" : "2:4"));
  }
}

TEST_CASE("job placement: parts of chips share, and give their chip back") {
  const auto placement = started("best_fit", {2, 2, 1, 1});
  CHECK(placed(*placement, 1, 0.5) == "0:1/0");
  CHECK(placed(*placement, 1, 0.6) == "0:1/1");
  CHECK(placed(*placement, 1, 0.3) == "0:1/1");  // 0.4 is left there, 0.5 on chip 0
  CHECK(placed(*placement, 1, 0.5) == "0:1/0");
  CHECK(placement->free_chips() == Approx(2.1).epsilon(1e-12));
  CHECK(placed(*placement, 2) == "1:2");
  CHECK(placed(*placement, 1) == "none");
  CHECK(placed(*placement, 1, 0.2) == "none");
  const std::vector<NodeChips> half{{0, 1, 0}};
  placement->release(half, 0.5);
  placement->release(half, 0.5);
  CHECK(placed(*placement, 1) == "0:1");
  const auto thirds = started("first_fit", {1, 1, 1, 1});
  for (int i = 0; i < 3; ++i) {
    CHECK(placed(*thirds, 1, 1.0 / 3) == "0:1/0");
  }
  CHECK(placed(*thirds, 1, 0.01) == "none");
}

TEST_CASE("job placement: one domain, else one leaf, else the fewest") {
  // Domains of 4 nodes, leaves of two domains: nodes 0-7, 8-15, 16-23.
  const auto placement = started("topology_aware", {24, 1, 4, 8});
  CHECK(placed(*placement, 3) == "0:1 1:1 2:1");
  CHECK(placed(*placement, 1) == "3:1");  // the domain that is left with the fewest
  CHECK(placed(*placement, 2) == "4:1 5:1");
  CHECK(placed(*placement, 4) == "8:1 9:1 10:1 11:1");
  // Leaf 1 has four left, leaf 0 two, leaf 2 eight: six fit one leaf.
  CHECK(placed(*placement, 6) == "16:1 17:1 18:1 19:1 20:1 21:1");
  // Eight are left: 6, 7, 12-15, 22, 23; five are in no leaf: all of domain 3 and one of another.
  CHECK(placed(*placement, 5) == "6:1 12:1 13:1 14:1 15:1");
  CHECK(placed(*placement, 3) == "7:1 22:1 23:1");
}

TEST_CASE("job placement: a node out of service gives nothing") {
  const auto placement = started("first_fit", {3, 2, 1, 1});
  placement->set_in_service(0, false);
  CHECK(placement->free_chips() == 4);
  CHECK(placed(*placement, 2) == "1:2");
  placement->set_in_service(0, true);
  CHECK(placed(*placement, 3) == "0:2 2:1");
  CHECK(placement->fragmentation() == 1);
}

TEST_CASE("job placement: random jobs keep the books in every order") {
  const std::string id = GENERATE("first_fit", "best_fit", "topology_aware");
  const PlacementInputs inputs{40, 4, 4, 16};
  const auto placement = started(id, inputs);
  RandomStream random(7, 0, "placement", id);
  struct Held {
    std::vector<NodeChips> chips;
    double share;
  };
  std::vector<Held> held;
  for (int i = 0; i < 4000; ++i) {
    if (!held.empty() && random.uniform() < 0.5) {
      const auto at = static_cast<std::size_t>(random.next_u64() % held.size());
      placement->release(held[at].chips, held[at].share);
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      const double share = random.uniform() < 0.4 ? random.uniform() : 1;
      const auto chips = share < 1 ? 1 : static_cast<std::int64_t>(1 + random.next_u64() % 20);
      std::vector<NodeChips> got;
      const double before = placement->free_chips();
      if (placement->place(of_chips(chips, share), got)) {
        const auto sum = std::accumulate(got.begin(), got.end(), std::int64_t{0},
                                         [](auto n, const auto& part) { return n + part.chips; });
        CHECK(sum == chips);
        CHECK(before - placement->free_chips() ==
              Approx(static_cast<double>(chips) * share).margin(2e-6));
        CHECK(got.size() == static_cast<std::size_t>((chips + 3) / 4));
        CHECK(std::is_sorted(got.begin(), got.end(),
                             [](const auto& a, const auto& b) { return a.node < b.node; }));
        held.push_back({got, share});
      }
    }
    CHECK(placement->fragmentation() >= 0);
    CHECK(placement->fragmentation() <= 1);
  }
  for (const auto& part : held) {
    placement->release(part.chips, part.share);
  }
  CHECK(placement->free_chips() == 160);
  CHECK(placement->fragmentation() == 0);
}

TEST_CASE("job placement: defragmentation moves the least, and only where it fits") {
  const auto placement = started("first_fit", {3, 4, 1, 1});
  const std::vector<NodeChips> a{{0, 3, 0}};
  const std::vector<NodeChips> b{{1, 1, 0}};
  const std::vector<NodeChips> c{{2, 2, 0}};
  std::vector<PlacedJob> jobs{{10, a, 1, true}, {11, b, 1, true}, {12, c, 1, true}};
  CHECK(placement->moves_for(of_chips(4), jobs) == std::vector<JobIndex>{11});
  // Two nodes: 3 + 1 + 2 chips do not fit one.
  CHECK(placement->moves_for(of_chips(8), jobs).empty());
  jobs[1].is_preemptible = false;
  CHECK(placement->moves_for(of_chips(4), jobs) == std::vector<JobIndex>{12});
  jobs[2].is_preemptible = false;
  CHECK(placement->moves_for(of_chips(4), jobs) == std::vector<JobIndex>{10});
  // A job that stands on two nodes stays.
  const std::vector<NodeChips> wide{{0, 3, 0}, {1, 1, 0}};
  jobs = {{10, wide, 1, true}, {12, c, 1, true}};
  CHECK(placement->moves_for(of_chips(4), jobs) == std::vector<JobIndex>{12});
  placement->set_in_service(1, false);
  CHECK(placement->moves_for(of_chips(4), jobs).empty());
}

TEST_CASE("job placement: defragmentation fits parts of chips, and fills no node it empties") {
  const auto placement = started("best_fit", {3, 2, 1, 1});
  const std::vector<NodeChips> a{{0, 1, 0}};
  const std::vector<NodeChips> b{{1, 1, 0}};
  const std::vector<NodeChips> c{{2, 1, 0}};
  // 0.4 moves to the 0.6 that is left of node 1's chip; then node 1 is no longer to be emptied, and
  // node 2's whole chip finds the free one of node 1.
  const std::vector<PlacedJob> jobs{{0, a, 0.4, true}, {1, b, 0.4, true}, {2, c, 1, true}};
  CHECK(placement->moves_for(of_chips(2), jobs) == std::vector<JobIndex>{0});
  CHECK(placement->moves_for(of_chips(4), jobs) == std::vector<JobIndex>{0, 2});
  CHECK(placement->moves_for(of_chips(6), jobs).empty());
}

// SPDX-License-Identifier: Apache-2.0
// New weights for replicas that serve, and chips lent while replicas are off.
#include "tests/line_scenario.hpp"
#include "tests/render_scenario.hpp"
#include "tests/run_in_child.hpp"
#include "tests/service_floor.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double startup_s = 2;

/// Weights of a replica over the storage's 10 GB/s.
double load_s(const ServiceFloor& floor) {
  return 4 * floor.scenario.pools.front().placement.weights_per_chip.si() / 10e9;
}

/// When a pool of four idle replicas has the new weights that are deployed at 10 s: in times of a
/// load, behind so many start-ups. `meanwhile` may happen to it.
std::string update_of_four(
    std::uint32_t max_unavailable, int startups,
    const std::function<void(ServiceFloor&)>& meanwhile = [](ServiceFloor&) {}) {
  return run_in_child([&] {
    LineScenario scenario;
    scenario.pool = R"("replicas": 4)";
    ServiceFloor floor(scenario.text());
    std::string told;
    floor.at(10, [&](Instant now) {
      floor.services.front()->redeploy(now, max_unavailable, [&](Instant done) {
        const double loads = (done.seconds() - 10 - startups * startup_s) / load_s(floor);
        told += fmt::format("{:.4f} loads, {} cold, {} ready; ", loads,
                            floor.pool(0).result().cold_starts, floor.pool(0).ready_replicas());
      });
    });
    meanwhile(floor);
    floor.run(100, false);
    return told;
  });
}

/// Writes down what it is lent, and that nothing is lent twice.
struct Borrower : ChipBorrower {
  void chips_lent(const ChipRange& chips, Instant now) override {
    told += fmt::format("{:.3g} s: lent {}+{}; ", now.seconds(), chips.first, chips.count);
  }
  void chips_reclaimed(const ChipRange& chips, Instant now) override {
    told += fmt::format("{:.3g} s: back {}+{}; ", now.seconds(), chips.first, chips.count);
  }
  std::string told;
};

/// What a borrower hears of a pool that has one replica of four and may have three.
std::string lent(const std::string& cluster, const std::function<void(ServiceFloor&)>& play) {
  return run_in_child([&] {
    LineScenario scenario;
    scenario.pool = R"("replicas": 1, "min_replicas": 0, "max_replicas": 3)";
    scenario.cluster = cluster;
    scenario.service = R"(, "retry_budget": 0,
      "autoscaler": {"model": "queue", "interval": "1 h"})";
    scenario.workloads = R"("load": {"model": "synthetic", "service": "chat",
      "request_rate": "100 /s", "num_prompts": 80, "isl": 100, "osl": 900})";
    ServiceFloor floor(scenario.text());
    Borrower borrower;
    floor.pools.front()->lend_to(borrower);
    play(floor);
    floor.run(100, false);
    return borrower.told;
  });
}

std::string loss(const std::string& name, int at, int node, int repair) {
  return fmt::format(R"("{}": {{"at": "{} s", "node": {}, "repair_time": "{} s"}})", name, at, node,
                     repair);
}

std::string losses(const std::string& list) {
  return R"(, "faults": {"model": "scheduled", "losses": {)" + list + "}}";
}

}  // namespace

TEST_CASE("redeploy: idle replicas take their turns, or share the storage") {
  REQUIRE(update_of_four(1, 4) == "4.0000 loads, 4 cold, 4 ready; ");
  REQUIRE(update_of_four(4, 1) == "4.0000 loads, 4 cold, 4 ready; ");
  REQUIRE(update_of_four(9, 1) == "4.0000 loads, 4 cold, 4 ready; ");
}

TEST_CASE("redeploy: one that comes on top begins what loads again") {
  const auto told = update_of_four(4, 1, [](ServiceFloor& floor) {
    floor.at(10 + 2 * load_s(floor),
             [&](Instant now) { floor.services.front()->redeploy(now, 4, [](Instant) {}); });
  });
  // Half of the four loads was for nothing.
  REQUIRE(told == "6.0000 loads, 8 cold, 4 ready; ");
}

TEST_CASE("redeploy: a pool without replicas has the new weights at once") {
  const auto told = update_of_four(1, 0, [](ServiceFloor& floor) {
    floor.at(5, [&](Instant now) { floor.pool(0).scale_to(0, now); });
  });
  REQUIRE(told == "0.0000 loads, 0 cold, 0 ready; ");
}

TEST_CASE("redeploy: replicas that are no longer wanted are not updated") {
  const auto told = update_of_four(1, 1, [](ServiceFloor& floor) {
    floor.at(10 + load_s(floor) / 2, [&](Instant now) { floor.pool(0).scale_to(1, now); });
  });
  // The first, half loaded, and the last two are turned off; the second is updated.
  REQUIRE(told == "1.5000 loads, 2 cold, 1 ready; ");
}

TEST_CASE("redeploy: a replica lost on the way comes back with the new weights, unawaited") {
  const auto told = run_in_child([] {
    LineScenario scenario;
    scenario.pool = R"("replicas": 4)";
    scenario.cluster = losses(loss("a", 11, 0, 60));
    ServiceFloor floor(scenario.text());
    std::string lines;
    floor.at(10, [&](Instant now) {
      floor.services.front()->redeploy(now, 1, [&](Instant done) {
        // The first replica, which loads, and the second die at 11 s; the others take their turns.
        lines +=
            fmt::format("{:.4f} loads; ", (done.seconds() - 11 - 2 * startup_s) / load_s(floor));
      });
    });
    floor.run(100, false);
    return lines + fmt::format("{} ready, {} cold", floor.pool(0).ready_replicas(),
                               floor.results[0].cold_starts);
  });
  REQUIRE(told == "2.0000 loads; 4 ready, 5 cold");
}

TEST_CASE("redeploy: requests go on being served, whatever the stepping") {
  const auto play = [](const std::string& stepping) {
    return run_in_child([&] {
      LineScenario scenario;
      scenario.stepping = stepping;
      scenario.pool = R"("replicas": 3)";
      ServiceFloor floor(scenario.text());
      std::string told;
      std::uint32_t fewest = 3;
      floor.at(0.7, [&](Instant now) {
        floor.services.front()->redeploy(
            now, 1, [&](Instant done) { told = fmt::format("{:.6f}", done.seconds()); });
      });
      for (int i = 1; i < 1000; ++i) {
        floor.at(0.0101 * i,
                 [&](Instant) { fewest = std::min(fewest, floor.pool(0).ready_replicas()); });
      }
      floor.run(100);
      return fmt::format("{} ready, {} served, {} cold, done {}\n", fewest,
                         floor.count(RequestStatus::Completed), floor.results[0].cold_starts,
                         told) +
             text_of(floor.rows);
    });
  };
  const auto fast = play("request");
  REQUIRE(fast.find("2 ready, 60 served, 3 cold, done ") == 0);
  REQUIRE(play("iteration") == fast);
}

TEST_CASE("redeploy: what old weights have computed is of no use to the new ones") {
  const auto cached_after = [](bool redeploys, const std::string& tiers) {
    return std::stoi(run_in_child([&] {
      LineScenario scenario;
      scenario.pool = R"("replicas": 1)" + tiers;
      scenario.workloads = R"("rag": {"model": "rag", "service": "chat", "concurrency": 1,
        "num_prompts": 2, "question_tokens": 1, "osl": 9, "passage_tokens": 300, "passages": 1,
        "passages_per_request": 1, "system_tokens": 1000})";
      ServiceFloor floor(scenario.text());
      floor.workloads.front()->when_done([&, run = 0](Instant now) mutable {
        if (++run > 1) {
          return;
        }
        const auto again = [&](Instant date) {
          floor.workloads.front()->restart(floor.source("rag"), date);  // the very same prompts
        };
        redeploys ? floor.services.front()->redeploy(now, 1, again) : again(now);
      });
      floor.run(100);
      return std::to_string(floor.rows.at(2).cached_tokens);
    }));
  };
  const std::string tier = R"(, "kv_tiers": {"dram": {"capacity": "50 GB",
    "bandwidth": "1000 GB/s"}})";
  REQUIRE(cached_after(false, "") > 1000);
  REQUIRE(cached_after(true, "") == 0);
  REQUIRE(cached_after(false, tier) > 1000);
  REQUIRE(cached_after(true, tier) == 0);
}

TEST_CASE("redeploy: servers of images finish their batches") {
  const auto told = run_in_child([] {
    RenderScenario scenario;
    scenario.top = R"("horizon": "1 h",)";
    scenario.pool = R"("replicas": 2, "startup_time": "2 s")";
    scenario.load = R"("concurrency": 4, "num_prompts": 40)";
    ServiceFloor floor(scenario.text());
    std::string lines;
    floor.at(3, [&](Instant now) {
      floor.services.front()->redeploy(now, 1, [&](Instant done) {
        lines += done.seconds() > 3 + 2 * startup_s ? "done; " : "too early; ";
      });
    });
    floor.run(1000);
    return lines + fmt::format("{} served, {} cold, {} ready",
                               floor.count(RequestStatus::Completed), floor.results[0].cold_starts,
                               floor.pools[0]->ready_replicas());
  });
  REQUIRE(told == "done; 40 served, 2 cold, 2 ready");
}

TEST_CASE("lending: chips of replicas that are off, until they are wanted back") {
  REQUIRE(lent("",
               [](ServiceFloor& floor) {
                 floor.at(5, [&](Instant now) { floor.pool(0).scale_to(2, now); });
                 floor.at(20, [&](Instant now) { floor.pool(0).scale_to(0, now); });
                 floor.at(30, [&](Instant now) { floor.pool(0).scale_to(3, now); });
                 floor.at(30.5, [&](Instant now) { floor.pool(0).scale_to(2, now); });
               }) ==
          "0 s: lent 4+4; 0 s: lent 8+4; 5 s: back 4+4; 20 s: lent 4+4; 20 s: lent 0+4; "
          "30 s: back 0+4; 30 s: back 4+4; 30 s: back 8+4; 30.5 s: lent 8+4; ");
}

TEST_CASE("lending: what an update takes down is not lent") {
  REQUIRE(lent("", [](ServiceFloor& floor) {
            floor.at(
                5, [&](Instant now) { floor.services.front()->redeploy(now, 1, [](Instant) {}); });
          }) == "0 s: lent 4+4; 0 s: lent 8+4; ");
}

TEST_CASE("lending: a replica that comes back with its node is not lent") {
  REQUIRE(lent(losses(loss("a", 5, 0, 10)), [](ServiceFloor&) {}) ==
          "0 s: lent 4+4; 0 s: lent 8+4; ");
  // One that was about to be turned off is, when the node is repaired.
  REQUIRE(lent(losses(loss("a", 5, 0, 10)), [](ServiceFloor& floor) {
            floor.at(4, [&](Instant now) { floor.workloads.front()->start(now); });
            floor.at(4.9, [&](Instant now) { floor.pool(0).scale_to(0, now); });
          }) == "0 s: lent 4+4; 0 s: lent 8+4; 15 s: lent 0+4; ");
}

// SPDX-License-Identifier: Apache-2.0
// Random fleets whose weights are replaced while they serve, scale, break and lend their idle
// chips: many steps per event against every step an event, and every chip at any time either held
// by a replica, lent, or lost. Every ledger is closed by CHECKs in the run itself.
#include <list>
#include <map>
#include <sstream>
#include <stdexcept>

#include "tests/property/random_service.hpp"
#include "tests/run_in_child.hpp"
#include "tests/service_floor.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double end_s = 12;

/// In the child that plays.
void ensure(bool is_so, const std::string& otherwise) {
  if (!is_so) {
    throw std::logic_error(otherwise);
  }
}

/// Adds up what it is lent, and sees that no chip is lent twice.
struct Borrower : ChipBorrower {
  void chips_lent(const ChipRange& chips, Instant now) override {
    for (auto chip = chips.first; chip < chips.first + chips.count; ++chip) {
      ensure(since.try_emplace(chip, now).second, fmt::format("chip {} is lent twice", chip));
    }
    ++times;
  }
  void chips_reclaimed(const ChipRange& chips, Instant now) override {
    for (auto chip = chips.first; chip < chips.first + chips.count; ++chip) {
      const auto lent = since.find(chip);
      ensure(lent != since.end(), fmt::format("chip {} was not lent", chip));
      chip_seconds += (now - lent->second).seconds();
      since.erase(lent);
    }
  }
  double chip_seconds_until(Instant end) const {
    double sum = chip_seconds;
    for (const auto& [chip, from] : since) {
      sum += (end - from).seconds();
    }
    return sum;
  }
  std::map<std::int64_t, Instant> since;
  double chip_seconds = 0;
  int times = 0;
};

std::string play(const std::string& text, std::uint64_t seed, bool has_faults) {
  ServiceFloor floor(text);
  std::list<Borrower> borrowers;
  for (auto* pool : floor.pools) {
    pool->lend_to(borrowers.emplace_back());
  }
  RandomStream random(seed, 0, "changes", "dates");
  std::string told;
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    const double date = random.uniform() * 6;
    const auto at_most = static_cast<std::uint32_t>(1 + random.next_u64() % 3);
    floor.at(date, [&, at_most](Instant now) {
      floor.services.front()->redeploy(now, at_most, [&](Instant end) {
        told += fmt::format("done {:.6f}\n", end.seconds());
        ++done;
      });
    });
  }
  floor.run(end_s);
  auto borrower = borrowers.begin();
  int lent = 0;
  std::uint64_t retried = 0;
  for (const auto& result : floor.results) {
    const double used = result.active_chip_seconds + borrower->chip_seconds_until(at_s(end_s));
    const double all = result.chips * end_s;
    const auto told_used = fmt::format("{} of {} chip-seconds", used, all);
    ensure(used <= all * (1 + 1e-9), told_used);
    ensure(has_faults || used >= all * (1 - 1e-9), told_used);
    lent += borrower->times;
    ++borrower;
    retried += result.requests.retries;
  }
  for (const auto& service : floor.services) {
    retried += service->ledger().retries;
  }
  return fmt::format("{} {} {}\n", done, lent, retried) + told + text_of(floor.rows);
}

}  // namespace

TEST_CASE("service changes: updates, lending, scaling and faults, jumps equal single steps") {
  int updated = 0;
  int lending = 0;
  int retrying = 0;
  for (std::uint64_t seed = 3001; seed <= 3030; ++seed) {
    const RandomService scenario(seed);
    const auto run = [&](const std::string& stepping) {
      return run_in_child(
          [&] { return play(scenario.text(stepping), seed, scenario.has_faults()); });
    };
    INFO(scenario.text("request"));
    const auto fast = run("request");
    REQUIRE(run("iteration") == fast);
    std::istringstream counts(fast);
    int done = 0;
    int lent = 0;
    int retried = 0;
    counts >> done >> lent >> retried;
    REQUIRE((scenario.has_faults() || done == 3));
    updated += done > 0 ? 1 : 0;
    lending += lent > 0 ? 1 : 0;
    retrying += retried > 0 ? 1 : 0;
  }
  CAPTURE(updated, lending, retrying);
  REQUIRE(updated > 25);
  REQUIRE(lending > 3);
  REQUIRE(retrying > 0);
}

// SPDX-License-Identifier: Apache-2.0
// Laws of power caps, on random sites.
#include <algorithm>
#include <string>
#include <vector>

#include "models/control/power_limits.hpp"
#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

struct Site {
  std::vector<std::vector<ClockLevel>> levels;
  std::vector<std::string> names;
  std::vector<ControlledCluster> clusters;
  ControlView view{};
  PowerLimits limits;
};

Site random_site(RandomStream& random) {
  Site site;
  const auto number = static_cast<std::size_t>(1 + 4 * random.uniform());
  double it_w = 0;
  for (std::size_t i = 0; i < number; ++i) {
    const auto steps = static_cast<std::size_t>(1 + 6 * random.uniform());
    std::vector<ClockLevel> levels;
    for (std::size_t k = 1; k <= steps; ++k) {
      const double clock = static_cast<double>(k) / static_cast<double>(steps);
      levels.push_back({clock, clock * clock});
    }
    site.levels.push_back(levels);
    site.names.push_back(std::string(1, static_cast<char>('a' + i)));
    site.limits.importance[site.names.back()] = random.uniform() < 0.5 ? 0 : random.uniform();
  }
  for (std::size_t i = 0; i < number; ++i) {
    const auto& levels = site.levels[i];
    const auto now =
        static_cast<std::size_t>(random.uniform() * static_cast<double>(levels.size()));
    const double idle_w = 1e5 * random.uniform();
    const double dynamic_w = 4e5 * random.uniform();
    site.clusters.push_back({Watts(idle_w + dynamic_w), Watts(idle_w), levels[now].clock, levels,
                             std::nullopt, site.names[i]});
    it_w += idle_w + dynamic_w;
  }
  site.view.clusters = site.clusters;
  site.view.site_power = Watts(it_w * (1 + random.uniform()));
  return site;
}

/// As the header of power_limits.hpp has it.
double predicted_w(const Site& site, const std::vector<double>& clocks) {
  double it_w = 0;
  for (const auto& cluster : site.clusters) {
    it_w += cluster.it_power.si();
  }
  const double rise_cost = site.view.site_power.si() / it_w;
  double power_w = site.view.site_power.si();
  for (std::size_t i = 0; i < clocks.size(); ++i) {
    const auto& cluster = site.clusters[i];
    const double now = cluster.clock * cluster.clock;
    const double then = clocks[i] * clocks[i];
    const double change_w = (cluster.it_power - cluster.idle_power).si() * (then - now) / now;
    power_w += change_w > 0 ? change_w * rise_cost : change_w;
  }
  return power_w;
}

}  // namespace

TEST_CASE("power limits: predicted power is below every cap that can be reached") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, 0, "control", "site");
    auto site = random_site(random);
    site.limits.site = site.view.site_power * (1.5 * random.uniform());
    std::vector<double> clocks(site.clusters.size(), 1.0);
    const bool is_within = limit_power(site.view, site.limits, clocks);
    REQUIRE(is_within == (predicted_w(site, clocks) <= site.limits.site->si() * (1 + 1e-12)));
    if (!is_within) {
      for (std::size_t i = 0; i < clocks.size(); ++i) {
        REQUIRE(clocks[i] == site.levels[i].front().clock);
      }
    }
  }
}

TEST_CASE("power limits: a higher cap never lowers a clock") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomStream random(seed, 0, "control", "site");
    auto site = random_site(random);
    std::vector<double> before(site.clusters.size(), 0.0);
    for (int step = 0; step <= 60; ++step) {
      site.limits.site = site.view.site_power * (0.1 + 0.04 * step);
      std::vector<double> clocks(site.clusters.size(), 1.0);
      limit_power(site.view, site.limits, clocks);
      for (std::size_t i = 0; i < clocks.size(); ++i) {
        REQUIRE(clocks[i] >= before[i]);
      }
      before = clocks;
    }
  }
}

// A plant with fixed overhead: 100 kW and 1.1 times its chips. The same load all the time.
TEST_CASE("power limits: a steady load settles below its cap and stays there") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomStream random(seed, 0, "control", "plant");
    auto site = random_site(random);
    std::vector<double> full_w;
    for (auto& cluster : site.clusters) {
      full_w.push_back((cluster.it_power - cluster.idle_power).si());
      cluster.clock = 1;
    }
    const auto draw = [&] {
      double it_w = 0;
      for (std::size_t i = 0; i < full_w.size(); ++i) {
        auto& cluster = site.clusters[i];
        cluster.it_power = cluster.idle_power + Watts(full_w[i] * cluster.clock * cluster.clock);
        it_w += cluster.it_power.si();
      }
      site.view.site_power = Watts(1e5 + 1.1 * it_w);
    };
    draw();
    site.limits.site = site.view.site_power * (0.4 + 0.6 * random.uniform());
    std::vector<double> clocks(full_w.size(), 1.0);
    std::vector<double> settled;
    bool is_within = false;
    for (int interval = 0; interval < 40; ++interval) {
      is_within = limit_power(site.view, site.limits, clocks);
      for (std::size_t i = 0; i < clocks.size(); ++i) {
        site.clusters[i].clock = clocks[i];
      }
      draw();
      if (interval == 30) {
        settled = clocks;
      }
      REQUIRE((interval <= 30 || clocks == settled));
    }
    REQUIRE((!is_within || site.view.site_power <= *site.limits.site));
  }
}

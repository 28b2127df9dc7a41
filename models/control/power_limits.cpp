// SPDX-License-Identifier: Apache-2.0
#include "models/control/power_limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tokenfab {
namespace {

constexpr double same_clock = 1e-9;  // clocks are shares of order 1

/// The highest level at or below the clock; the lowest if there is none.
std::size_t level_at(std::span<const ClockLevel> levels, double clock) {
  std::size_t level = 0;
  while (level + 1 < levels.size() && levels[level + 1].clock <= clock + same_clock) {
    ++level;
  }
  return level;
}

class Cluster {
 public:
  Cluster(const ControlledCluster& seen, double importance)
      : seen_(seen), importance_(importance), now_(level_at(seen.levels, seen.clock)) {
    const double present = seen.levels[now_].dynamic_power;
    full_dynamic_ =
        present > 0 ? std::max(0.0, (seen.it_power - seen.idle_power).si()) / present : 0;
  }

  double importance() const { return importance_; }
  std::size_t level() const { return level_; }
  double clock() const { return seen_.levels[level_].clock; }
  /// Predicted against measured.
  double change_w() const {
    return full_dynamic_ * (seen_.levels[level_].dynamic_power - seen_.levels[now_].dynamic_power);
  }
  bool rises() const { return level_ > now_; }

  /// Bound by its own cap and by the clock allowed. False: even the lowest level is above the cap.
  bool bound(double clock, double margin) {
    top_ = level_at(seen_.levels, clock);
    level_ = top_;
    const auto fits = [&] {
      const double share = rises() ? 1 - margin : 1;
      return !seen_.cap || (seen_.it_power.si() + change_w()) <= seen_.cap->si() * share;
    };
    while (level_ > 0 && !fits()) {
      --level_;
    }
    top_ = level_;
    return fits();
  }
  /// The clock below its own, for which the group's next step is taken; none at the lowest level.
  std::optional<double> next_lower() const {
    return level_ > 0 ? std::optional(seen_.levels[level_ - 1].clock) : std::nullopt;
  }
  void lower_to(double clock) { level_ = std::min(level_, level_at(seen_.levels, clock)); }

 private:
  const ControlledCluster& seen_;
  double importance_;
  std::size_t now_;
  std::size_t top_ = 0;
  std::size_t level_ = 0;
  double full_dynamic_ = 0;  // W above idle at full clock
};

class Site {
 public:
  Site(const ControlView& view, std::vector<Cluster>& clusters, double margin)
      : clusters_(clusters), site_w_(view.site_power.si()), margin_(margin) {
    double it_w = 0;
    for (const auto& cluster : view.clusters) {
      it_w += cluster.it_power.si();
    }
    rise_cost_ = it_w > 0 ? std::max(1.0, site_w_ / it_w) : 1;
  }

  bool fits(double cap_w) const {
    double predicted_w = site_w_;
    bool rises = false;
    for (const auto& cluster : clusters_) {
      const double change_w = cluster.change_w();
      predicted_w += change_w > 0 ? change_w * rise_cost_ : change_w;
      rises = rises || cluster.rises();
    }
    return predicted_w <= cap_w * (rises ? 1 - margin_ : 1);
  }

  /// One step down for the least important clusters that still can, those with the highest clock
  /// first. False: all are at their lowest level.
  bool step_down() {
    double least = std::numeric_limits<double>::infinity();
    double highest = 0;
    for (const auto& cluster : clusters_) {
      const auto lower = cluster.next_lower();
      if (!lower || cluster.importance() > least) {
        continue;
      }
      highest = cluster.importance() < least ? *lower : std::max(highest, *lower);
      least = cluster.importance();
    }
    if (std::isinf(least)) {
      return false;
    }
    for (auto& cluster : clusters_) {
      if (cluster.importance() == least) {
        cluster.lower_to(highest);
      }
    }
    return true;
  }

 private:
  std::vector<Cluster>& clusters_;
  double site_w_;
  double margin_;
  double rise_cost_ = 1;
};

}  // namespace

bool limit_power(const ControlView& view, const PowerLimits& limits, std::span<double> clocks) {
  std::vector<Cluster> clusters;
  clusters.reserve(view.clusters.size());
  bool is_within = true;
  for (const auto& seen : view.clusters) {
    double importance = 0;
    if (!limits.importance.empty()) {
      const auto named = limits.importance.find(std::string(seen.name));
      importance = named == limits.importance.end() ? 0 : named->second;
    }
    clusters.emplace_back(seen, importance);
    is_within = clusters.back().bound(limits.clock, limits.margin) && is_within;
  }
  std::optional<Watts> cap = limits.site;
  if (view.available_power && (!cap || *view.available_power < *cap)) {
    cap = view.available_power;
  }
  if (cap) {
    Site site(view, clusters, limits.margin);
    bool fits = site.fits(cap->si());
    while (!fits && site.step_down()) {
      fits = site.fits(cap->si());
    }
    is_within = is_within && fits;
  }
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    clocks[i] = clusters[i].clock();
  }
  return is_within;
}

}  // namespace tokenfab

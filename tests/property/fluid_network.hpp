// SPDX-License-Identifier: Apache-2.0
// Max-min fair flows over the ports of one cluster, by water-filling at every arrival and end: the
// definition, with no cleverness to get wrong. Bertsekas and Gallager, "Data Networks", 2nd ed.,
// 1992, section 6.5.2. In doubles, since nothing depends on ties here.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace tokenfab::testing {

struct FluidFlow {
  double start_s = 0;
  double bytes = 0;
  std::vector<int> links;
  double bound = std::numeric_limits<double>::infinity();
  double cancel_s = std::numeric_limits<double>::infinity();  // not before the start
  double end_s = 0;                                           // the answer
};

class FluidNetwork {
 public:
  explicit FluidNetwork(std::map<int, double> capacities) : capacities_(std::move(capacities)) {}

  /// Fills in when each flow ends.
  void play(std::vector<FluidFlow>& flows) const {
    struct Live {
      FluidFlow* flow;
      double remaining;
      double rate = 0;
    };
    std::vector<FluidFlow*> coming;
    for (auto& flow : flows) {
      coming.push_back(&flow);
    }
    std::stable_sort(coming.begin(), coming.end(),
                     [](const auto* a, const auto* b) { return a->start_s < b->start_s; });
    std::vector<Live> live;
    double now = 0;
    std::size_t started = 0;
    while (started < coming.size() || !live.empty()) {
      share(live);
      double next = started < coming.size() ? coming[started]->start_s
                                            : std::numeric_limits<double>::infinity();
      for (const auto& one : live) {
        next = std::min({next, now + one.remaining / one.rate, one.flow->cancel_s});
      }
      for (auto& one : live) {
        one.remaining -= one.rate * (next - now);
      }
      now = next;
      constexpr double crumb = 1e-3;  // bytes; what rounding leaves
      std::erase_if(live, [&](const Live& one) {
        const bool ended = one.remaining < crumb || one.flow->cancel_s <= now;
        one.flow->end_s = ended ? now : one.flow->end_s;
        return ended;
      });
      while (started < coming.size() && coming[started]->start_s <= now) {
        live.push_back({coming[started], coming[started]->bytes});
        ++started;
      }
    }
  }

 private:
  template <class Live>
  void share(std::vector<Live>& live) const {
    auto left = capacities_;
    std::vector<Live*> open;
    for (auto& one : live) {
      open.push_back(&one);
    }
    while (!open.empty()) {
      std::map<int, int> users;
      for (const auto* one : open) {
        for (const int link : one->flow->links) {
          ++users[link];
        }
      }
      double level = std::numeric_limits<double>::infinity();
      for (const auto& [link, count] : users) {
        level = std::min(level, left.at(link) / count);
      }
      for (const auto* one : open) {
        level = std::min(level, one->flow->bound);
      }
      // Whoever is held at this level by a bound or by a link that has no more is settled.
      const auto full = [&](const Live* one) {
        return one->flow->bound <= level * (1 + 1e-12) ||
               std::any_of(one->flow->links.begin(), one->flow->links.end(), [&](int link) {
                 return left.at(link) / users.at(link) <= level * (1 + 1e-12);
               });
      };
      std::vector<Live*> settled;
      std::copy_if(open.begin(), open.end(), std::back_inserter(settled), full);
      std::erase_if(open, full);
      for (auto* one : settled) {
        one->rate = level;
        for (const int link : one->flow->links) {
          left.at(link) -= level;
        }
      }
    }
  }

  std::map<int, double> capacities_;
};

}  // namespace tokenfab::testing

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/frontier.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace tokenfab {
namespace {

/// Logarithm of the cost, linear over a stretch without corners.
struct LogLine {
  std::size_t frontier = 0;
  double begin = 0;
  double end = 0;
};

/// The frontiers that reach over [from, to], which holds no corner inside.
std::vector<LogLine> lines_over(const std::vector<std::vector<PlotPoint>>& frontiers, double from,
                                double to) {
  std::vector<LogLine> lines;
  for (std::size_t i = 0; i < frontiers.size(); ++i) {
    const auto begin = cost_at(frontiers[i], from);
    const auto end = cost_at(frontiers[i], to);
    if (begin && end) {
      lines.push_back({i, std::log(*begin), std::log(*end)});
    }
  }
  return lines;
}

/// Share of the stretch at which `next` falls below `line`; absent if it does not behind `share`.
std::optional<double> crossing(const LogLine& line, const LogLine& next, double share) {
  const double gap_begin = next.begin - line.begin;
  const double gap_end = next.end - line.end;
  if (gap_end >= 0 || gap_begin <= gap_end) {
    return std::nullopt;
  }
  const double at = gap_begin / (gap_begin - gap_end);
  return at > share || (at == share && gap_begin > 0) ? std::optional(at) : std::nullopt;
}

class Envelope {
 public:
  void cover(const std::vector<LogLine>& lines, double from, double to) {
    const LogLine* cheapest = &lines.front();
    for (const auto& each : lines) {
      const bool is_cheaper = each.begin < cheapest->begin ||
                              (each.begin == cheapest->begin && each.end < cheapest->end);
      cheapest = is_cheaper ? &each : cheapest;
    }
    for (double share = 0; share < 1;) {
      double end = 1;
      const LogLine* next = cheapest;
      for (const auto& each : lines) {
        const auto at = crossing(*cheapest, each, share);
        const bool is_first = at && (*at < end || (*at == end && each.end < next->end));
        end = is_first ? *at : end;
        next = is_first ? &each : next;
      }
      add(cheapest->frontier, from + share * (to - from), from + end * (to - from));
      cheapest = next;
      share = end;
    }
  }

  std::vector<CheapestStretch> take() { return std::move(stretches_); }

 private:
  void add(std::size_t frontier, double from, double to) {
    if (!stretches_.empty() && stretches_.back().frontier == frontier) {
      stretches_.back().to = to;
    } else if (to > from) {
      stretches_.push_back({from, to, frontier});
    }
  }

  std::vector<CheapestStretch> stretches_;
};

/// Whether `frontier` costs at most `factor` times the stretch's own one over all of it. The ratio
/// is the largest at a corner of one of them or at an end.
bool is_as_good(const std::vector<PlotPoint>& frontier, const std::vector<PlotPoint>& cheapest,
                const CheapestStretch& stretch, double factor) {
  std::vector<double> places{stretch.from, stretch.to};
  for (const auto* each : {&frontier, &cheapest}) {
    for (const auto& point : *each) {
      if (point.x > stretch.from && point.x < stretch.to) {
        places.push_back(point.x);
      }
    }
  }
  return std::all_of(places.begin(), places.end(), [&](double x) {
    const auto cost = cost_at(frontier, x);
    const auto least = cost_at(cheapest, x);
    return cost && least && *cost <= *least * factor;
  });
}

}  // namespace

std::vector<std::size_t> frontier_of(const std::vector<PlotPoint>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&points](std::size_t a, std::size_t b) {
    return points[a].x != points[b].x ? points[a].x > points[b].x : points[a].y < points[b].y;
  });
  std::vector<std::size_t> frontier;
  for (const auto each : order) {
    if (frontier.empty() || points[each].y < points[frontier.back()].y) {
      frontier.push_back(each);
    }
  }
  std::reverse(frontier.begin(), frontier.end());
  return frontier;
}

std::optional<double> cost_at(const std::vector<PlotPoint>& frontier, double x) {
  if (frontier.empty() || x > frontier.back().x) {
    return std::nullopt;
  }
  const auto right = std::find_if(frontier.begin(), frontier.end(),
                                  [x](const PlotPoint& point) { return point.x >= x; });
  if (right == frontier.begin() || right->x == x) {
    return right->y;
  }
  const auto left = right - 1;
  const double share = (x - left->x) / (right->x - left->x);
  return left->y * std::pow(right->y / left->y, share);
}

std::vector<CheapestStretch> cheapest_stretches(
    const std::vector<std::vector<PlotPoint>>& frontiers) {
  std::set<double> corners{0};
  for (const auto& frontier : frontiers) {
    for (const auto& point : frontier) {
      corners.insert(point.x);
    }
  }
  Envelope envelope;
  for (auto corner = corners.begin(); std::next(corner) != corners.end(); ++corner) {
    envelope.cover(lines_over(frontiers, *corner, *std::next(corner)), *corner, *std::next(corner));
  }
  return envelope.take();
}

std::vector<CheapestStretch> lasting_stretches(const std::vector<CheapestStretch>& stretches,
                                               const std::vector<std::vector<PlotPoint>>& frontiers,
                                               double tolerance) {
  std::vector<CheapestStretch> lasting;
  for (const auto& each : stretches) {
    const bool goes_on =
        !lasting.empty() && (lasting.back().frontier == each.frontier ||
                             is_as_good(frontiers[lasting.back().frontier],
                                        frontiers[each.frontier], each, 1 + tolerance));
    if (goes_on) {
      lasting.back().to = each.to;
    } else {
      lasting.push_back(each);
    }
  }
  return lasting;
}

}  // namespace tokenfab

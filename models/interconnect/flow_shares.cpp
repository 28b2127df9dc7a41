// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/flow_shares.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// Shares and ends that differ by less than rounding are one: symmetric flows end together.
constexpr double same = 1e-12;

}  // namespace

FlowShares::FlowShares(const LinkRoutes& routes) : routes_(routes), local_of_(routes.links(), 0) {}

std::uint32_t FlowShares::local(std::uint32_t link) {
  CHECK(link < local_of_.size(), "link {} of {}", link, local_of_.size());
  if (local_of_[link] == 0) {
    capacity_.push_back(routes_.capacity(link).si());
    local_of_[link] = static_cast<std::uint32_t>(capacity_.size());
  }
  return local_of_[link] - 1;
}

void FlowShares::start(std::uint32_t owner, const std::vector<FlowClass>& flows) {
  alive_.resize(std::max<std::size_t>(alive_.size(), owner + 1), 0);
  if (live_.empty()) {
    route_links_.clear();
  }
  std::vector<std::uint32_t> links;
  for (const auto& flow : flows) {
    if (flow.size.si() <= 0) {
      continue;
    }
    links.clear();
    routes_.route(flow.from_node, flow.to_node, links);
    CHECK(!links.empty() || flow.bound.si() < std::numeric_limits<double>::infinity(),
          "a flow from node {} to {} without links or bound", flow.from_node, flow.to_node);
    const auto first = static_cast<std::uint32_t>(route_links_.size());
    for (const auto link : links) {
      route_links_.push_back(local(link));
    }
    live_.push_back({owner, first, static_cast<std::uint32_t>(route_links_.size()),
                     static_cast<double>(flow.count), flow.bound.si(), flow.size.si(),
                     flow.size.si()});
    ++alive_[owner];
  }
  is_shared_ = false;
}

void FlowShares::index_links() {
  left_ = capacity_;
  open_.assign(capacity_.size(), 0);
  first_flow_.assign(capacity_.size() + 1, 0);
  for (const auto& flow : live_) {
    for (auto i = flow.first_link; i < flow.last_link; ++i) {
      open_[route_links_[i]] += flow.count;
      ++first_flow_[route_links_[i] + 1];
    }
  }
  std::partial_sum(first_flow_.begin(), first_flow_.end(), first_flow_.begin());
  link_flows_.resize(first_flow_.back());
  auto at = first_flow_;
  for (std::uint32_t f = 0; f < live_.size(); ++f) {
    for (auto i = live_[f].first_link; i < live_[f].last_link; ++i) {
      link_flows_[at[route_links_[i]]++] = f;
    }
  }
  is_settled_.assign(live_.size(), false);
}

void FlowShares::settle(std::uint32_t flow, double rate) {
  auto& at = live_[flow];
  at.rate = rate;
  is_settled_[flow] = true;
  for (auto i = at.first_link; i < at.last_link; ++i) {
    left_[route_links_[i]] = std::max(0.0, left_[route_links_[i]] - at.count * rate);
    open_[route_links_[i]] -= at.count;
  }
}

/// Gives the flows of all links whose share is `level` that rate.
double FlowShares::settle_links(double level) {
  double settled = 0;
  for (std::size_t link = 0; link < capacity_.size(); ++link) {
    if (open_[link] > 0 && left_[link] <= level * (1 + same) * open_[link]) {
      for (auto i = first_flow_[link]; i < first_flow_[link + 1]; ++i) {
        if (!is_settled_[link_flows_[i]]) {
          settle(link_flows_[i], level);
          ++settled;
        }
      }
    }
  }
  return settled;
}

void FlowShares::share() {
  index_links();
  std::vector<std::uint32_t> by_bound(live_.size());
  std::iota(by_bound.begin(), by_bound.end(), 0);
  std::stable_sort(by_bound.begin(), by_bound.end(),
                   [this](auto a, auto b) { return live_[a].bound < live_[b].bound; });
  auto next_bound = by_bound.begin();
  for (auto open = static_cast<double>(live_.size()); open > 0;) {
    double level = std::numeric_limits<double>::infinity();
    for (std::size_t link = 0; link < capacity_.size(); ++link) {
      if (open_[link] > 0) {
        level = std::min(level, left_[link] / open_[link]);
      }
    }
    // A flow whose bound is below every link's share gets its bound.
    bool has_bounded = false;
    for (; next_bound != by_bound.end() && live_[*next_bound].bound <= level; ++next_bound) {
      if (!is_settled_[*next_bound]) {
        settle(*next_bound, live_[*next_bound].bound);
        has_bounded = true;
        --open;
      }
    }
    open -= has_bounded ? 0 : settle_links(level);
  }
  is_shared_ = true;
}

Seconds FlowShares::until_next_end() {
  CHECK(has_flows(), "no flows");
  if (!is_shared_) {
    share();
  }
  double next = std::numeric_limits<double>::infinity();
  for (const auto& flow : live_) {
    next = std::min(next, flow.left / flow.rate);
  }
  return Seconds(next);
}

void FlowShares::advance(Seconds time) {
  bool has_ended = false;
  for (auto& flow : live_) {
    flow.left -= flow.rate * time.si();
    if (flow.left <= same * flow.size) {
      flow.left = 0;
      --alive_[flow.owner];
      has_ended = true;
    }
  }
  if (has_ended) {
    std::erase_if(live_, [](const Live& flow) { return flow.left == 0; });
    is_shared_ = false;
  }
}

}  // namespace tokenfab

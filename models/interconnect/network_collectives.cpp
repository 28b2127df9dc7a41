// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/network_collectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

CollectiveAlgorithm algorithm_of(const std::string& name) {
  const auto& names = collective_algorithm_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw std::invalid_argument(fmt::format("algorithms: there is no collective algorithm \"{}\"{}",
                                            name, did_you_mean(name, names)));
  }
  return static_cast<CollectiveAlgorithm>(found - names.begin());
}

void require_nested(const std::vector<NetworkLevel>& levels) {
  if (levels.empty()) {
    throw std::invalid_argument("a network without levels: give at least the scale-up domain");
  }
  for (std::size_t k = 0; k < levels.size(); ++k) {
    const auto& level = levels[k];
    if (level.bandwidth.si() <= 0 || level.latency.si() < 0) {
      throw std::invalid_argument(fmt::format("level \"{}\": {} B/s and {} s of latency",
                                              level.name, level.bandwidth.si(),
                                              level.latency.si()));
    }
    if (k > 0 && level.chips < levels[k - 1].chips) {
      throw std::invalid_argument(
          fmt::format("level \"{}\" has {} chips, fewer than \"{}\" inside "
                      "it, which has {}",
                      level.name, level.chips, levels[k - 1].name, levels[k - 1].chips));
    }
  }
}

}  // namespace

const std::vector<std::string>& collective_algorithm_names() {
  static const std::vector<std::string> names{
      "auto", "ring", "tree", "halving_doubling", "hierarchical", "in_network"};
  return names;
}

NetworkCollectives::NetworkCollectives(std::vector<NetworkLevel> levels,
                                       CollectiveLibraryConfig library,
                                       CollectiveAlgorithm algorithm)
    : levels_(std::move(levels)), library_(std::move(library)) {
  require_nested(levels_);
  if (algorithm != CollectiveAlgorithm::Auto) {
    algorithms_ = {algorithm};
    return;
  }
  for (const auto& name : library_.algorithms) {
    algorithms_.push_back(algorithm_of(name));
  }
}

Seconds NetworkCollectives::time(CollectiveKind kind, const ChipGroup& group, Bytes size) const {
  CHECK(group.ranks >= 1 && group.stride >= 1 && size.si() >= 0, "{} ranks {} apart, {} bytes",
        group.ranks, group.stride, size.si());
  if (group.ranks == 1 || size.si() == 0) {
    return Seconds(0);
  }
  const auto [at, is_new] = answers_.try_emplace({kind, group, size.si()});
  if (is_new) {
    at->second = choose(kind, group, size).time.total();
  }
  return at->second;
}

CollectiveChoice NetworkCollectives::choose(CollectiveKind kind, const ChipGroup& group,
                                            Bytes size) const {
  const auto spread = group_spread(levels_, group);
  const PatternInputs inputs{kind, size, group.ranks, spread, levels_, library_};
  std::optional<CollectiveChoice> best;
  const auto consider = [&](CollectiveAlgorithm algorithm) {
    for (const auto& pattern : patterns_of(algorithm, inputs)) {
      for (const auto protocol : {MessageProtocol::Large, MessageProtocol::Small}) {
        const auto time = pattern_time(pattern, protocol, levels_, library_);
        // All-to-all and send-receive were measured as they come, under no protocol of ours.
        const bool applies = protocol == MessageProtocol::Large || !pattern.is_exchange;
        if (applies && (!best || time.total() < best->time.total())) {
          best = {algorithm, pattern, protocol, time};
        }
      }
    }
  };
  for (const auto algorithm : algorithms_) {
    consider(algorithm);
  }
  if (!best) {
    consider(CollectiveAlgorithm::Ring);
  }
  return *best;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/generations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/compare/break_even_axis.hpp"
#include "sim/compare/pointer_pattern.hpp"
#include "sim/scenario/catalogue_entry.hpp"
#include "sim/scenario/catalogue_values.hpp"
#include "sim/sweep/run_requests.hpp"

namespace tokenfab {
namespace {

std::int64_t integer_at(const Node& document, const std::string& pointer, std::int64_t otherwise) {
  const Node* node = find_pointer(document, pointer);
  return node != nullptr && node->kind == NodeKind::Integer ? node->integer : otherwise;
}

std::string standing_of_price(const EmbeddedTables& tables, const std::string& chip) {
  for (const auto& value : catalogue_values(tables, "chips", chip)) {
    if (value.path == "/price") {
      return value.source.confidence;
    }
  }
  return "unknown";
}

/// "guian/h800" of "/sites/guian/clusters/h800", as pools name their cluster.
std::string cluster_name(const std::string& pointer) {
  const auto keys = *split_pointer(pointer);
  return keys[1] + "/" + keys[3];
}

/// Replicas of the pools on a cluster that now has `factor` as many chips.
void scale_pools(const Node& resolved, const std::string& cluster, double factor,
                 Settings& settings) {
  for (const auto& pool : matching_pointers(resolved, "/services/*/pools/*")) {
    const Node* name = find_pointer(resolved, pool + "/cluster");
    if (name == nullptr || name->text != cluster) {
      continue;
    }
    for (const char* key : {"/replicas", "/min_replicas", "/max_replicas"}) {
      const auto count = integer_at(resolved, pool + key, 0);
      if (count > 0) {
        const auto scaled = std::floor(static_cast<double>(count) * factor);
        settings.emplace_back(pool + key, fmt::format("{:.0f}", std::max(1.0, scaled)));
      }
    }
  }
}

/// So many times the load, and of an open loop as many more requests: as long a run.
void scale_load(const Node& resolved, double factor, Settings& settings) {
  const BreakEvenAxis load;
  auto loads = settings_at(load, resolved, factor);
  for (const auto& pointer : matching_pointers(resolved, "/workloads/*/*")) {
    const auto count = integer_at(resolved, pointer, 0);
    const bool is_number = pointer.find("/num_") != std::string::npos && count > 0;
    const bool is_set = std::any_of(loads.begin(), loads.end(),
                                    [&](const auto& each) { return each.first == pointer; });
    if (is_number && !is_set) {
      loads.emplace_back(pointer, fmt::format("{:.0f}", static_cast<double>(count) * factor));
    }
  }
  settings.insert(settings.end(), loads.begin(), loads.end());
}

bool has_open_loop(const Node& resolved) {
  const auto pointers = matching_pointers(resolved, "/workloads/*/*");
  return std::any_of(pointers.begin(), pointers.end(), [](const std::string& pointer) {
    return pointer.ends_with("_rate") || pointer.ends_with("/speedup");
  });
}

}  // namespace

Settings settings_on(const Node& resolved, const ChipNode& node, std::int64_t& chips) {
  Settings settings;
  chips = 0;
  std::int64_t chips_before = 0;
  for (const auto& cluster : matching_pointers(resolved, "/sites/*/clusters/*")) {
    const auto before = integer_at(resolved, cluster + "/nodes", 1) *
                        integer_at(resolved, cluster + "/node/chips_per_node", 1);
    const auto nodes = std::max<std::int64_t>(1, (before + node.chips - 1) / node.chips);
    settings.emplace_back(cluster + "/node", fmt::format(R"({{"use": "{}"}})", node.node));
    settings.emplace_back(cluster + "/nodes", fmt::format("{}", nodes));
    if (nodes * node.chips != before) {
      const auto factor = static_cast<double>(nodes * node.chips) / static_cast<double>(before);
      scale_pools(resolved, cluster_name(cluster), factor, settings);
    }
    chips_before += before;
    chips += nodes * node.chips;
  }
  if (chips != chips_before && chips_before > 0) {
    scale_load(resolved, static_cast<double>(chips) / static_cast<double>(chips_before), settings);
  }
  return settings;
}

Generations generations_of(const ScenarioRequest& request, const Node& resolved,
                           const std::vector<ChipNode>& nodes, std::size_t processes,
                           const std::function<void(std::size_t)>& watch) {
  const EmbeddedTables tables;
  Generations generations;
  generations.scenario = request.path;
  generations.has_given_load = has_open_loop(resolved);
  std::vector<ScenarioRequest> requests;
  for (const auto& node : nodes) {
    auto& row = generations.rows.emplace_back();
    row.node = node;
    row.facts = catalogue_entry<NodeConfig>("nodes", node.node);
    row.price_standing = standing_of_price(tables, node.chip);
    auto own = request;
    for (auto& setting : settings_on(resolved, node, row.chips)) {
      own.overrides.push_back(std::move(setting));
    }
    requests.push_back(std::move(own));
  }
  run_requests(
      requests.size(), processes, [&](std::size_t index) { return requests[index]; },
      [&](std::size_t index, RunAnswer answer) {
        generations.rows[index].answer = std::move(answer);
      },
      [&watch](std::size_t done) {
        if (watch) {
          watch(done);
        }
        return true;
      });
  return generations;
}

}  // namespace tokenfab

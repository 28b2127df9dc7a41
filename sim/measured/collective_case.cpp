// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/collective_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "models/interconnect/network_collectives.hpp"

namespace tokenfab {
namespace {

/// Latency of a message over InfiniBand and RoCE: arXiv:2505.09343, table 5. Over EFA: Estimate,
/// 15 us, as MPI ping-pongs over it take.
constexpr Seconds roce(3.6e-6);
constexpr Seconds efa(15e-6);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that begins at `at`, which goes behind it.
double number_at(std::string_view text, std::size_t& at) {
  double value = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + at, end, value);
  at = error == std::errc() ? static_cast<std::size_t>(rest - text.data()) : text.size();
  return value;
}

double bytes_per_s(double number, std::string_view unit) {
  return unit.starts_with(" GB/s") ? number * 1e9 : number * 1e9 / 8;
}

}  // namespace

std::optional<double> node_bandwidth(std::string_view fabric) {
  for (std::size_t at = 0; at < fabric.size(); ++at) {
    const bool begins = is_digit(fabric[at]) && (at == 0 || fabric[at - 1] == ' ');
    if (!begins) {
      continue;
    }
    const double first = number_at(fabric, at);
    const auto rest = fabric.substr(at);
    if (rest.starts_with(" Gb/s per node")) {
      return bytes_per_s(first, rest);
    }
    if (rest.starts_with("x")) {  // so many ports, then the rate of one
      at = std::min(fabric.find_first_of("0123456789", at), fabric.size());
      const double each = at < fabric.size() ? number_at(fabric, at) : 0;
      return each > 0 ? std::optional(first * bytes_per_s(each, fabric.substr(at))) : std::nullopt;
    }
  }
  return std::nullopt;
}

void read_fabric(std::string_view words, Fabric& fabric) {
  const auto says = [&](std::string_view word) { return words.find(word) != words.npos; };
  if (const auto node = node_bandwidth(words); node && fabric.nodes > 1) {
    fabric.bandwidth_per_chip = *node / static_cast<double>(fabric.chips_per_node());
  }
  fabric.latency = says("EFA") ? efa : says("RoCE") ? roce : fabric.latency;
  fabric.network_reduces = fabric.nodes > 1 && says("with SHARP");
}

Scenario fabric_scenario(const Fabric& fabric, const Overrides& more) {
  const auto network = fmt::format(
      R"({{"model": "non_blocking", "latency": "{} us", "in_network_reduction": {}{}}})",
      fabric.latency.si() * 1e6, fabric.network_reduces,
      fabric.switches_reduce ? "" : R"(, "scale_up": {"in_network_reduction": false})");
  Overrides sets{{case_cluster + "/network", network}};
  // A rack-scale domain holds several nodes; any other ends with its node.
  if (!fabric.chip.starts_with("gb")) {
    sets.emplace_back(case_chip + "/scale_up_domain", fmt::format("{}", fabric.chips_per_node()));
  }
  if (fabric.bandwidth_per_chip) {
    sets.emplace_back(case_chip + "/scale_out_bandwidth",
                      fmt::format("\"{} GB/s\"", *fabric.bandwidth_per_chip / 1e9));
  }
  const BareCluster cluster{fabric.chip, fabric.chips_per_node(), fabric.nodes};
  const auto body = fmt::format(
      R"("jobs": {{"hold": {{"cluster": "site/cluster", "fixed": {{"chips": {},
        "duration": "1 s"}}}}}})",
      fabric.chips);
  return load_case(cluster, body, sets, more);
}

double collective_seconds(const Fabric& fabric, CollectiveKind kind, Bytes size,
                          const Overrides& more) {
  const auto scenario = fabric_scenario(fabric, more);
  const auto& cluster = scenario.config->sites.at("site").clusters.at("cluster");
  const NetworkCollectives collectives(make_network(cluster)->levels(),
                                       cluster.node.chip.collectives);
  return collectives.time(kind, {fabric.chips, 1}, size).si();
}

double seconds_of_bus_bandwidth(CollectiveKind kind, std::int64_t chips, double size,
                                double bytes_per_s) {
  const auto n = static_cast<double>(chips);
  return (kind == CollectiveKind::AllReduce ? 2 : 1) * (n - 1) / n * size / bytes_per_s;
}

std::optional<CollectiveKind> collective_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, CollectiveKind>, 4> names{{
      {"all_reduce", CollectiveKind::AllReduce},
      {"all_gather", CollectiveKind::AllGather},
      {"reduce_scatter", CollectiveKind::ReduceScatter},
      {"all_to_all", CollectiveKind::AllToAll},
  }};
  std::string wanted(name);
  std::replace(wanted.begin(), wanted.end(), '-', '_');
  for (const auto& [each, kind] : names) {
    if (wanted == each) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Collectives against measured times: single-node NCCL timings of ai-dynamo/aiconfigurator
// @095f58a5, which the scale-up constants were fitted to, and published nccl-tests tables, of which
// the scale-out constants saw those with a network. docs/collectives.md has the hold-out errors.
#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <string>

#include "models/interconnect/network_collectives.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::validation;
using enum CollectiveKind;

namespace {

constexpr double large = 16 << 20;

NetworkCollectives collectives(const std::string& chip_id, std::vector<NetworkLevel> levels) {
  return {std::move(levels), testing::chip(chip_id).collectives};
}

/// Latency of a message over NVLink, InfiniBand and RoCE: arXiv:2505.09343, table 5. Over EFA:
/// Estimate, 15 us, as MPI ping-pongs over it take.
constexpr Seconds nvlink(3.33e-6);
constexpr Seconds infiniband(2.8e-6);
constexpr Seconds roce(3.6e-6);
constexpr Seconds efa(15e-6);

NetworkLevel domain(std::int64_t chips, double bandwidth, bool has_switches) {
  return {"scale-up", chips, BytesPerSecond(bandwidth), nvlink, has_switches};
}

NetworkLevel network(double bandwidth, Seconds latency, bool reduces = false) {
  return {"network", 1 << 20, BytesPerSecond(bandwidth), latency, reduces};
}

void print(const std::string& what, const std::string& regime, const ErrorSample& error) {
  if (error.size() > 0) {
    fmt::print("{:<40} {:<16} {}\n", what, regime, error.row());
  }
}

struct NodeTable {
  const char* chip;
  const char* file;
  double median;  // largest error that passes at 16 MiB and more, in percent
};

/// The table does not name its collectives; it goes through these four for every size.
constexpr std::array<CollectiveKind, 4> table_order{AllGather, AllToAll, ReduceScatter, AllReduce};
constexpr std::array<const char*, 4> table_names{"all-gather", "all-to-all", "reduce-scatter",
                                                 "all-reduce"};

ErrorSample check_node(const NodeTable& entry) {
  RequiredTable table(measurements_path(fmt::format("kernels/{}.csv.gz", entry.file)),
                      {"nccl_dtype", "num_gpus", "message_size", "latency"});
  const auto chip = testing::chip(entry.chip);
  const bool has_switches = chip.collectives.in_network_efficiency > 0;
  std::map<std::tuple<bool, double, double>, std::size_t> seen;
  std::array<std::array<ErrorSample, 3>, 4> errors;
  ErrorSample all;
  while (table.next()) {
    const bool is_half = table.text("nccl_dtype") == "half";
    const auto at = seen[{is_half, table.number("num_gpus"), table.number("message_size")}]++;
    if (at >= table_order.size()) {
      continue;
    }
    // NVLink's switches do not add int8.
    const auto times = collectives(
        entry.chip, {domain(72, chip.scale_up_bandwidth.si(), has_switches && is_half)});
    const Bytes size(table.number("message_size") * (is_half ? 2 : 1));
    const auto ranks = static_cast<std::int64_t>(table.number("num_gpus"));
    const auto seconds = times.time(table_order[at], {ranks, 1}, size).si();
    const auto measured = table.number("latency") / 1e3;
    errors[at][size.si() >= large ? 2 : size.si() > 1 << 20 ? 1 : 0].add(seconds, measured);
    if (size.si() >= large) {
      all.add(seconds, measured);
    }
  }
  for (std::size_t i = 0; i < table_order.size(); ++i) {
    const auto what = fmt::format("{} {}", entry.chip, table_names[i]);
    print(what, "to 1 MiB", errors[i][0]);
    print(what, "to 16 MiB", errors[i][1]);
    print(what, "from 16 MiB", errors[i][2]);
  }
  print(std::string(entry.chip) + " all", "from 16 MiB", all);
  REQUIRE(all.median() < entry.median);
  return all;
}

/// Fields of a line of comma-separated values with quotes.
std::vector<std::string> quoted_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (const char letter : line) {
    if (letter == '"') {
      is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += letter;
    }
  }
  return fields;
}

struct System {
  std::string name;
  NetworkCollectives collectives;
};

/// The machine of a row by its accelerators, their number and the fabric's name.
std::optional<System> system_of(const std::string& chip, int chips, const std::string& fabric,
                                const std::string& note) {
  const bool has_switches = note.find("SHARP disabled") == std::string::npos;
  if (chip == "H200 SXM") {
    return System{"8 x H200", collectives("h200", {domain(8, 450e9, has_switches)})};
  }
  if (chip == "H200 (p5en)") {
    return System{"16 x H200, EFA",
                  collectives("h200", {domain(8, 450e9, true), network(50e9, efa)})};
  }
  if (chip.starts_with("8-GPU")) {
    return System{"32 x unnamed, 800 Gb/s a node",
                  collectives("h100-sxm", {domain(8, 450e9, true), network(12.5e9, infiniband)})};
  }
  if (chip == "H100 SXM" && chips == 64) {
    return System{"64 x H100, SHARP", collectives("h100-sxm", {domain(8, 450e9, true),
                                                               network(50e9, infiniband, true)})};
  }
  if (chip == "B300") {
    return System{"16 x B300, EFA",
                  collectives("b200", {domain(8, 900e9, true), network(100e9, efa)})};
  }
  if (fabric.starts_with("OCI")) {
    return System{"16 x A100, RoCE",
                  collectives("a100-80", {domain(8, 300e9, false), network(25e9, roce)})};
  }
  if (chip.starts_with("A100-40GB") && chips == 24) {
    return System{"24 x A100, InfiniBand",
                  collectives("a100-80", {domain(8, 300e9, false), network(12.5e9, infiniband)})};
  }
  if (chip.starts_with("A100-80GB")) {
    return System{"2 x A100", collectives("a100-80", {domain(8, 300e9, false)})};
  }
  if (chip.starts_with("A100 (Polaris")) {
    return System{"8 x A100, Slingshot",
                  collectives("a100-80", {domain(4, 300e9, false), network(12.5e9, infiniband)})};
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("Collectives within a node take the time that NCCL tables measured") {
  fmt::print("{:<40} {:<16} {}\n", "table", "regime", ErrorSample::header());
  for (const auto& entry : {NodeTable{"a100-80", "a100_sxm.nccl_perf.2.27.3", 5},
                            NodeTable{"h100-sxm", "h100_sxm.nccl_perf.2.29.2", 5},
                            NodeTable{"b200", "b200_sxm.nccl_perf.2.29.2", 7},
                            NodeTable{"gb200", "gb200.nccl_perf.2.29.2", 7}}) {
    check_node(entry);
  }
}

TEST_CASE("Collectives have the bus bandwidth that published tables measured") {
  LineReader lines{ByteStream(measurements_path("collectives_nccl.csv"))};
  std::string_view line;
  REQUIRE(lines.next(line));
  const std::map<std::string, CollectiveKind> kinds{{"all_reduce", AllReduce},
                                                    {"all_gather", AllGather},
                                                    {"reduce_scatter", ReduceScatter},
                                                    {"all_to_all", AllToAll}};
  std::map<std::string, std::array<ErrorSample, 2>> errors;
  ErrorSample all;
  int left_out = 0;
  while (lines.next(line)) {
    const auto row = quoted_fields(line);
    const auto number = [&](std::size_t i) { return std::strtod(row.at(i).c_str(), nullptr); };
    const auto chips = static_cast<int>(number(3));
    const auto system = system_of(row[2], chips, row[5], row.at(11));
    const double size = number(6);
    if (!system || size == 0) {
      ++left_out;  // no size, or Trainium
      continue;
    }
    const auto kind = kinds.at(row[0]);
    const double bus_bytes = (kind == AllReduce ? 2 : 1) * (chips - 1.0) / chips * size;
    const double measured = row[9].empty() ? bus_bytes / number(7) * 1e-3 : number(9);
    const auto seconds = system->collectives.time(kind, {chips, 1}, Bytes(size)).si();
    errors[system->name][size >= large ? 1 : 0].add(bus_bytes / seconds / 1e9, measured);
    if (size >= large) {
      all.add(bus_bytes / seconds / 1e9, measured);
    }
  }
  fmt::print("{:<40} {:<16} {}\n", "system", "regime", ErrorSample::header());
  for (const auto& [name, of_system] : errors) {
    print(name, "below 16 MiB", of_system[0]);
    print(name, "from 16 MiB", of_system[1]);
  }
  print("all", "from 16 MiB", all);
  fmt::print("{} rows left out: without size, or of chips that are not in the catalogue\n",
             left_out);
  REQUIRE(all.size() > 50);
  REQUIRE(all.median() < 5);
}

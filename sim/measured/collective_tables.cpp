// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/collective_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "sim/measured/collective_case.hpp"
#include "sim/measured/published_names.hpp"

namespace tokenfab {
namespace {

/// The catalogue's chip of a published name. Nodes of unnamed chips with eight of them and NVLink
/// are taken for H100; those with less memory have the links of their siblings.
std::string chip_of(std::string_view published) {
  static const EmbeddedTables tables;
  if (published.starts_with("A100-40")) {
    return "a100-80";
  }
  return published.starts_with("8-GPU") ? "h100-sxm"
                                        : published_chip(tables, published).value_or(std::string());
}

MeasuredCase collective_case(const Fabric& fabric, CollectiveKind kind, double size,
                             double seconds) {
  MeasuredCase result;
  result.labels.chip = fabric.chip;
  result.labels.engine = "collectives";
  result.labels.regime = size >= large_collective ? large_regime : small_regime;
  result.labels.layout = fmt::format("{} chips on {} nodes", fabric.chips, fabric.nodes);
  result.measured = {{Observable::CollectiveTime, seconds}};
  result.predict = [fabric, kind, size](const Overrides& more) {
    return std::vector<Measurement>{
        {Observable::CollectiveTime, collective_seconds(fabric, kind, Bytes(size), more)}};
  };
  return result;
}

std::string skipped_fabric(const Fabric& fabric, std::string_view published) {
  if (fabric.chip.empty()) {
    return fmt::format("chip {} is not in the catalogue", published);
  }
  if (fabric.chips < 2 || fabric.nodes < 1 || fabric.chips % fabric.nodes != 0) {
    return fmt::format("{} chips on {} nodes", fabric.chips, fabric.nodes);
  }
  return {};
}

MeasuredCase nccl_case(MeasurementTable& table) {
  Fabric fabric;
  const auto published = table.text("accel");
  fabric.chip = chip_of(published);
  fabric.chips = table.count("n_accel");
  fabric.nodes = std::max<std::int64_t>(1, table.count("nodes"));
  fabric.switches_reduce = table.text("note").find("SHARP disabled") == std::string_view::npos &&
                           table.text("library").find("SHARP off") == std::string_view::npos;
  auto skipped = skipped_fabric(fabric, published);
  if (skipped.empty()) {
    read_fabric(table.text("fabric"), fabric);
  }
  const auto kind = collective_named(table.text("collective"));
  const double size = table.number("size_bytes");
  double seconds = table.number("time_us") * 1e-6;
  if (const double bus = table.number("busbw_GBps") * 1e9; kind && bus > 0 && size > 0) {
    seconds = seconds_of_bus_bandwidth(*kind, std::max<std::int64_t>(2, fabric.chips), size, bus);
  }
  if (!kind) {
    skipped = fmt::format("unknown collective {}", table.text("collective"));
  } else if (size == 0 || seconds == 0) {
    skipped = "no size or no time published";
  }
  auto result = collective_case(fabric, kind.value_or(CollectiveKind::AllReduce), size, seconds);
  result.labels.software = table.text("library");
  result.skipped = std::move(skipped);
  return result;
}

/// "all-reduce bus bandwidth 16 GiB, ring": kind and size.
struct BusMetric {
  CollectiveKind kind = CollectiveKind::AllReduce;
  double size = 0;
};

std::optional<BusMetric> bus_metric(std::string_view metric) {
  constexpr std::string_view words = " bus bandwidth ";
  const auto at = metric.find(words);
  const auto kind = at == metric.npos ? std::nullopt : collective_named(metric.substr(0, at));
  if (!kind) {
    return std::nullopt;
  }
  const auto text = metric.substr(at + words.size());
  BusMetric result{*kind, 0};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.size);
  auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  unit.remove_prefix(unit.starts_with(' ') ? 1 : 0);
  constexpr std::array<std::pair<std::string_view, double>, 3> units{
      {{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};
  for (const auto& [name, bytes] : units) {
    if (error == std::errc() && unit.starts_with(name)) {
      result.size *= bytes;
      return result;
    }
  }
  return std::nullopt;
}

/// "4 nodes x8, EFA v4", "8 GPUs xGMI", "32 GPUs, 8x50 GB/s EFA v4".
void read_setting(std::string_view setting, Fabric& fabric) {
  std::int64_t first = 0;
  const auto* const end = setting.data() + setting.size();
  const auto parsed = std::from_chars(setting.data(), end, first);
  const auto rest = setting.substr(static_cast<std::size_t>(parsed.ptr - setting.data()));
  if (first > 100'000) {
    return;
  }
  if (rest.starts_with(" node")) {
    fabric.nodes = first;
    fabric.chips = 8 * first;
  } else if (rest.starts_with(" GPUs")) {
    fabric.chips = first;
    fabric.nodes = first > 8 ? first / 8 : 1;
  }
}

MeasuredCase efficiency_case(MeasurementTable& table) {
  const auto metric = table.text("metric");
  const auto bus = bus_metric(metric);
  const double bandwidth = table.number("measured") * 1e9;
  if (!bus) {
    MeasuredCase result;
    result.labels.chip = chip_of(table.text("chip"));
    result.skipped = "no collective: single kernels and shares are for tests/validation";
    return result;
  }
  Fabric fabric;
  fabric.chip = chip_of(table.text("chip"));
  read_setting(table.text("setting"), fabric);
  auto skipped = skipped_fabric(fabric, table.text("chip"));
  if (skipped.empty()) {
    read_fabric(table.text("setting"), fabric);
  }
  const auto says = [&](std::string_view words) {
    return metric.find(words) != metric.npos || table.text("setting").find(words) != metric.npos;
  };
  fabric.switches_reduce = !says("ring") && !says("SHARP off");
  const auto seconds = bandwidth > 0 && fabric.chips > 1
                           ? seconds_of_bus_bandwidth(bus->kind, fabric.chips, bus->size, bandwidth)
                           : 0;
  auto result = collective_case(fabric, bus->kind, bus->size, seconds);
  result.labels.software = "ml-engineering";
  result.labels.date = table.text("date");
  result.skipped = seconds > 0 || !skipped.empty() ? std::move(skipped) : "no bandwidth published";
  return result;
}

template <class Each>
std::vector<MeasuredCase> read_rows(MeasurementTable& table, Each each) {
  std::vector<MeasuredCase> cases;
  while (table.next()) {
    cases.push_back(each(table));
    cases.back().line = table.line();
  }
  return cases;
}

}  // namespace

CaseFormat collective_format() {
  return {"collectives",
          "times of collectives",
          {"collective", "library", "accel", "n_accel", "nodes", "fabric", "size_bytes", "time_us",
           "busbw_GBps"},
          [](MeasurementTable& table) { return read_rows(table, nccl_case); }};
}

CaseFormat efficiency_format() {
  return {"efficiency",
          "rates reached, of which bus bandwidths are predicted",
          {"chip", "metric", "measured", "theoretical", "unit", "setting"},
          [](MeasurementTable& table) { return read_rows(table, efficiency_case); }};
}

}  // namespace tokenfab

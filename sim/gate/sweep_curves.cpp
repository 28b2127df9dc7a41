// SPDX-License-Identifier: Apache-2.0
// Databases of sweeps as families of curves.
#include <fmt/format.h>

#include <cstddef>

#include "sim/core/errors.hpp"
#include "sim/database/sweep_database.hpp"
#include "sim/gate/policy.hpp"
#include "sim/gate/read_results.hpp"

namespace tokenfab {
namespace {

struct Mean {
  double sum = 0;
  std::size_t count = 0;
};

/// A point of the sweep with its metrics over the replications.
struct SweptPoint {
  std::vector<AxisValue> values;
  std::map<std::string, Mean> metrics;
};

bool is_recorded(const std::vector<std::string>& record, const std::string& metric) {
  static const std::vector<std::string> usual{"cost_per_mtok*", "energy_per_*", "ttft_p99_s",
                                              "tpot_p50_s"};
  const bool is_of_factory = metric.find('/') == std::string::npos;
  return is_of_factory && is_listed(record.empty() ? usual : record, metric);
}

std::map<std::int64_t, SweptPoint> points_of(const SweepDatabase& database,
                                             const std::vector<std::string>& record) {
  std::map<std::int64_t, SweptPoint> points;
  database.for_each_run([&](const StoredRun& stored) {
    if (!stored.answer.has_numbers()) {
      return;
    }
    auto& point = points[stored.run.point];
    point.values = stored.run.values;
    for (const auto& [name, value] : stored.answer.metrics) {
      if (is_recorded(record, name)) {
        auto& mean = point.metrics[name];
        mean.sum += value;
        ++mean.count;
      }
    }
  });
  return points;
}

/// "chip=h200, users=8" without the axis that is x.
std::string label_of(const SweepDescription& sweep, const SweptPoint& point, std::size_t axis) {
  std::string label;
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    if (i != axis) {
      label += fmt::format("{}{}={}", label.empty() ? "" : ", ", sweep.axes[i].name,
                           point.values.at(i).text);
    }
  }
  return label.empty() ? sweep.name : label;
}

[[noreturn]] void refuse(const std::string& path, std::string message) {
  throw DataError({{{path, 0, 0}, "", std::move(message), ""}});
}

}  // namespace

std::map<std::string, CurveFamily> curves_of_sweep(const std::string& path,
                                                   const std::vector<std::string>& record) {
  const auto database = SweepDatabase::open(path);
  const auto& sweep = database.description();
  const auto points = points_of(database, record);
  std::map<std::string, CurveFamily> families;
  for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis) {
    if (!sweep.axes[axis].is_number) {
      continue;
    }
    for (const auto& [number, point] : points) {
      for (const auto& [metric, mean] : point.metrics) {
        auto& family = families[sweep.axes[axis].name + "/" + metric];
        family.x = sweep.axes[axis].name;
        family.y = metric;
        family.lines[label_of(sweep, point, axis)].push_back(
            {*point.values[axis].number, mean.sum / static_cast<double>(mean.count), ""});
      }
    }
  }
  if (families.empty()) {
    refuse(path, "has no curve: no axis of numbers, or no run with a metric that is recorded");
  }
  for (auto& [name, family] : families) {
    for (auto& [label, line] : family.lines) {
      if (const auto fault = order_points(line); !fault.empty()) {
        refuse(path, fmt::format("{}: {} {}", name, label, fault));
      }
    }
  }
  return families;
}

}  // namespace tokenfab

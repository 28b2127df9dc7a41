// SPDX-License-Identifier: Apache-2.0
#include "sim/report/replications_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/core/random.hpp"
#include "sim/metrics/interval.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* section_name = "replications";

/// Intervals of the numbers in objects[i], by name in the order of the first; those that some run
/// does not have say how many do.
Json intervals_of(const std::vector<const Json*>& objects) {
  Json intervals = Json::object();
  const auto add = [&](const std::string& name) {
    std::vector<double> values;
    for (const auto* object : objects) {
      const auto found = object->find(name);
      if (found != object->end() && found->is_number()) {
        values.push_back(found->get<double>());
      }
    }
    if (values.empty()) {
      return;  // the country of a site
    }
    const auto interval = interval_95(values);
    Json line{{"mean", interval.mean},
              {"half_width_95", interval.half_width_95},
              {"min", interval.min},
              {"max", interval.max}};
    if (values.size() < objects.size()) {
      line["runs"] = values.size();
    }
    line["values"] = values;
    intervals[name] = std::move(line);
  };
  for (const auto* object : objects) {
    for (const auto& [name, value] : object->items()) {
      if (!intervals.contains(name)) {
        add(name);
      }
    }
  }
  return intervals;
}

/// `get` gives an object of each run, or null.
template <class Get>
Json intervals_over(const std::vector<Json>& runs, const Get& get) {
  std::vector<const Json*> objects;
  for (const auto& run : runs) {
    if (const Json* object = get(run)) {
      objects.push_back(object);
    }
  }
  return intervals_of(objects);
}

Json service_intervals(const std::vector<Json>& runs) {
  Json services = Json::object();
  for (const auto& [name, metrics] : runs.front()["services"].items()) {
    services[name] = intervals_over(runs, [&name = name](const Json& run) -> const Json* {
      const auto found = run["services"].find(name);
      return found == run["services"].end() ? nullptr : &*found;
    });
  }
  return services;
}

Json assertions_of(const std::vector<Json>& runs) {
  Json lines = Json::array();
  for (std::size_t i = 0; i < runs.front()["asserts"].size(); ++i) {
    const auto held = std::count_if(runs.begin(), runs.end(), [i](const Json& run) {
      return run["asserts"][i]["holds"].template get<bool>();
    });
    lines.push_back({{"expression", runs.front()["asserts"][i]["expression"]}, {"held", held}});
  }
  return lines;
}

/// For people: sums of the same numbers in another order differ in the last digits.
double beyond_rounding(double half_width, double mean) {
  return half_width > 1e-12 * std::abs(mean) ? half_width : 0;
}

bool vary(const Json& metrics) {
  return std::any_of(metrics.begin(), metrics.end(),
                     [](const Json& line) { return line["min"] != line["max"]; });
}

}  // namespace

std::int64_t replication_seed(std::int64_t seed, std::int64_t run) {
  if (run == 0) {
    return seed;
  }
  const auto key = stream_key(static_cast<std::uint64_t>(seed), static_cast<std::uint32_t>(run),
                              "scenario", "replication");
  return static_cast<std::int64_t>(key >> 11);
}

std::string replication_part(std::string_view report) {
  auto json = Json::parse(report);
  Json part;
  part["seed"] = json["stamp"]["seed"];
  part["metrics"] = std::move(json["metrics"]);
  part["services"] = std::move(json["services"]);
  part["asserts"] = std::move(json["asserts"]);
  return part.dump();
}

std::string replicated_report(std::string_view report, const std::vector<std::string>& parts) {
  std::vector<Json> runs;
  for (const auto& part : parts) {
    runs.push_back(Json::parse(part));
  }
  Json section;
  section["count"] = runs.size();
  section["seeds"] = Json::array();
  for (const auto& run : runs) {
    section["seeds"].push_back(run["seed"]);
  }
  section["metrics"] = intervals_over(runs, [](const Json& run) { return &run["metrics"]; });
  section["services"] = service_intervals(runs);
  section["asserts"] = assertions_of(runs);
  section["varies"] = vary(section["metrics"]);
  auto json = Json::parse(report);
  json[section_name] = std::move(section);
  return json.dump(2) + "\n";
}

std::int64_t replications_of(std::string_view report) {
  const auto json = Json::parse(report, nullptr, false);
  if (!json.is_object() || !json.contains(section_name) || !json[section_name].is_object()) {
    return 1;
  }
  const auto count = json[section_name].find("count");
  const bool is_count = count != json[section_name].end() && count->is_number_integer();
  return is_count ? std::max<std::int64_t>(1, count->get<std::int64_t>()) : 1;
}

std::string replications_table(std::string_view report) {
  const auto json = Json::parse(report);
  const auto& section = json[section_name];
  const auto count = section["count"].get<std::int64_t>();
  TextTable table;
  table.heading(fmt::format("{:<36}{:>14}{:>14}{:>14}{:>14}",
                            fmt::format("Replications: {} runs", count), "mean", "+- 95 %", "least",
                            "most"));
  for (const auto* name :
       {"output_tokens_per_s", "ttft_mean_s", "ttft_p99_s", "tpot_mean_s", "tpot_p99_s",
        "e2el_mean_s", "e2el_p99_s", "slo_attainment", "images_completed", "daily_active_agents",
        "chip_utilization", "job_wait_mean_s", "energy_site_j", "pue", "peak_site_power_w",
        "carbon_kg", "cost_total_usd", "cost_per_mtok_usd"}) {
    const auto line = section["metrics"].find(name);
    if (line != section["metrics"].end()) {
      const auto value = [&](const char* key) { return (*line)[key].template get<double>(); };
      table.line(fmt::format("{:<34}{:>14.6g}{:>14.2g}{:>14.6g}{:>14.6g}", name, value("mean"),
                             beyond_rounding(value("half_width_95"), value("mean")), value("min"),
                             value("max")));
    }
  }
  if (!section["varies"].get<bool>()) {
    table.line("all runs are equal: nothing in this scenario is drawn at random");
  }
  for (const auto& line : section["asserts"]) {
    if (line["held"] != count) {
      table.line(fmt::format("{}: holds in {} of {} runs", line["expression"].get<std::string>(),
                             line["held"].get<std::int64_t>(), count));
    }
  }
  return table.take();
}

bool holds_in_all(const std::vector<std::string>& parts) {
  return std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
    const auto json = Json::parse(part);
    const auto& asserts = json["asserts"];
    return std::all_of(asserts.begin(), asserts.end(),
                       [](const Json& line) { return line["holds"].template get<bool>(); });
  });
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/workload_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/data/open_sessions.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/scenario/job_rules.hpp"

namespace tokenfab {

Duration time_of_day(const ScenarioConfig& config) {
  constexpr auto day = Int128{86400} * Duration::ticks_per_second;
  const auto since_midnight = local_date(config.start)->ticks() % day;
  return Duration::from_ticks(since_midnight < 0 ? since_midnight + day : since_midnight);
}

WorkloadSet::WorkloadSet(const Scenario& scenario, Floor& floor,
                         const std::vector<std::unique_ptr<ServiceRuntime>>& services,
                         const SitesRuntime& sites)
    : scenario_(scenario),
      config_(*scenario.config),
      floor_(floor),
      services_(services),
      sites_(sites) {
  for (const auto& [name, workload] : config_.workloads) {
    if (!makes_jobs(workload)) {
      add(name, workload);
    }
  }
}

/// `play`: how often it has been played before; `from`: its date 0.
std::unique_ptr<Workload> WorkloadSet::make_source(const std::string& name, std::uint64_t play,
                                                   Duration from) const {
  const auto& workload = config_.workloads.at(name);
  auto source = plugin_table().make<Workload>("workload", workload.source);
  WorkloadInputs inputs;
  const auto seed = static_cast<std::uint64_t>(config_.seed);
  const auto path = play == 0 ? "workloads/" + name : fmt::format("workloads/{}/{}", name, play);
  constexpr auto day = Int128{86400} * Duration::ticks_per_second;
  inputs.time_of_day = Duration::from_ticks((time_of_day(config_) + from).ticks() % day);
  inputs.stream = [seed, path](std::string_view purpose) {
    return RandomStream(seed, 0, path, purpose);
  };
  const auto trace = scenario_.traces.find(name);
  if (trace != scenario_.traces.end() && trace->second.has_sessions) {
    inputs.sessions = open_sessions(ByteStream(trace->second.path), trace->second.format);
  } else if (trace != scenario_.traces.end()) {
    inputs.trace = open_request_trace(trace->second.path, trace->second.format);
  }
  const auto site = config_.services.at(*workload.service).pools.begin()->second.cluster;
  const auto number =
      std::distance(config_.sites.begin(), config_.sites.find(site.substr(0, site.find('/'))));
  const auto* plant = &sites_.plant(static_cast<std::uint32_t>(number));
  inputs.price_usd_per_j = [plant, from](Instant at) { return plant->price(at + from).si(); };
  inputs.carbon_kg_per_j = [plant, from](Instant at) { return plant->carbon(at + from).si(); };
  source->open(std::move(inputs));
  return source;
}

void WorkloadSet::expect(const std::string& name, const Workload& source) {
  auto expected = source.expected_requests();
  const auto trace = scenario_.traces.find(name);
  if (trace != scenario_.traces.end()) {
    const std::uint64_t rows = trace->second.summary.rows;
    expected = std::min(expected.value_or(rows), rows);
  }
  expected_requests_ = expected_requests_ && expected
                           ? std::optional(*expected_requests_ + *expected)
                           : std::nullopt;
}

void WorkloadSet::add(const std::string& name, const WorkloadConfig& workload) {
  auto source = make_source(name, 0, Duration());
  expect(name, *source);
  const auto service = std::find_if(services_.begin(), services_.end(), [&](const auto& runtime) {
    return runtime->name() == *workload.service;
  });
  const WorkloadId id{static_cast<std::uint32_t>(workloads_.size())};
  floor_.tenant_name_lists.push_back(&source->tenants());
  floor_.tenants.emplace_back(1);
  auto& application = floor_.applications.emplace_back();
  application.service = *workload.service;
  application.kind = workload.source.model;
  application.has_service_level = service_level_of(config_.services.at(*workload.service)).is_set();
  if (is_held(config_, name)) {
    held_[name].workload = workloads_.size();
  }
  workloads_.push_back(
      std::make_unique<WorkloadRuntime>(id, name, std::move(source), **service, floor_));
  if (is_held(config_, name)) {
    workloads_.back()->when_done([this, name](Instant date) { play_over(name, date); });
  }
}

void WorkloadSet::start() {
  for (auto& workload : workloads_) {
    if (held_.count(workload->name()) == 0) {
      workload->start();
    }
  }
}

void WorkloadSet::play(const std::string& name, Instant now,
                       std::function<void(Instant)> when_over) {
  auto& held = held_.at(name);
  held.queue.push_back(std::move(when_over));
  if (!held.is_playing) {
    play_next(name, now);
  }
}

void WorkloadSet::play_next(const std::string& name, Instant now) {
  auto& held = held_.at(name);
  auto& workload = *workloads_[held.workload];
  held.is_playing = true;
  workload.restart(make_source(name, held.plays++, now.since_start()), now);
}

void WorkloadSet::play_over(const std::string& name, Instant now) {
  auto& held = held_.at(name);
  const auto tell = std::move(held.queue.front());
  held.queue.erase(held.queue.begin());
  held.is_playing = false;
  tell(now);
  if (!held.is_playing && !held.queue.empty()) {
    play_next(name, now);
  }
}

void WorkloadSet::stop_at(Instant now) {
  for (auto& workload : workloads_) {
    workload->stop_at(now);
  }
}

bool WorkloadSet::is_dry() const {
  return std::all_of(workloads_.begin(), workloads_.end(),
                     [](const auto& workload) { return workload->is_dry(); });
}

void WorkloadSet::close(RunResult& result) {
  for (std::size_t i = 0; i < workloads_.size(); ++i) {
    auto& application = result.applications[workloads_[i]->name()] =
        std::move(floor_.applications[i]);
    application.agents = workloads_[i]->agents();
    application.answered_in_time = workloads_[i]->answered_in_time();
    for (std::size_t tenant = 0; tenant < floor_.tenants[i].size(); ++tenant) {
      const auto& tenant_name = (*floor_.tenant_name_lists[i])[tenant];
      const auto agreement = config_.tenants.find(tenant_name);
      auto& got = application.tenants[tenant_name] = std::move(floor_.tenants[i][tenant]);
      got.weight = agreement != config_.tenants.end() ? agreement->second.weight : 1;
    }
  }
}

}  // namespace tokenfab

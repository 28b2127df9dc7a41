// SPDX-License-Identifier: Apache-2.0
// The services and workloads of a scenario on a floor without plants, with what a test wants to
// happen at its dates. One per process.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/autoscaler_runtime.hpp"
#include "sim/scenario/fault_runtime.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/service_runtime.hpp"
#include "sim/scenario/workload_runtime.hpp"

namespace tokenfab::testing {

inline Instant at_s(double seconds) { return Instant(Duration::from_seconds(seconds)); }

inline Scenario scenario_of(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("tokenfab-floor-" + std::to_string(::getpid()) + ".json");
  std::ofstream(path, std::ios::binary) << text;
  auto scenario = load_scenario({path.string(), {}, {}, {}, {}});
  std::filesystem::remove(path);
  return scenario;
}

/// A row of requests.csv.
struct FloorRow {
  std::uint64_t id;
  std::string tenant;
  RequestStatus status;
  Instant arrival;
  std::optional<Duration> ttft;
  std::optional<Duration> e2el;
  std::uint32_t cached_tokens;
  std::uint32_t output_tokens;
};

class ServiceFloor : public FloorListener, public RequestSink {
 public:
  explicit ServiceFloor(const std::string& text)
      : scenario(scenario_of(text)),
        config(*scenario.config),
        engine(platform()),
        floor{engine, requests_, *this, this, Instant(), {}, {}, {}, 0},
        tenant_rules_(config, floor),
        transfers_(engine.agenda(), platform()) {
    std::uint32_t number = 0;
    for (const auto& [name, service] : config.services) {
      services.push_back(std::make_unique<ServiceRuntime>(name, ServiceId{number++}, service, floor,
                                                          tenant_rules_, config));
      for (const auto& plan : scenario.pools) {
        if (plan.service == name) {
          const auto site = std::distance(config.sites.begin(), config.sites.find(plan.site));
          services.back()->add_pool(plan, config.stepping, static_cast<std::uint32_t>(site));
          pools.push_back(services.back()->pools().back().get());
        }
      }
      if (service.autoscaler.model != "fixed") {
        for (auto* pool : services.back()->text_pools()) {
          autoscalers_.push_back(std::make_unique<AutoscalerRuntime>(
              plugin_table().make<Autoscaler>("autoscaler", service.autoscaler), engine.agenda(),
              *services.back(), *pool));
        }
      }
    }
    add_workloads();
    faults = make_fault_runtimes(config, engine.agenda(), [this](auto site, auto cluster) {
      std::vector<NodeListener*> here;
      std::copy_if(pools.begin(), pools.end(), std::back_inserter(here), [=](ServicePool* pool) {
        return pool->site() == site && pool->cluster_index() == cluster;
      });
      return here;
    });
  }

  /// A new source of the workload; the random streams of its runs are different.
  std::unique_ptr<Workload> source(const std::string& name, int run = 0) const {
    auto made = plugin_table().make<Workload>("workload", config.workloads.at(name).source);
    WorkloadInputs inputs;
    inputs.stream = [this, name, run](std::string_view purpose) {
      return RandomStream(static_cast<std::uint64_t>(config.seed), static_cast<std::uint64_t>(run),
                          "workloads/" + name, purpose);
    };
    made->open(std::move(inputs));
    return made;
  }

  void at(double seconds, std::function<void(Instant)> work) {
    auto& entry = script_.emplace_back(std::move(work));
    engine.agenda().schedule(engine.agenda().add(engine::EventPriority::Fault, entry),
                             at_s(seconds));
  }

  /// Workloads that nobody has started otherwise start at 0. Closes every ledger at the end.
  void run(double until, bool start_workloads = true) {
    for (auto& service : services) {
      service->start(transfers_);
    }
    for (auto& autoscaler : autoscalers_) {
      autoscaler->start();
    }
    for (auto& workload : workloads) {
      if (start_workloads) {
        workload->start();
      }
    }
    Scripted stop([this](Instant now) { finish(now); });
    engine.agenda().schedule(engine.agenda().add(engine::EventPriority::Stop, stop), at_s(until));
    engine.run();
  }

  PoolRuntime& pool(std::size_t i) const { return dynamic_cast<PoolRuntime&>(*pools[i]); }
  std::size_t count(RequestStatus status) const {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [status](const auto& row) { return row.status == status; }));
  }

  void request_left(WorkloadId workload, const Departure& departure) override {
    workloads[workload.index]->request_left(departure);
  }
  void became_busy(Instant) override {}
  void request(const RequestRecord& row) override {
    rows.push_back({row.id, std::string(row.tenant), row.status, row.arrival, row.ttft, row.e2el,
                    row.cached_input_tokens, row.output_tokens});
  }

  Scenario scenario;
  const ScenarioConfig& config;
  engine::Engine engine;

 private:
  struct Scripted : engine::EventHandler {
    explicit Scripted(std::function<void(Instant)> what) : work(std::move(what)) {}
    void handle_event(Instant now) override { work(now); }
    std::function<void(Instant)> work;
  };

  /// Flows may end at any node.
  std::vector<engine::SitePlatform> platform() const {
    auto sites = platform_of(scenario);
    for (auto& site : sites) {
      for (auto& cluster : site.clusters) {
        cluster.flow_nodes.reset();
      }
    }
    return sites;
  }

  void add_workloads() {
    for (const auto& [name, workload] : config.workloads) {
      const auto service = std::find_if(
          services.begin(), services.end(),
          [&wanted = workload.service](const auto& runtime) { return runtime->name() == wanted; });
      floor.tenant_name_lists.emplace_back();
      floor.tenants.emplace_back(1);
      floor.applications.emplace_back();
      workloads.push_back(std::make_unique<WorkloadRuntime>(
          WorkloadId{static_cast<std::uint32_t>(workloads.size())}, name, source(name), **service,
          floor));
    }
  }

  void finish(Instant now) {
    for (auto* pool : pools) {
      pool->harvest_energy_j(now);
    }
    for (auto& workload : workloads) {
      workload->stop_at(now);
    }
    for (auto& service : services) {
      service->stop_at(now);
    }
    transfers_.stop(now);
    engine.stop();
    for (auto* pool : pools) {
      results.push_back(pool->close());
    }
    RequestLedger all;
    for (const auto& application : floor.applications) {
      all.add(application.requests);
    }
    CHECK(all.arrived == rows.size(), "{} requests, {} rows", all.arrived, rows.size());
    CHECK(all.arrived == all.completed + all.rejected + all.failed + all.in_flight,
          "{} requests, not all have an end", all.arrived);
  }

  RequestPool requests_;

 public:
  Floor floor;
  std::vector<std::unique_ptr<ServiceRuntime>> services;
  std::vector<ServicePool*> pools;
  std::vector<std::unique_ptr<WorkloadRuntime>> workloads;
  std::vector<SiteFaults> faults;
  std::vector<FloorRow> rows;
  std::vector<PoolResult> results;

 private:
  TenantRules tenant_rules_;
  Transfers transfers_;
  std::vector<std::unique_ptr<AutoscalerRuntime>> autoscalers_;
  std::list<Scripted> script_;
};

/// Rows by number, dates as if the run had begun at `from`.
inline std::string text_of(std::vector<FloorRow> rows, Instant from = Instant()) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  std::string text;
  for (const auto& row : rows) {
    text += fmt::format(
        "{} {} {} {:.6f} {:.6f} {:.6f} {} {}\n", row.id, row.tenant, name_of(row.status),
        (row.arrival - from).seconds(), row.ttft.value_or(Duration()).seconds(),
        row.e2el.value_or(Duration()).seconds(), row.cached_tokens, row.output_tokens);
  }
  return text;
}

}  // namespace tokenfab::testing

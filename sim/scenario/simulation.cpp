// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/data/open_sessions.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/engine/engine.hpp"
#include "sim/scenario/autoscaler_runtime.hpp"
#include "sim/scenario/fault_runtime.hpp"
#include "sim/scenario/load_pool.hpp"
#include "sim/scenario/plant_clock.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/pricing.hpp"
#include "sim/scenario/service_runtime.hpp"
#include "sim/scenario/site_bill.hpp"
#include "sim/scenario/site_models.hpp"
#include "sim/scenario/validation.hpp"
#include "sim/scenario/workload_runtime.hpp"

namespace tokenfab {
namespace {

std::optional<Duration> ticks_of(const std::optional<Seconds>& span) {
  return span ? std::optional(Duration::from_seconds(span->si())) : std::nullopt;
}

/// Local, at date 0.
Duration time_of_day(const ScenarioConfig& config) {
  constexpr auto day = Int128{86400} * Duration::ticks_per_second;
  const auto since_midnight = local_date(config.start)->ticks() % day;
  return Duration::from_ticks(since_midnight < 0 ? since_midnight + day : since_midnight);
}

Instant warmup_of(const ScenarioConfig& config) {
  return Instant(Duration::from_seconds(config.warmup.si()));
}

/// Everything of one run, wired together.
class Simulation : public FloorListener, public PlantListener, public engine::EventHandler {
 public:
  Simulation(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        config_(*scenario.config),
        options_(options),
        engine_(platform_of(scenario)),
        floor_{engine_, requests_, *this, options.requests, warmup_of(config_), {}, {}, {}, 0},
        tenant_rules_(config_, floor_) {
    build_services();
    build_plants();
    build_workloads();
    faults_ = make_fault_runtimes(config_, engine_.agenda(), [this](auto site, auto cluster) {
      return pools_in(site, cluster);
    });
    stop_slot_ = engine_.agenda().add(engine::EventPriority::Stop, *this);
  }

  RunOutcome run() {
    start_services();
    plant_clock_->wake(Instant());
    for (auto& workload : workloads_) {
      workload->start();
    }
    if (config_.horizon) {
      engine_.agenda().schedule(stop_slot_, Instant(Duration::from_seconds(config_.horizon->si())));
    }
    if (options_.watch) {
      engine_.agenda().watch([this](Instant now) {
        if (!options_.watch(progress(now))) {
          was_ended_ = true;
          engine_.stop();
        }
      });
    }
    engine_.run();
    RunOutcome outcome;
    outcome.completed = !was_ended_;
    if (!was_ended_) {
      if (!finished_) {
        finish(engine_.agenda().now());  // nothing ever arrived
      }
      outcome.result = close();
    }
    return outcome;
  }

  void request_left(WorkloadId workload, const Departure& departure) override {
    workloads_[workload.index]->request_left(departure);
    ++left_;
    if (!config_.horizon && floor_.in_system == 0 && is_dry() && !finished_) {
      engine_.agenda().schedule(stop_slot_, departure.date);  // after everything else of this date
    }
  }

  void became_busy(Instant now) override { plant_clock_->wake(now); }

  void racks_went_dark(std::uint32_t site, Instant now) override;
  void nodes_are_back(std::uint32_t site, Instant now) override;

  /// The horizon, or the end of a run that drained.
  void handle_event(Instant now) override {
    finish(now);
    engine_.stop();
  }

 private:
  void build_services();
  std::vector<ServicePool*> pools_in(std::uint32_t site, std::uint32_t cluster) const;
  void start_services();
  void build_workloads();
  void build_plants();
  std::vector<MeteredPool*> all_pools() const;
  RunProgress progress(Instant now);
  RunResult close();
  std::vector<CostItem> costs_until(Duration duration) const;
  void close_applications(RunResult& result);
  void close_money(RunResult& result) const;
  void warn_of_growing_queues(RunResult& result) const;

  bool is_dry() const {
    return std::all_of(workloads_.begin(), workloads_.end(),
                       [](const auto& workload) { return workload->is_dry(); });
  }

  void finish(Instant now) {
    finished_ = true;
    duration_ = now.since_start();
    plant_clock_->finish(now);
    for (auto& workload : workloads_) {
      workload->stop_at(now);
    }
    for (auto& service : services_) {
      service->stop_at(now);
    }
    for (auto& load : loads_) {
      load->stop_at(now);
    }
    for (auto* transfers : {&flow_transfers_, &closed_transfers_}) {
      if (*transfers) {
        (*transfers)->stop(now);
      }
    }
  }

  const Scenario& scenario_;
  const ScenarioConfig& config_;
  RunOptions options_;
  engine::Engine engine_;
  RequestPool requests_;
  Floor floor_;
  TenantRules tenant_rules_;
  std::optional<Transfers> flow_transfers_;
  std::optional<Transfers> closed_transfers_;
  std::vector<std::unique_ptr<ServiceRuntime>> services_;
  std::vector<std::unique_ptr<AutoscalerRuntime>> autoscalers_;
  std::vector<SiteFaults> faults_;
  std::vector<std::unique_ptr<WorkloadRuntime>> workloads_;
  std::vector<std::unique_ptr<LoadPool>> loads_;
  std::vector<std::unique_ptr<SitePlant>> plants_;
  std::unique_ptr<PlantClock> plant_clock_;
  engine::Agenda::Slot stop_slot_ = 0;
  Duration duration_;
  std::uint64_t left_ = 0;
  std::optional<std::uint64_t> expected_requests_{0};  // absent: not known beforehand
  bool finished_ = false;
  bool was_ended_ = false;
};

void Simulation::build_services() {
  std::uint32_t number = 0;
  for (const auto& [name, service] : config_.services) {
    auto runtime = std::make_unique<ServiceRuntime>(name, ServiceId{number++}, service, floor_,
                                                    tenant_rules_, config_);
    for (const auto& plan : scenario_.pools) {
      if (plan.service == name) {
        const auto site = std::distance(config_.sites.begin(), config_.sites.find(plan.site));
        runtime->add_pool(plan, config_.stepping, static_cast<std::uint32_t>(site));
      }
    }
    if (service.autoscaler.model != "fixed") {
      for (auto* pool : runtime->text_pools()) {
        autoscalers_.push_back(std::make_unique<AutoscalerRuntime>(
            plugin_table().make<Autoscaler>("autoscaler", service.autoscaler), engine_.agenda(),
            *runtime, *pool));
      }
    }
    services_.push_back(std::move(runtime));
  }
}

std::vector<ServicePool*> Simulation::pools_in(std::uint32_t site, std::uint32_t cluster) const {
  std::vector<ServicePool*> pools;
  for (const auto& service : services_) {
    for (const auto& pool : service->pools()) {
      if (pool->site() == site && pool->cluster_index() == cluster) {
        pools.push_back(pool.get());
      }
    }
  }
  return pools;
}

void Simulation::start_services() {
  for (auto& service : services_) {
    const bool is_flow =
        config_.services.at(service->name()).kv_transfer.mode == TransferMode::Flow;
    auto& transfers = is_flow ? flow_transfers_ : closed_transfers_;
    if (!transfers && is_flow) {
      transfers.emplace(engine_);
    } else if (!transfers) {
      transfers.emplace(engine_.agenda(), platform_of(scenario_));
    }
    service->start(*transfers);
  }
  for (auto& autoscaler : autoscalers_) {
    autoscaler->start();
  }
}

void Simulation::build_workloads() {
  for (const auto& [name, workload] : config_.workloads) {
    auto source = plugin_table().make<Workload>("workload", workload.source);
    WorkloadInputs inputs;
    const auto seed = static_cast<std::uint64_t>(config_.seed);
    const auto path = "workloads/" + name;
    inputs.time_of_day = time_of_day(config_);
    inputs.stream = [seed, path](std::string_view purpose) {
      return RandomStream(seed, 0, path, purpose);
    };
    const auto trace = scenario_.traces.find(name);
    if (trace != scenario_.traces.end() && trace->second.has_sessions) {
      inputs.sessions = open_sessions(ByteStream(trace->second.path), trace->second.format);
    } else if (trace != scenario_.traces.end()) {
      inputs.trace = open_request_trace(trace->second.path, trace->second.format);
    }
    auto expected = source->expected_requests();
    if (trace != scenario_.traces.end()) {
      const std::uint64_t rows = trace->second.summary.rows;
      expected = std::min(expected.value_or(rows), rows);
    }
    expected_requests_ = expected_requests_ && expected
                             ? std::optional(*expected_requests_ + *expected)
                             : std::nullopt;
    const auto service = std::find_if(
        services_.begin(), services_.end(),
        [&wanted = workload.service](const auto& runtime) { return runtime->name() == wanted; });
    const auto* plant = plants_[(*service)->pools().front()->site()].get();
    inputs.price_usd_per_j = [plant](Instant at) { return plant->price(at).si(); };
    inputs.carbon_kg_per_j = [plant](Instant at) { return plant->carbon(at).si(); };
    source->open(std::move(inputs));
    const WorkloadId id{static_cast<std::uint32_t>(workloads_.size())};
    floor_.tenant_name_lists.push_back(&source->tenants());
    floor_.tenants.emplace_back(1);
    auto& application = floor_.applications.emplace_back();
    application.service = workload.service;
    application.kind = workload.source.model;
    application.has_service_level =
        service_level_of(config_.services.at(workload.service)).is_set();
    workloads_.push_back(
        std::make_unique<WorkloadRuntime>(id, name, std::move(source), **service, floor_));
  }
}

void Simulation::build_plants() {
  std::uint32_t number = 0;
  std::vector<SitePlant*> plants;
  for (const auto& [name, site] : config_.sites) {
    const auto open = site_opener(scenario_, name);
    for (const auto& [cluster_name, cluster] : site.clusters) {
      if (cluster.load.model != "none") {
        loads_.push_back(std::make_unique<LoadPool>(name, number, cluster_name, cluster, open));
      }
    }
    auto pools = all_pools();
    std::erase_if(pools, [number](const MeteredPool* pool) { return pool->site() != number; });
    plants_.push_back(std::make_unique<SitePlant>(name, number, site, site_calendar(config_, site),
                                                  open, std::move(pools), *this));
    plants.push_back(plants_.back().get());
    ++number;
  }
  plant_clock_ = std::make_unique<PlantClock>(
      engine_.agenda(), Duration::from_seconds(config_.plant_interval.si()),
      options_.series != nullptr ? ticks_of(config_.output.series) : std::nullopt, options_.series,
      std::move(plants));
}

std::vector<MeteredPool*> Simulation::all_pools() const {
  std::vector<MeteredPool*> pools;
  for (const auto& service : services_) {
    for (const auto& pool : service->pools()) {
      pools.push_back(pool.get());
    }
  }
  for (const auto& load : loads_) {
    pools.push_back(load.get());
  }
  return pools;
}

void Simulation::racks_went_dark(std::uint32_t site, Instant now) {
  for (const auto& faults : faults_) {
    if (faults.site == site) {
      faults.runtime->power_lost(now);
    }
  }
  for (const auto& load : loads_) {
    if (load->site() == site) {
      load->set_power(false, now);
    }
  }
}

void Simulation::nodes_are_back(std::uint32_t site, Instant now) {
  for (const auto& faults : faults_) {
    if (faults.site == site) {
      faults.runtime->power_restored(now);
    }
  }
  for (const auto& load : loads_) {
    if (load->site() == site) {
      load->set_power(true, now);
    }
  }
}

RunResult Simulation::close() {
  RunResult result;
  result.duration = duration_;
  result.events = engine_.agenda().events_handled();
  result.warmup = floor_.warmup.since_start();
  result.warnings = scenario_.warnings;
  if (result.warmup > Duration() && result.duration <= result.warmup) {
    result.warnings.push_back(
        fmt::format("the run ended after {} s, within its warmup of {} s: it has no latencies",
                    result.duration.seconds(), result.warmup.seconds()));
  }
  result.time_of_day = time_of_day(config_);
  for (const auto& service : services_) {
    for (const auto& pool : service->pools()) {
      result.pools.push_back(std::move(pool->close()));
    }
    result.unrouted_by_service[service->name()] = service->ledger();
  }
  for (const auto& load : loads_) {
    result.pools.push_back(load->close());
  }
  close_applications(result);
  check_ledgers(result);
  for (const auto& plant : plants_) {
    result.sites.push_back(plant->close());
    result.clusters.insert(result.clusters.end(), plant->clusters().begin(),
                           plant->clusters().end());
  }
  close_money(result);
  warn_of_growing_queues(result);
  return result;
}

void Simulation::close_applications(RunResult& result) {
  std::size_t i = 0;
  for (const auto& [name, workload] : config_.workloads) {
    auto& application = result.applications[name] = std::move(floor_.applications[i]);
    application.agents = workloads_[i]->source().agents();
    application.answered_in_time = workloads_[i]->source().answered_in_time();
    for (std::size_t tenant = 0; tenant < floor_.tenants[i].size(); ++tenant) {
      const auto& tenant_name = (*floor_.tenant_name_lists[i])[tenant];
      const auto agreement = config_.tenants.find(tenant_name);
      auto& got = application.tenants[tenant_name] = std::move(floor_.tenants[i][tenant]);
      got.weight = agreement != config_.tenants.end() ? agreement->second.weight : 1;
    }
    ++i;
  }
  for (const auto& load : loads_) {
    auto& application = result.applications[load->result().service];
    application.service = load->result().service;
    application.kind = "given load";
    application.requests = application.tenants[""].requests = load->result().requests;
  }
}

RunProgress Simulation::progress(Instant now) {
  RunProgress progress;
  progress.now = now;
  progress.requests_completed = left_;
  progress.events = engine_.agenda().events_handled();
  if (config_.horizon) {
    progress.fraction = std::min(1.0, now.seconds() / config_.horizon->si());
  } else if (expected_requests_ && *expected_requests_ > 0) {
    progress.fraction =
        std::min(1.0, static_cast<double>(left_) / static_cast<double>(*expected_requests_));
  }
  std::uint64_t tokens = 0;
  for (const auto* pool : all_pools()) {
    tokens += pool->tokens_so_far().total();
  }
  if (tokens > 0) {
    Dollars cost;
    for (const auto& item : costs_until(now.since_start())) {
      cost += item.amount;
    }
    progress.cost_per_mtok_usd = cost.si() / static_cast<double>(tokens) * 1e6;
  }
  return progress;
}

void Simulation::warn_of_growing_queues(RunResult& result) const {
  for (const auto& service : services_) {
    const auto growth = service->queue_growth();
    if (growth.still_grows) {
      result.warnings.push_back(fmt::format(
          "saturated: service {}: its queue still grew when the load ended; {:.0f} requests waited "
          "on average in the last quarter of arrivals, {:.0f} in the second",
          service->name(), growth.last_quarter, growth.second_quarter));
    }
  }
}

std::vector<CostItem> Simulation::costs_until(Duration duration) const {
  const auto pools = all_pools();
  std::vector<SiteBill> bills;
  for (const auto& [name, site] : config_.sites) {
    const auto& plant = *plants_[bills.size()];
    bills.push_back(site_bill(name, site, plant.so_far(), pools, Instant(duration)));
    bills.back().assets = plant.assets();
  }
  return cost_items(config_.economics, bills, duration);
}

void Simulation::close_money(RunResult& result) const {
  for (const auto& item : costs_until(result.duration)) {
    result.costs.push_back({cost_layer_names()[static_cast<std::size_t>(item.layer)], item.item,
                            item.site, item.amount.si(), item.follows_use});
  }
  price(config_, result);
}

}  // namespace

RunOutcome simulate(const Scenario& scenario, const RunOptions& options) {
  return Simulation(scenario, options).run();
}

}  // namespace tokenfab

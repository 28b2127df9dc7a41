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
#include "sim/scenario/platform.hpp"
#include "sim/scenario/pricing.hpp"
#include "sim/scenario/service_runtime.hpp"
#include "sim/scenario/sites_runtime.hpp"
#include "sim/scenario/validation.hpp"
#include "sim/scenario/workload_runtime.hpp"

namespace tokenfab {
namespace {

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
class Simulation : public FloorListener, public engine::EventHandler {
 public:
  Simulation(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        config_(*scenario.config),
        options_(options),
        engine_(platform_of(scenario)),
        floor_{engine_, requests_, *this, options.requests, warmup_of(config_), {}, {}, {}, 0},
        tenant_rules_(config_, floor_) {
    build_services();
    sites_.emplace(scenario_, engine_, service_pools(), options.series);
    build_workloads();
    stop_slot_ = engine_.agenda().add(engine::EventPriority::Stop, *this);
  }

  RunOutcome run() {
    start_services();
    for (auto& workload : workloads_) {
      workload->start();
    }
    if (config_.horizon) {
      engine_.agenda().schedule(stop_slot_, Instant(Duration::from_seconds(config_.horizon->si())));
    }
    sites_->wake(Instant());  // what is to come is on the agenda
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

  void became_busy(Instant now) override { sites_->wake(now); }

  /// The horizon, or the end of a run that drained.
  void handle_event(Instant now) override {
    finish(now);
    engine_.stop();
  }

 private:
  void build_services();
  std::vector<ServicePool*> service_pools() const;
  void start_services();
  void build_workloads();
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
    sites_->finish(now);
    for (auto& workload : workloads_) {
      workload->stop_at(now);
    }
    for (auto& service : services_) {
      service->stop_at(now);
    }
    sites_->stop_loads(now);
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
  std::vector<std::unique_ptr<WorkloadRuntime>> workloads_;
  std::optional<SitesRuntime> sites_;
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

std::vector<ServicePool*> Simulation::service_pools() const {
  std::vector<ServicePool*> pools;
  for (const auto& service : services_) {
    for (const auto& pool : service->pools()) {
      pools.push_back(pool.get());
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
    const auto* plant = &sites_->plant((*service)->pools().front()->site());
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
  if (!config_.horizon && floor_.in_system > 0) {
    result.warnings.push_back(fmt::format(
        "unserved: the run ended with {} requests waiting that nothing was left to serve",
        floor_.in_system));
  }
  result.time_of_day = time_of_day(config_);
  for (const auto& service : services_) {
    for (const auto& pool : service->pools()) {
      result.pools.push_back(std::move(pool->close()));
    }
    result.unrouted_by_service[service->name()] = service->ledger();
  }
  close_applications(result);
  sites_->close(result);
  check_ledgers(result);
  close_money(result);
  warn_of_growing_queues(result);
  return result;
}

void Simulation::close_applications(RunResult& result) {
  std::size_t i = 0;
  for (const auto& [name, workload] : config_.workloads) {
    auto& application = result.applications[name] = std::move(floor_.applications[i]);
    application.agents = workloads_[i]->agents();
    application.answered_in_time = workloads_[i]->answered_in_time();
    for (std::size_t tenant = 0; tenant < floor_.tenants[i].size(); ++tenant) {
      const auto& tenant_name = (*floor_.tenant_name_lists[i])[tenant];
      const auto agreement = config_.tenants.find(tenant_name);
      auto& got = application.tenants[tenant_name] = std::move(floor_.tenants[i][tenant]);
      got.weight = agreement != config_.tenants.end() ? agreement->second.weight : 1;
    }
    ++i;
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
  for (const auto* pool : sites_->pools()) {
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
  return cost_items(config_.economics, sites_->bills(duration), duration);
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

// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/engine/engine.hpp"
#include "sim/scenario/autoscaler_runtime.hpp"
#include "sim/scenario/event_log.hpp"
#include "sim/scenario/job_warnings.hpp"
#include "sim/scenario/jobs_runtime.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/pricing.hpp"
#include "sim/scenario/service_runtime.hpp"
#include "sim/scenario/sites_runtime.hpp"
#include "sim/scenario/validation.hpp"
#include "sim/scenario/workload_set.hpp"

namespace tokenfab {
namespace {

Instant warmup_of(const ScenarioConfig& config) {
  return Instant(Duration::from_seconds(config.warmup.si()));
}

EventLog event_log_of(const ScenarioConfig& config) {
  return {static_cast<std::size_t>(config.output.events_max), config.output.events.value_or(false)};
}

Dollars total(const std::vector<CostItem>& items) {
  Dollars sum;
  for (const auto& item : items) {
    sum += item.amount;
  }
  return sum;
}

/// Everything of one run, wired together.
class Simulation : public FloorListener,
                   public JobsListener,
                   public StageServices,
                   public engine::EventHandler {
 public:
  Simulation(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        config_(*scenario.config),
        options_(options),
        engine_(platform_of(scenario), wan_of(config_)),
        events_(event_log_of(config_)),
        floor_{engine_,
               requests_,
               *this,
               options.requests,
               warmup_of(config_),
               {},
               {},
               {},
               0,
               options.events != nullptr ? &events_ : nullptr},
        tenant_rules_(config_, floor_) {
    build_services();
    jobs_.emplace(scenario_, engine_, options.jobs, *this, *this, floor_.events);
    lend_chips();
    sites_.emplace(scenario_, engine_, service_pools(), jobs_->clusters(), options.series,
                   options.fleet, floor_.events);
    workloads_.emplace(scenario_, floor_, services_, *sites_);
    stop_slot_ = engine_.agenda().add(engine::EventPriority::Stop, *this);
  }

  RunOutcome run() {
    start_services();
    workloads_->start();
    jobs_->start();
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
      if (options_.events != nullptr) {
        events_.write(*options_.events);
      }
    }
    return outcome;
  }

  void request_left(WorkloadId workload, const Departure& departure) override {
    workloads_->request_left(workload, departure);
    ++left_;
    stop_if_over(departure.date);
  }
  void job_left(Instant now) override { stop_if_over(now); }

  void became_busy(Instant now) override { sites_->wake(now); }
  void jobs_became_busy(Instant now) override { sites_->wake(now); }

  void play_workload(const std::string& workload, Instant now,
                     std::function<void(Instant)> when_over) override {
    workloads_->play(workload, now, std::move(when_over));
  }
  void deploy(const std::string& service, std::int64_t max_unavailable, Instant now,
              std::function<void(Instant)> when_over) override;

  /// The horizon, or the end of a run that drained.
  void handle_event(Instant now) override {
    finish(now);
    engine_.stop();
  }

 private:
  void build_services();
  std::vector<ServicePool*> service_pools() const;
  void start_services();
  void lend_chips();
  RunProgress progress(Instant now);
  RunResult close();
  std::vector<CostItem> costs_until(Duration duration) const;
  void close_money(RunResult& result) const;
  void warn_of_growing_queues(RunResult& result) const;

  /// Everything that was to come has come and gone.
  void stop_if_over(Instant now) {
    if (!config_.horizon && !finished_ && floor_.in_system == 0 && workloads_->is_dry() &&
        jobs_->is_over()) {
      engine_.agenda().schedule(stop_slot_, now);  // after everything else of this date
    }
  }

  void finish(Instant now) {
    finished_ = true;
    duration_ = now.since_start();
    sites_->finish(now);
    workloads_->stop_at(now);
    for (auto& service : services_) {
      service->stop_at(now);
    }
    sites_->stop_loads(now);
    jobs_->stop_at(now);
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
  EventLog events_;
  Floor floor_;
  TenantRules tenant_rules_;
  std::optional<Transfers> flow_transfers_;
  std::optional<Transfers> closed_transfers_;
  std::vector<std::unique_ptr<ServiceRuntime>> services_;
  std::vector<std::unique_ptr<AutoscalerRuntime>> autoscalers_;
  std::optional<JobsRuntime> jobs_;
  std::optional<SitesRuntime> sites_;
  std::optional<WorkloadSet> workloads_;
  engine::Agenda::Slot stop_slot_ = 0;
  Duration duration_;
  std::uint64_t left_ = 0;
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

/// Replicas that an autoscaler has turned off leave their chips to the jobs of their cluster.
void Simulation::lend_chips() {
  for (auto* pool : service_pools()) {
    if (auto* jobs = jobs_->of(pool->site(), pool->cluster_index())) {
      pool->lend_to(*jobs);
    }
  }
}

void Simulation::deploy(const std::string& service, std::int64_t max_unavailable, Instant now,
                        std::function<void(Instant)> when_over) {
  const auto found = std::find_if(services_.begin(), services_.end(),
                                  [&](const auto& each) { return each->name() == service; });
  (*found)->redeploy(now, static_cast<std::uint32_t>(max_unavailable), std::move(when_over));
}

RunResult Simulation::close() {
  RunResult result;
  result.duration = duration_;
  result.events = engine_.agenda().events_handled();
  result.warmup = floor_.warmup.since_start();
  result.warnings = scenario_.warnings;
  result.provenance = config_.provenance;
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
  workloads_->close(result);
  sites_->close(result);
  jobs_->close(result);
  check_ledgers(result);
  close_money(result);
  warn_of_growing_queues(result);
  for (auto& warning : job_warnings(config_, result)) {
    result.warnings.push_back(std::move(warning));
  }
  return result;
}

RunProgress Simulation::progress(Instant now) {
  RunProgress progress;
  progress.now = now;
  progress.requests_completed = left_;
  progress.events = engine_.agenda().events_handled();
  if (config_.horizon) {
    progress.fraction = std::min(1.0, now.seconds() / config_.horizon->si());
  } else if (const auto expected = workloads_->expected_requests(); expected && *expected > 0) {
    progress.fraction = std::min(1.0, static_cast<double>(left_) / static_cast<double>(*expected));
  }
  if (jobs_->has_jobs()) {
    progress.jobs_ended = jobs_->jobs_ended();
    if (const auto done = jobs_->share_done(now); done && !config_.horizon) {
      progress.fraction = std::min(*done, progress.fraction.value_or(1));
    }
  }
  std::uint64_t tokens = 0;
  for (const auto* pool : sites_->pools()) {
    tokens += pool->tokens_so_far().total();
  }
  progress.cost_usd = total(costs_until(now.since_start())).si();
  if (tokens > 0) {
    progress.cost_per_mtok_usd = progress.cost_usd / static_cast<double>(tokens) * 1e6;
  }
  progress.energy_j = sites_->energy_so_far().si();
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

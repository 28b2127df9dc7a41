// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/jobs_runtime.hpp"

#include <algorithm>
#include <utility>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/data/open_job_trace.hpp"
#include "sim/scenario/data_work.hpp"
#include "sim/scenario/fixed_work.hpp"
#include "sim/scenario/job_fit.hpp"
#include "sim/scenario/job_rules.hpp"
#include "sim/scenario/places.hpp"

namespace tokenfab {
namespace {

Duration rounded(Seconds time) { return Duration::from_seconds(time.si()); }

}  // namespace

JobsRuntime::JobsRuntime(const Scenario& scenario, engine::Engine& engine, JobSink* sink,
                         JobsListener& listener, StageServices& services, EventLog* events)
    : scenario_(scenario),
      config_(*scenario.config),
      engine_(engine),
      services_(services),
      slot_(engine.agenda().add(engine::EventPriority::Arrival, *this)),
      listener_(listener),
      events_(events) {
  build_clusters(sink);
  build_feeds();
  build_stages();
}

/// One for every cluster that gets jobs. Its nodes begin behind those of the services' pools.
void JobsRuntime::build_clusters(JobSink* sink) {
  std::uint32_t site_number = 0;
  for (const auto& [site_name, site] : config_.sites) {
    std::uint32_t number = 0;
    for (const auto& [name, cluster] : site.clusters) {
      const auto place = site_name + "/" + name;
      if (gets_jobs(config_, place)) {
        clusters_.push_back(std::make_unique<ClusterJobs>(
            ClusterJobs::Place{site_name, name, site_number, number}, cluster,
            scenario_.chips_of_services(site_name, name),
            nodes_for_jobs(scenario_, site_name, name) * cluster.node.chips_per_node,
            engine_.agenda(), sink, listener_, events_));
        by_number_[{site_number, number}] = by_name_[place] = clusters_.back().get();
      }
      ++number;
    }
    ++site_number;
  }
}

void JobsRuntime::build_feeds() {
  for (const auto& [name, workload] : config_.workloads) {
    if (!makes_jobs(workload)) {
      continue;
    }
    auto source = plugin_table().make<JobSource>("workload", workload.source);
    JobInputs inputs;
    const auto seed = static_cast<std::uint64_t>(config_.seed);
    inputs.stream = [seed, path = "workloads/" + name](std::string_view purpose) {
      return RandomStream(seed, 0, path, purpose);
    };
    const auto trace = scenario_.traces.find(name);
    if (trace != scenario_.traces.end()) {
      inputs.trace = open_job_trace(trace->second.path, trace->second.format);
    }
    source->open(std::move(inputs));
    const auto [site, cluster] = split_place(*workload.cluster);
    feeds_.push_back(std::make_unique<JobFeed>(
        name, std::move(source), *by_name_.at(*workload.cluster),
        config_.sites.at(site).clusters.at(cluster).node, engine_.agenda()));
  }
}

void JobsRuntime::build_stages() {
  std::map<std::string, std::size_t> numbers;
  for (const auto& [name, job] : config_.jobs) {
    numbers[name] = stages_.size();
    auto& stage = stages_.emplace_back();
    stage.name = name;
    stage.config = &job;
    stage.waits_for = job.after.size();
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    for (const auto& [before, input] : stages_[i].config->after) {
      stages_[numbers.at(before)].next.push_back(i);
    }
  }
}

ClusterJobs* JobsRuntime::of(std::uint32_t site, std::uint32_t cluster) const {
  const auto found = by_number_.find({site, cluster});
  return found == by_number_.end() ? nullptr : found->second;
}

void JobsRuntime::start() {
  for (const auto& feed : feeds_) {
    feed->start();
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    begin_if_ready(i, Instant());
  }
}

void JobsRuntime::handle_event(Instant now) {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    begin_if_ready(i, now);
  }
}

void JobsRuntime::begin_if_ready(std::size_t index, Instant now) {
  auto& stage = stages_[index];
  if (stage.began || stage.waits_for > 0) {
    return;
  }
  const Instant submit(rounded(stage.config->submit));
  if (submit <= now) {
    stage.began = now;
    begin(index, now);
    return;
  }
  if (!next_submit_ || *next_submit_ <= now || submit < *next_submit_) {
    next_submit_ = submit;
    engine_.agenda().schedule(slot_, submit);
  }
}

void JobsRuntime::begin(std::size_t index, Instant now) {
  const auto& config = *stages_[index].config;
  const auto when_over = [this, index](Instant date) { ended(index, date); };
  note(EventKind::JobStarted, stages_[index], now);
  if (config.requests) {
    services_.play_workload(config.requests->workload, now, when_over);
  } else if (config.deployment) {
    services_.deploy(config.deployment->service, config.deployment->max_unavailable, now,
                     when_over);
  } else {
    submit(index, now);
  }
}

/// Of those that no cluster knows; the others it tells of itself.
void JobsRuntime::note(EventKind kind, const Stage& stage, Instant now) const {
  if (events_ != nullptr && !stage.config->needs_cluster()) {
    const auto site = site_of(stage);
    EventPlace place;
    if (site) {
      place.site = std::next(config_.sites.begin(), *site)->first;
    }
    events_->add(now, place, kind, stage.name);
  }
}

void JobsRuntime::submit(std::size_t index, Instant now) {
  auto& stage = stages_[index];
  const auto& config = *stage.config;
  auto& cluster = *by_name_.at(*config.cluster);
  JobSubmission job;
  job.source = stage.name;
  job.is_declared = true;
  job.demand.priority = config.priority;
  job.demand.is_preemptible = config.preemptible;
  job.user = config.user;
  job.work = make_work(stage);
  const auto [site, name] = split_place(*config.cluster);
  const auto per_node = config_.sites.at(site).clusters.at(name).node.chips_per_node;
  if (config.training) {
    const auto& plan = *scenario_.trainings.at(stage.name);
    job.demand.chips = plan.nodes_held() * per_node;
    job.goes_on_without = true;
    job.chips_enough = plan.nodes() * per_node;
    job.chips_least = plan.nodes_least() * per_node;
  } else {
    job.demand.chips = config.fixed ? config.fixed->chips : config.data->nodes * per_node;
  }
  job.chips_wanted = job.demand.chips;
  job.when_done = [this, index](Instant date) { ended(index, date); };
  cluster.submit(std::move(job), now);
}

std::unique_ptr<JobWork> JobsRuntime::make_work(Stage& stage) {
  const auto& config = *stage.config;
  const auto [site_name, name] = split_place(*config.cluster);
  const auto& site = config_.sites.at(site_name);
  const auto& cluster = site.clusters.at(name);
  const auto& node = cluster.node;
  const auto [site_number, number] = numbers_of(config_, site_name, name);
  if (config.fixed) {
    FixedWork::Setup setup;
    setup.run = rounded(config.fixed->duration);
    setup.chips = config.fixed->chips;
    setup.resumes = config.fixed->resumes;
    setup.power_uw = microwatts(static_cast<double>(setup.chips) * config.fixed->activity *
                                dynamic_power_per_chip(node).si());
    if (config.estimate) {
      setup.estimate = rounded(*config.estimate);
    }
    return std::make_unique<FixedWork>(setup);
  }
  if (config.data) {
    const auto nodes = static_cast<double>(config.data->nodes);
    DataWork::Setup setup{&engine_,
                          site_number,
                          number,
                          config.data->nodes * node.chips_per_node,
                          config.data->volume,
                          config.data->kept_share * config.data->volume,
                          rounded(config.data->volume / (nodes * config.data->rate_per_node)),
                          microwatts(nodes * (node.host_power_busy - node.host_power_idle).si())};
    return std::make_unique<DataWork>(setup);
  }
  TrainingWork::Setup setup;
  setup.plan = scenario_.trainings.at(stage.name).get();
  setup.engine = &engine_;
  setup.site = site_number;
  setup.cluster = number;
  setup.storage_bandwidth = site.storage_bandwidth;
  setup.every_step = config_.stepping == Stepping::Iteration;
  setup.stops_per_s =
      expected_stops_per_s(cluster, static_cast<std::uint32_t>(setup.plan->nodes_held()));
  if (cluster.collectives == CollectiveMode::Flow) {
    auto& network = networks_[*config.cluster];
    if (!network) {
      network = std::make_unique<SharedNetwork>(cluster);
    }
    setup.network = network.get();
  }
  if (config.training->rollout) {
    setup.roll_out = [this, workload = config.training->rollout->workload](
                         Instant now, std::function<void(Instant)> when_over) {
      services_.play_workload(workload, now, std::move(when_over));
    };
  }
  auto work = std::make_unique<TrainingWork>(std::move(setup));
  stage.training = work.get();
  return work;
}

/// What follows may begin, once what this stage leaves has reached it.
void JobsRuntime::ended(std::size_t index, Instant now) {
  auto& stage = stages_[index];
  stage.ended = now;
  note(EventKind::JobEnded, stage, now);
  if (stage.training != nullptr) {
    stage.trained = stage.training->result(now);
    stage.training = nullptr;
  }
  for (const auto next : stage.next) {
    const auto volume = stages_[next].config->after.at(stage.name).volume;
    const auto from = site_of(stage);
    const auto to = site_of(stages_[next]);
    if (volume >= Bytes(1) && from && to && *from != *to) {
      moves_[engine_.start_flow({*from, 0, 0, true}, {*to, 0, 0, true}, volume, *this)] = next;
    } else {
      --stages_[next].waits_for;
      begin_if_ready(next, now);
    }
  }
  listener_.job_left(now);
}

void JobsRuntime::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} between sites failed", flow);
  const auto next = moves_.at(flow);
  moves_.erase(flow);
  --stages_[next].waits_for;
  begin_if_ready(next, now);
}

/// Where its results are: the site of its cluster, or of its service.
std::optional<std::uint32_t> JobsRuntime::site_of(const Stage& stage) const {
  const auto& config = *stage.config;
  std::optional<std::string> place = config.cluster;
  const ServiceConfig* service = nullptr;
  if (config.deployment) {
    service = &config_.services.at(config.deployment->service);
  } else if (config.requests) {
    service = &config_.services.at(*config_.workloads.at(config.requests->workload).service);
  }
  if (service != nullptr && !service->pools.empty()) {
    place = service->pools.begin()->second.cluster;
  }
  if (!place) {
    return std::nullopt;
  }
  const auto [site, cluster] = split_place(*place);
  return numbers_of(config_, site, cluster).first;
}

bool JobsRuntime::is_over() const {
  return std::all_of(stages_.begin(), stages_.end(),
                     [](const Stage& stage) { return stage.ended.has_value(); }) &&
         std::all_of(feeds_.begin(), feeds_.end(),
                     [](const auto& feed) { return feed->is_dry(); }) &&
         std::all_of(clusters_.begin(), clusters_.end(),
                     [](const auto& cluster) { return cluster->unfinished() == 0; });
}

std::uint64_t JobsRuntime::jobs_ended() const {
  std::uint64_t ended = 0;
  for (const auto& cluster : clusters_) {
    ended += cluster->ended();
  }
  return ended + static_cast<std::uint64_t>(
                     std::count_if(stages_.begin(), stages_.end(), [](const Stage& stage) {
                       return stage.ended && !stage.config->needs_cluster();
                     }));
}

std::optional<double> JobsRuntime::share_done(Instant now) const {
  auto expected = static_cast<double>(stages_.size());
  for (const auto& feed : feeds_) {
    auto jobs = feed->source().expected_jobs();
    const auto trace = scenario_.traces.find(feed->name());
    if (trace != scenario_.traces.end()) {
      jobs = std::min(jobs.value_or(trace->second.jobs->rows), trace->second.jobs->rows);
    }
    if (!jobs) {
      return std::nullopt;
    }
    expected += static_cast<double>(*jobs);
  }
  auto done = static_cast<double>(jobs_ended());
  for (const auto& stage : stages_) {
    done += stage.training != nullptr ? stage.training->share_done(now) : 0;
  }
  return expected > 0 ? std::optional(std::min(1.0, done / expected)) : std::nullopt;
}

void JobsRuntime::stop_at(Instant now) {
  for (const auto& cluster : clusters_) {
    cluster->stop_at(now);
  }
  for (auto& stage : stages_) {
    if (stage.training != nullptr) {
      stage.trained = stage.training->result(now);
    }
  }
}

/// All that had to end before, each once.
void JobsRuntime::add_jobs_before(const JobConfig& config, std::vector<std::string>& jobs) const {
  for (const auto& [name, input] : config.after) {
    if (std::find(jobs.begin(), jobs.end(), name) == jobs.end()) {
      jobs.push_back(name);
      add_jobs_before(config_.jobs.at(name), jobs);
    }
  }
}

void JobsRuntime::close(RunResult& result) {
  for (const auto& cluster : clusters_) {
    result.pools.push_back(cluster->close());
    auto& jobs = result.jobs[result.pools.back().site + "/" + cluster->cluster()];
    jobs = std::move(cluster->jobs_result());
    for (const auto& feed : feeds_) {
      const auto source = jobs.sources.find(feed->name());
      if (source != jobs.sources.end()) {
        source->second.dropped = feed->source().dropped();
      }
    }
  }
  for (const auto& stage : stages_) {
    auto& told = result.stages[stage.name];
    told.began = stage.began;
    told.ended = stage.ended;
    if (stage.config->deployment) {
      auto& deployment = result.deployments.emplace_back();
      deployment.service = stage.config->deployment->service;
      deployment.lifetime = stage.config->deployment->lifetime;
      add_jobs_before(*stage.config, deployment.jobs);
    }
    if (stage.config->cluster) {
      auto& source = result.jobs.at(*stage.config->cluster).sources[stage.name];
      source.is_declared = true;
      source.training = stage.trained;
    }
  }
}

}  // namespace tokenfab

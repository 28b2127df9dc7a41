// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/plan_subject.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/nearest.hpp"
#include "sim/scenario/base_scenario.hpp"
#include "sim/scenario/job_rules.hpp"

namespace tokenfab {
namespace {

Node document_of(const ScenarioRequest& request) {
  auto document = request.text ? parse_document(*request.text, request.path)
                               : load_with_bases(request.path).document;
  for (const auto& [pointer, text] : request.overrides) {
    set_pointer(document, pointer, parse_argument(text, "--set " + pointer));
  }
  return document;
}

class Refusals {
 public:
  explicit Refusals(const std::string& path) : path_(path) {}

  void add(const std::string& pointer, const std::string& message, const std::string& fix = "") {
    problems_.push_back({{path_, 0, 0}, pointer, message, fix});
  }
  void raise() const {
    if (!problems_.empty()) {
      throw ConfigError(problems_);
    }
  }

 private:
  std::string path_;
  std::vector<Problem> problems_;
};

std::vector<std::string> service_names(const ScenarioConfig& config) {
  std::vector<std::string> names;
  for (const auto& [name, service] : config.services) {
    names.push_back(name);
  }
  return names;
}

/// The service that is asked for, or the only one.
std::string chosen_service(const PlanRequest& request, const ScenarioConfig& config,
                           Refusals& refusals) {
  const auto names = service_names(config);
  if (request.service.empty()) {
    if (names.size() != 1) {
      refusals.add(
          "/services", fmt::format("a plan is made for one service, found {}", names.size()),
          names.empty() ? "" : fmt::format("choose with --service: {}", fmt::join(names, ", ")));
    }
    return names.size() == 1 ? names.front() : "";
  }
  if (config.services.count(request.service) == 0) {
    const auto hint = did_you_mean(request.service, names);
    refusals.add("/services", fmt::format("there is no service \"{}\"", request.service),
                 hint.empty() ? fmt::format("known: {}", fmt::join(names, ", ")) : hint);
    return "";
  }
  return request.service;
}

/// The cluster has to be the service's own: its nodes are what is planned.
void check_cluster(const Scenario& scenario, const std::vector<const PoolPlan*>& pools,
                   Refusals& refusals) {
  const auto& first = *pools.front();
  const auto place = first.site + "/" + first.cluster;
  for (const auto& pool : scenario.pools) {
    const bool is_here = pool.site + "/" + pool.cluster == place;
    if (pool.service == first.service && !is_here) {
      refusals.add(child_pointer("/services", pool.service) + "/pools",
                   fmt::format("its pools are on {} and on {}/{}; a plan is for one cluster", place,
                               pool.site, pool.cluster));
    } else if (pool.service != first.service && is_here) {
      refusals.add(child_pointer("/services", pool.service),
                   fmt::format("shares the cluster {} with {}, whose nodes are to be planned",
                               place, first.service),
                   "give it a cluster of its own");
    }
  }
  if (gets_jobs(*scenario.config, place)) {
    refusals.add("/jobs", fmt::format("jobs run on {}, whose nodes are to be planned", place),
                 "give them a cluster of their own");
  }
}

const PoolPlan& template_of(const std::vector<const PoolPlan*>& pools, ReplicaRole role) {
  const auto found = std::find_if(pools.begin(), pools.end(), [role](const PoolPlan* pool) {
    return pool->config->role == role;
  });
  return found == pools.end() ? *pools.front() : **found;
}

void set_templates(const std::vector<const PoolPlan*>& pools, PlanSubject& subject) {
  const auto written = [&subject](const PoolPlan& pool) {
    const auto pointer = child_pointer(subject.service_pointer + "/pools", pool.pool);
    return *find_pointer(subject.document, pointer);
  };
  const auto& mixed = template_of(pools, ReplicaRole::Mixed);
  const auto& prefill = template_of(pools, ReplicaRole::Prefill);
  const auto& decode = template_of(pools, ReplicaRole::Decode);
  if (mixed.config->role == ReplicaRole::Mixed) {
    subject.mixed_name = mixed.pool;
  }
  subject.mixed = written(mixed);
  subject.prefill = written(prefill);
  subject.decode = written(decode);
  if (prefill.config->role == ReplicaRole::Prefill) {
    subject.split = {prefill.config->replicas, decode.config->replicas};
  }
}

/// The catalogue's id of the servers if the scenario uses one, else what they are called.
std::string node_label(const PlanSubject& subject, const PoolPlan& pool) {
  const Node* node = find_pointer(subject.document, subject.cluster_pointer + "/node");
  const Node* use = node == nullptr || node->kind == NodeKind::String ? node : node->find("use");
  if (use != nullptr && use->kind == NodeKind::String) {
    return use->text;
  }
  return pool.node->name.empty() ? pool.cluster : pool.node->name;
}

}  // namespace

PlanSubject plan_subject(const PlanRequest& request, const Scenario& scenario) {
  const auto& config = *scenario.config;
  Refusals refusals(scenario.path);
  PlanSubject subject;
  subject.service = chosen_service(request, config, refusals);
  refusals.raise();
  std::vector<const PoolPlan*> pools;
  for (const auto& pool : scenario.pools) {
    if (pool.service == subject.service) {
      pools.push_back(&pool);
    }
  }
  subject.service_pointer = child_pointer("/services", subject.service);
  if (pools.empty() || pools.front()->model == nullptr) {
    refusals.add(subject.service_pointer + "/model",
                 "a plan is made for a language model, found a diffusion model");
    refusals.raise();
  }
  check_cluster(scenario, pools, refusals);
  refusals.raise();
  const auto& first = *pools.front();
  const auto& engine = *first.config->engine;
  subject.cluster_pointer =
      child_pointer(child_pointer("/sites", first.site) + "/clusters", first.cluster);
  subject.model = config.services.at(subject.service).model;
  subject.document = document_of(request.scenario);
  set_templates(pools, subject);
  subject.node = {node_label(subject, first), "", first.node->chips_per_node};
  subject.tensor_parallel_size = engine.tensor_parallel_size;
  subject.pipeline_parallel_size = engine.pipeline_parallel_size;
  subject.data_parallel_size = engine.data_parallel_size;
  subject.experts = engine.expert_parallel_size > 1 ? ExpertChoice::Spread : ExpertChoice::Cut;
  subject.quantization = name_of(engine.quantization);
  subject.chips = 0;
  for (const auto* pool : pools) {
    subject.chips += pool->config->replicas * pool->config->chips_per_replica();
  }
  subject.has_experts = first.model->mixture.has_value();
  subject.has_autoscaler = config.services.at(subject.service).autoscaler.model != "fixed";
  subject.is_alone = config.services.size() == 1 && !scenario.has_jobs() &&
                     config.sites.size() == 1 && config.sites.begin()->second.clusters.size() == 1;
  subject.demand = plan_demand(scenario, subject.service);
  return subject;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "tools/curve_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/catalog.hpp"
#include "sim/api/workload.hpp"
#include "sim/report/text_table.hpp"
#include "sim/scenario/base_scenario.hpp"

namespace tokenfab::tools {
namespace {

/// What is wrong, with the pointer it is about.
std::vector<Problem> refusals(const Scenario& scenario) {
  const auto& config = *scenario.config;
  std::vector<Problem> problems;
  const auto refuse = [&](const std::string& pointer, const std::string& message,
                          const std::string& fix) {
    problems.push_back({{scenario.path, 0, 0}, pointer, message, fix});
  };
  const auto expect_one = [&](const std::string& pointer, std::size_t count, const char* what) {
    if (count != 1) {
      refuse(pointer, fmt::format("a cost curve is drawn of one {}, found {}", what, count), "");
    }
  };
  expect_one("/services", config.services.size(), "service");
  expect_one("/sites", config.sites.size(), "site");
  if (!config.sites.empty()) {
    expect_one(child_pointer("/sites", config.sites.begin()->first) + "/clusters",
               config.sites.begin()->second.clusters.size(), "cluster");
  }
  expect_one("/workloads", config.workloads.size(), "workload");
  for (const auto& [name, workload] : config.workloads) {
    if (workload.source.model != "synthetic") {
      refuse(child_pointer("/workloads", name) + "/model",
             fmt::format("a cost curve needs lengths that do not hang on arrivals, found \"{}\"",
                         workload.source.model),
             "use \"synthetic\" with isl and osl");
    }
  }
  for (const auto& [name, service] : config.services) {
    expect_one(child_pointer("/services", name) + "/pools", service.pools.size(), "pool");
  }
  for (const auto& pool : scenario.pools) {
    if (pool.model == nullptr) {
      refuse(child_pointer("/services", pool.service) + "/model",
             "a cost curve is drawn of a language model, found a diffusion model", "");
    }
  }
  if (!config.jobs.empty()) {
    refuse("/jobs", "a cost curve is drawn without jobs", "take them out");
  }
  return problems;
}

std::string resolved_json(const Scenario& scenario, const std::string& pointer) {
  const auto document = parse_document(scenario.resolved_text, scenario.path);
  return to_json(*find_pointer(document, pointer), 0);
}

/// The catalogue's id of a model if the scenario uses one, else the scenario's own name for it.
std::string model_id(const std::string& path, const std::string& name) {
  const auto document = load_with_bases(path).document;
  const Node* model = find_pointer(document, child_pointer("/models", name));
  const Node* use =
      model == nullptr || model->kind == NodeKind::String ? model : model->find("use");
  return use == nullptr ? name : use->text;
}

std::string mean_lengths_text(const WorkloadConfig& workload) {
  const auto source = plugin_table().make<Workload>("workload", workload.source);
  const auto lengths = source->mean_lengths();
  return lengths ? fmt::format("{} tokens in, {} out", grouped(lengths->first),
                               grouped(lengths->second))
                 : "";
}

}  // namespace

CurveSubject curve_subject(const Scenario& scenario) {
  const auto problems = refusals(scenario);
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  const auto& config = *scenario.config;
  const auto& plan = scenario.pools.front();
  const auto& engine = *plan.config->engine;
  const auto& [workload_name, workload] = *config.workloads.begin();
  CurveSubject subject;
  subject.cluster = child_pointer(child_pointer("/sites", plan.site) + "/clusters", plan.cluster);
  subject.service = child_pointer("/services", plan.service);
  subject.pool = child_pointer(subject.service + "/pools", plan.pool);
  subject.workload = child_pointer("/workloads", workload_name);
  subject.service_name = plan.service;
  subject.model = model_id(scenario.path, config.services.begin()->second.model);
  subject.isl = resolved_json(scenario, subject.workload + "/isl");
  subject.osl = resolved_json(scenario, subject.workload + "/osl");
  subject.lengths = mean_lengths_text(workload);
  subject.format = name_of(engine.weight_precision());
  subject.has_autoscaler = config.services.begin()->second.autoscaler.model != "fixed";
  subject.spreads_experts = engine.expert_parallel_size > 1;
  subject.tensor_parallel_size = engine.tensor_parallel_size;
  subject.other_parallel_size = engine.pipeline_parallel_size * engine.data_parallel_size;
  return subject;
}

ScenarioRequest point_request(const ScenarioRequest& base, const CurveSubject& subject,
                              const CurveSetting& setting) {
  auto request = base;
  const auto set = [&request](const std::string& pointer, const std::string& value) {
    request.overrides.emplace_back(pointer, value);
  };
  const auto chips = setting.tensor_parallel_size * subject.other_parallel_size;
  const auto nodes = (chips + setting.chips_per_node - 1) / setting.chips_per_node;
  const auto replicas = std::max<std::int64_t>(1, nodes * setting.chips_per_node / chips);
  set(subject.cluster + "/node", fmt::format(R"({{"use": "{}"}})", setting.node));
  set(subject.cluster + "/nodes", fmt::format("{}", nodes));
  set(subject.pool + "/replicas", fmt::format("{}", replicas));
  if (subject.has_autoscaler) {
    set(subject.service + "/autoscaler", "fixed");
    set(subject.pool + "/min_replicas", "null");
    set(subject.pool + "/max_replicas", "null");
  }
  set(subject.pool + "/engine/tensor_parallel_size",
      fmt::format("{}", setting.tensor_parallel_size));
  if (subject.spreads_experts) {
    set(subject.pool + "/engine/expert_parallel_size", fmt::format("{}", chips));
  }
  if (!setting.profile.empty()) {
    set(subject.pool + "/engine/profile", fmt::format(R"({{"use": "{}"}})", setting.profile));
  }
  const auto prompts = std::max<std::int64_t>(20, 10 * setting.concurrency) * replicas;
  set(subject.workload,
      fmt::format(R"({{"model": "synthetic", "service": {}, "concurrency": {}, "num_prompts": {},
"isl": {}, "osl": {}}})",
                  to_json(make_text(subject.service_name, {}), 0), setting.concurrency * replicas,
                  prompts, subject.isl, subject.osl));
  set("/horizon", "null");
  set("/warmup", "0 s");
  set("/assert", "[]");
  set("/output", R"({"requests": false})");
  return request;
}

}  // namespace tokenfab::tools

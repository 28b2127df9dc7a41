// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <stdexcept>

#include "models/catalog.hpp"
#include "sim/api/router.hpp"
#include "sim/api/workload.hpp"
#include "sim/data/open_sessions.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/scenario/cluster_rules.hpp"
#include "sim/scenario/job_fit.hpp"
#include "sim/scenario/job_rules.hpp"
#include "sim/scenario/pricing.hpp"
#include "sim/scenario/problem_list.hpp"
#include "sim/scenario/render_rules.hpp"
#include "sim/scenario/serving_rules.hpp"
#include "sim/scenario/site_models.hpp"
#include "sim/scenario/site_rules.hpp"

namespace tokenfab {
namespace {

std::vector<std::string> cluster_names(const ScenarioConfig& config) {
  std::vector<std::string> names;
  for (const auto& [site_name, site] : config.sites) {
    for (const auto& [cluster_name, cluster] : site.clusters) {
      names.push_back(site_name + "/" + cluster_name);
    }
  }
  return names;
}

/// Names stand in file names, CSV cells and "site/cluster" references.
void check_name(const std::string& pointer, const std::string& name, ProblemList& problems) {
  constexpr std::size_t length_max = 100;
  const bool is_plain =
      !name.empty() &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
          std::string::npos;
  if (!is_plain) {
    problems.add(pointer, "names may use letters, digits, '.', '_' and '-' only");
  } else if (name.size() > length_max) {
    problems.add(pointer, fmt::format("names may have {} characters, this one has {}", length_max,
                                      name.size()));
  }
}

template <class V>
void check_names(const std::string& pointer, const std::map<std::string, V>& entries,
                 ProblemList& problems) {
  for (const auto& [name, value] : entries) {
    check_name(child_pointer(pointer, name), name, problems);
  }
}

void check_all_names(const ScenarioConfig& config, ProblemList& problems) {
  check_name("/name", config.name, problems);
  check_names("/sites", config.sites, problems);
  check_names("/wan", config.wan, problems);
  check_names("/models", config.models, problems);
  check_names("/diffusion_models", config.diffusion_models, problems);
  check_names("/services", config.services, problems);
  check_names("/workloads", config.workloads, problems);
  check_names("/jobs", config.jobs, problems);
  check_names("/tenants", config.tenants, problems);
  check_names("/economics/price_book", config.economics.price_book, problems);
  for (const auto& [name, site] : config.sites) {
    check_names(child_pointer("/sites", name) + "/clusters", site.clusters, problems);
  }
  for (const auto& [name, service] : config.services) {
    check_names(child_pointer("/services", name) + "/pools", service.pools, problems);
  }
}

std::vector<std::string> format_names(bool has_sessions) {
  std::vector<std::string> names{std::string(auto_format)};
  const auto add = [&](const auto& formats) {
    for (const auto& format : formats) {
      names.emplace_back(format.name);
    }
  };
  has_sessions ? add(session_formats()) : add(trace_formats());
  return names;
}

/// Text for language models, images and video for diffusion models.
void check_product(const std::string& pointer, const Workload& source,
                   const WorkloadConfig& workload, const ScenarioConfig& config,
                   ProblemList& problems) {
  const auto service = config.services.find(workload.service.value_or(""));
  if (service == config.services.end()) {
    return;
  }
  const bool asks_for_text = source.generation_shapes().empty();
  const bool makes_text = !is_diffusion_service(config, service->second);
  if (makes_text && !asks_for_text) {
    problems.add(pointer, "the workload asks for images or video, and its service makes text",
                 "use a workload of text requests: synthetic or trace");
  } else if (asks_for_text && !makes_text) {
    problems.add(pointer, "the workload asks for text, and its service makes images or video",
                 "use a workload of such requests: generation");
  }
}

void check_workload(const std::string& name, const WorkloadConfig& workload,
                    const ScenarioConfig& config, ProblemList& problems) {
  const auto pointer = "/workloads/" + name;
  if (!workload.service) {
    problems.add(pointer, "needs the service that gets its requests", "add \"service\"");
  } else {
    problems.require_known(pointer + "/service", "service", *workload.service,
                           names_of(config.services));
  }
  if (workload.cluster) {
    problems.add(pointer + "/cluster", "a workload of requests goes to a service, not to a cluster",
                 "leave it out");
  }
  try {
    const auto source = plugin_table().make<Workload>("workload", workload.source);
    if (!source->is_finite() && !config.horizon) {
      problems.add(pointer, "the workload never ends by itself and the scenario has no horizon",
                   "set num_prompts or horizon");
    }
    check_product(pointer, *source, workload, config, problems);
    if (const auto file = source->trace_file()) {
      problems.require_known(pointer + "/format",
                             file->has_sessions ? "session format" : "trace format", file->format,
                             format_names(file->has_sessions));
    }
  } catch (const std::invalid_argument& error) {
    problems.add(pointer, error.what());
  }
}

void check_date(const ScenarioConfig& config, ProblemList& problems) {
  if (!local_date(config.start)) {
    problems.add("/start",
                 fmt::format("\"{}\" is no date of the form 2024-01-31T18:00", config.start));
  }
}

void check_sites_clocks(const ScenarioConfig& config, ProblemList& problems) {
  for (const auto& [name, site] : config.sites) {
    if (!utc_offset_h(site.time_zone)) {
      problems.add("/sites/" + name + "/time_zone",
                   fmt::format("\"{}\" is no fixed offset from UTC", site.time_zone),
                   "write it like +08:00");
    }
  }
}

void check_warmup(const ScenarioConfig& config, ProblemList& problems) {
  if (config.horizon && config.warmup >= *config.horizon) {
    problems.add("/warmup", fmt::format("a warmup of {} s leaves nothing of a horizon of {} s",
                                        config.warmup.si(), config.horizon->si()));
  }
}

void check_output(const ScenarioConfig& config, ProblemList& problems) {
  if (!config.output.series) {
    return;
  }
  const double intervals = *config.output.series / config.plant_interval;
  if (intervals < 1 || std::abs(intervals - std::round(intervals)) > 1e-9 * intervals) {
    problems.add("/output/series", "the series interval must be a multiple of plant_interval");
  }
  constexpr double rows_max = 1e7;  // about a gigabyte of CSV
  if (config.horizon && *config.horizon / *config.output.series > rows_max) {
    problems.add("/output/series",
                 fmt::format("a horizon of {:g} s would give more than {:g} rows per site",
                             config.horizon->si(), rows_max));
  }
}

}  // namespace

void check_references(const ScenarioConfig& config, const Node& document) {
  ProblemList problems(document);
  check_all_names(config, problems);
  for (const auto& [name, model] : config.models) {
    for (const auto& contradiction : contradictions(model)) {
      problems.add("/models/" + name, contradiction);
    }
  }
  for (const auto& [name, model] : config.diffusion_models) {
    for (const auto& contradiction : contradictions(model)) {
      problems.add("/diffusion_models/" + name, contradiction);
    }
  }
  for (const auto& [name, service] : config.services) {
    const auto pointer = "/services/" + name;
    problems.require_known(pointer + "/model", "model", service.model, model_names(config));
    check_model_kind(name, service, is_diffusion_service(config, service), problems);
    if (service.pools.empty()) {
      problems.add(pointer + "/pools", "a service needs at least one pool");
    }
    for (const auto& [pool_name, pool] : service.pools) {
      problems.require_known(pointer + "/pools/" + pool_name + "/cluster", "cluster", pool.cluster,
                             cluster_names(config));
      const auto faults = pool.engine ? contradictions(*pool.engine) : std::vector<std::string>();
      for (const auto& fault : faults) {
        problems.add(pointer + "/pools/" + pool_name + "/engine", fault);
      }
    }
  }
  check_serving(config, problems);
  check_site_rules(config, problems);
  check_clusters(config, problems);
  check_wan(config, problems);
  const auto clusters = cluster_names(config);
  for (const auto& [name, workload] : config.workloads) {
    if (makes_jobs(workload)) {
      check_job_workload("/workloads/" + name, workload, config, clusters, problems);
    } else {
      check_workload(name, workload, config, problems);
    }
  }
  check_jobs(config, clusters, problems);
  if (config.workloads.empty() && config.jobs.empty() && !config.horizon) {
    problems.add("/workloads", "without workloads or jobs the scenario needs a horizon");
  }
  check_date(config, problems);
  check_sites_clocks(config, problems);
  check_warmup(config, problems);
  check_output(config, problems);
  for (const auto& fault : pricing_faults(config)) {
    problems.add(fault.pointer, fault.message, fault.fix);
  }
  if (!problems.list().empty()) {
    throw ConfigError(problems.list());
  }
}

bool Scenario::has_jobs() const {
  return !config->jobs.empty() ||
         std::any_of(config->workloads.begin(), config->workloads.end(),
                     [](const auto& entry) { return makes_jobs(entry.second); });
}

std::int64_t Scenario::chips_of_services(const std::string& site,
                                         const std::string& cluster) const {
  std::int64_t chips = 0;
  for (const auto& plan : pools) {
    if (plan.site == site && plan.cluster == cluster) {
      chips = std::max(chips, plan.chip_offset + static_cast<std::int64_t>(plan.chips()));
    }
  }
  return chips;
}

namespace {

PoolPlan plan_pool(const ScenarioConfig& config, const std::string& service_name,
                   const ServiceConfig& service, const std::string& pool_name,
                   const PoolConfig& pool) {
  PoolPlan plan;
  plan.service = service_name;
  plan.pool = pool_name;
  const auto slash = pool.cluster.find('/');
  plan.site = pool.cluster.substr(0, slash);
  plan.cluster = pool.cluster.substr(slash + 1);
  plan.config = &pool;
  plan.node = &config.sites.at(plan.site).clusters.at(plan.cluster).node;
  if (is_diffusion_service(config, service)) {
    plan.diffusion_model = &config.diffusion_models.at(service.model);
  } else {
    plan.model = &config.models.at(service.model);
    plan.placement = place(*plan.model, plan.node->chip, *pool.engine);
  }
  return plan;
}

void check_fit(const PoolPlan& plan, const std::string& pointer, ProblemList& problems,
               std::vector<std::string>& warnings) {
  const auto& engine = *plan.config->engine;
  if (!plan.placement.obstacle.empty()) {
    problems.add(pointer, plan.placement.obstacle, plan.placement.fix);
    return;
  }
  if (engine.tensor_parallel_size > plan.node->chips_per_node) {
    problems.add(pointer + "/engine",
                 fmt::format("tensor_parallel_size {} exceeds the {} chips of a node",
                             engine.tensor_parallel_size, plan.node->chips_per_node));
  }
  if (plan.placement.kv_tokens < static_cast<std::uint64_t>(plan.placement.context_tokens)) {
    warnings.push_back(fmt::format(
        "{}: the KV cache holds {} tokens, less than the longest request of {} tokens; longer "
        "requests are rejected",
        pointer, plan.placement.kv_tokens, plan.placement.context_tokens));
  }
}

void check_capacity(const ScenarioConfig& config, std::vector<PoolPlan>& pools,
                    ProblemList& problems) {
  for (const auto& [site_name, site] : config.sites) {
    std::uint32_t index = 0;
    for (const auto& [cluster_name, cluster] : site.clusters) {
      std::int64_t next_chip = 0;
      for (auto& plan : pools) {
        if (plan.site == site_name && plan.cluster == cluster_name) {
          plan.cluster_index = index;
          plan.chip_offset = next_chip;
          next_chip += plan.config->replicas_max() * plan.config->chips_per_replica();
        }
      }
      ++index;
      const auto chips = cluster.nodes * cluster.node.chips_per_node;
      if (next_chip > chips) {
        const auto per_node = cluster.node.chips_per_node;
        problems.add("/sites/" + site_name + "/clusters/" + cluster_name,
                     fmt::format("its pools need {} chips, it has {}", next_chip, chips),
                     fmt::format("smallest fix: nodes {}", (next_chip + per_node - 1) / per_node));
      }
    }
  }
}

}  // namespace

void plan_pools(const Node& document, Scenario& scenario) {
  const auto& config = *scenario.config;
  ProblemList problems(document);
  for (const auto& [service_name, service] : config.services) {
    for (const auto& [pool_name, pool] : service.pools) {
      auto& plan =
          scenario.pools.emplace_back(plan_pool(config, service_name, service, pool_name, pool));
      const auto pointer = "/services/" + service_name + "/pools/" + pool_name;
      if (plan.diffusion_model != nullptr) {
        plan_render_pool(plan, asked_shapes(config, service_name, *plan.diffusion_model), pointer,
                         problems);
      } else {
        check_fit(plan, pointer, problems, scenario.warnings);
      }
    }
  }
  check_capacity(config, scenario.pools, problems);
  plan_jobs(scenario, problems);
  for (const auto& [name, site] : config.sites) {
    check_ratings(name, site, problems, scenario.warnings);
  }
  if (!problems.list().empty()) {
    throw InfeasibleError(problems.list());
  }
}

}  // namespace tokenfab

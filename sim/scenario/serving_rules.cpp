// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/serving_rules.hpp"

#include <algorithm>
#include <set>

#include "sim/api/autoscaler.hpp"
#include "sim/api/router.hpp"
#include "sim/scenario/check_plugin.hpp"

namespace tokenfab {
namespace {

void check_roles(const std::string& pointer, const ServiceConfig& service, ProblemList& problems) {
  const PoolConfig* prefill = nullptr;
  const PoolConfig* decode = nullptr;
  for (const auto& [name, pool] : service.pools) {
    prefill = pool.role == ReplicaRole::Prefill ? &pool : prefill;
    decode = pool.role == ReplicaRole::Decode ? &pool : decode;
  }
  if ((prefill == nullptr) != (decode == nullptr)) {
    problems.add(pointer,
                 prefill == nullptr ? "a decode pool needs a prefill pool that feeds it"
                                    : "a prefill pool needs a decode pool that goes on",
                 prefill == nullptr ? "give a pool the role \"prefill\""
                                    : "give a pool the role \"decode\"");
  }
  for (const auto& [name, pool] : service.pools) {
    if (prefill != nullptr && pool.role == ReplicaRole::Decode && pool.engine && prefill->engine &&
        pool.engine->kv_cache_dtype != prefill->engine->kv_cache_dtype) {
      problems.add(pointer + "/" + name + "/engine/kv_cache_dtype",
                   "prefill and decode pools must keep the KV cache in one format");
    }
  }
}

void check_pool(const std::string& pointer, const ServiceConfig& service, const PoolConfig& pool,
                ProblemList& problems) {
  if (pool.replicas_min() > pool.replicas || pool.replicas > pool.replicas_max()) {
    problems.add(pointer,
                 fmt::format("replicas {} must lie between min_replicas {} and max_replicas {}",
                             pool.replicas, pool.replicas_min(), pool.replicas_max()));
  }
  if (pool.replicas_max() < 1) {
    problems.add(pointer + "/replicas", "a pool that never has a replica serves nothing",
                 "set max_replicas");
  }
  if (service.autoscaler.model == "fixed" && (pool.min_replicas || pool.max_replicas)) {
    problems.add(pointer, "min_replicas and max_replicas bound an autoscaler; the service has none",
                 "set \"autoscaler\" of the service");
  }
  if (!pool.kv_tiers.empty() && pool.engine && !pool.engine->enable_prefix_caching) {
    problems.add(pointer + "/kv_tiers", "tiers below the KV cache need prefix caching",
                 "set engine/enable_prefix_caching to true");
  }
  if (!pool.kv_tiers.empty() && pool.role == ReplicaRole::Decode) {
    problems.add(pointer + "/kv_tiers", "a decode pool computes no prompts to store",
                 "give the tiers to the prefill pool");
  }
}

/// Pools that share a store must agree on what it is.
void check_shared_tiers(const std::string& pointer, const ServiceConfig& service,
                        ProblemList& problems) {
  std::map<std::string, std::pair<const KvTierConfig*, const PoolConfig*>> shared;
  for (const auto& [name, pool] : service.pools) {
    for (const auto& [tier_name, tier] : pool.kv_tiers) {
      if (tier.scope != TierScope::Service) {
        continue;
      }
      const auto [known, owner] =
          shared.try_emplace(tier_name, std::pair(&tier, &pool)).first->second;
      const auto& first = *known;
      const auto& first_pool = *owner;
      if (first_pool.engine && pool.engine &&
          (first_pool.engine->block_size != pool.engine->block_size ||
           first_pool.engine->kv_cache_dtype != pool.engine->kv_cache_dtype)) {
        problems.add(pointer + "/" + name + "/kv_tiers/" + tier_name,
                     "pools that share a store must have one block_size and one kv_cache_dtype");
      }
      if (first.capacity != tier.capacity || first.bandwidth != tier.bandwidth ||
          first.latency != tier.latency) {
        problems.add(pointer + "/" + name + "/kv_tiers/" + tier_name,
                     "pools that share a store must describe it alike");
      }
    }
  }
}

void check_tenants(const ScenarioConfig& config, ProblemList& problems) {
  std::set<std::string> countries;
  for (const auto& [name, site] : config.sites) {
    countries.insert(site.country);
  }
  countries.erase("");
  for (const auto& [name, tenant] : config.tenants) {
    const auto pointer = "/tenants/" + name;
    for (const auto& contradiction : contradictions(tenant)) {
      problems.add(pointer, contradiction);
    }
    for (std::size_t i = 0; i < tenant.allowed_sites.size(); ++i) {
      problems.require_known(pointer + "/allowed_sites/" + std::to_string(i), "site",
                             tenant.allowed_sites[i], names_of(config.sites));
    }
    for (std::size_t i = 0; i < tenant.allowed_countries.size(); ++i) {
      problems.require_known(pointer + "/allowed_countries/" + std::to_string(i),
                             "site in a country", tenant.allowed_countries[i],
                             {countries.begin(), countries.end()});
    }
  }
}

}  // namespace

void check_serving(const ScenarioConfig& config, ProblemList& problems) {
  for (const auto& [name, service] : config.services) {
    const auto pointer = "/services/" + name;
    check_roles(pointer + "/pools", service, problems);
    check_shared_tiers(pointer + "/pools", service, problems);
    for (const auto& [pool_name, pool] : service.pools) {
      check_pool(pointer + "/pools/" + pool_name, service, pool, problems);
    }
    check_plugin<Router>(pointer + "/router", "router", service.router, problems);
    check_plugin<Router>(pointer + "/decode_router", "router", service.decode_router, problems);
    check_plugin<Autoscaler>(pointer + "/autoscaler", "autoscaler", service.autoscaler, problems);
    for (const auto& contradiction : contradictions(service.admission)) {
      problems.add(pointer + "/admission", contradiction);
    }
  }
  check_tenants(config, problems);
}

}  // namespace tokenfab

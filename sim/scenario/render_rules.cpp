// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/render_rules.hpp"

#include <set>
#include <utility>

#include "models/catalog.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view text_engine = "engine";
constexpr std::string_view render_engine = "diffusion_engine";

/// Those in use that a diffusion model has nothing to do with.
void check_render_pool(const std::string& pointer, const PoolConfig& pool, ProblemList& problems) {
  if (!pool.diffusion_engine) {
    problems.add(pointer, "a pool of a diffusion model needs a diffusion_engine",
                 "add \"diffusion_engine\": {}");
  }
  if (pool.role != ReplicaRole::Mixed) {
    problems.add(pointer + "/role", "a diffusion model has no prompts and answers to keep apart");
  }
  if (!pool.kv_tiers.empty()) {
    problems.add(pointer + "/kv_tiers", "a diffusion model has no KV cache");
  }
}

void check_render_service(const std::string& pointer, const ServiceConfig& service,
                          ProblemList& problems) {
  for (const auto& [name, pool] : service.pools) {
    check_render_pool(pointer + "/pools/" + name, pool, problems);
  }
  // The defaults stand in every resolved scenario.
  const ServiceConfig defaults;
  const auto& transfer = service.kv_transfer;
  const bool has_transfer = transfer.mode != defaults.kv_transfer.mode ||
                            transfer.layerwise_overlap ||
                            transfer.latency != defaults.kv_transfer.latency;
  if (service.decode_router.model != defaults.decode_router.model) {
    problems.add(pointer + "/decode_router", "a diffusion model has no KV cache to hand over");
  }
  if (has_transfer) {
    problems.add(pointer + "/kv_transfer", "a diffusion model has no KV cache to hand over");
  }
  if (service.autoscaler.model != "fixed") {
    problems.add(pointer + "/autoscaler", "pools of diffusion models have fixed replicas",
                 "set it to \"fixed\"");
  }
  if (service.admission.deadline) {
    problems.add(pointer + "/admission/deadline",
                 "queues of diffusion models keep requests however long they wait");
  }
  if (service.slo && (service.slo->ttft || service.slo->tpot)) {
    problems.add(pointer + "/slo", "a diffusion model has no tokens to time", "use e2el");
  }
}

GenerationShape usual_shape(const DiffusionModelConfig& model) {
  return {static_cast<std::uint16_t>(model.width), static_cast<std::uint16_t>(model.height),
          static_cast<std::uint16_t>(model.frames), 0, 1};
}

}  // namespace

bool is_diffusion_service(const ScenarioConfig& config, const ServiceConfig& service) {
  return config.models.count(service.model) == 0 &&
         config.diffusion_models.count(service.model) > 0;
}

void refuse_text_engines(Node& document, std::vector<Problem>& problems) {
  const Node* models = document.find("models");
  const Node* diffusion_models = document.find("diffusion_models");
  Node* services = document.find("services");
  if (diffusion_models == nullptr || services == nullptr) {
    return;
  }
  for (auto& [name, mark, service] : services->members) {
    const Node* model = service.find("model");
    Node* pools = service.find("pools");
    if (model == nullptr || pools == nullptr || model->kind != NodeKind::String ||
        diffusion_models->find(model->text) == nullptr ||
        (models != nullptr && models->find(model->text) != nullptr)) {
      continue;
    }
    auto pointer = child_pointer(child_pointer("/services", name), "pools");
    for (auto& [pool_name, pool_mark, pool] : pools->members) {
      for (const auto& [key, key_mark, value] : pool.members) {
        if (key == text_engine) {
          problems.push_back({key_mark.place(),
                              child_pointer(child_pointer(pointer, pool_name), key),
                              "engines of language models do not run \"" + model->text +
                                  "\", which is a diffusion model",
                              "rename it to \"diffusion_engine\", whose options are its own"});
        }
      }
      std::erase_if(pool.members, [](const Member& member) { return member.key == text_engine; });
    }
  }
}

void check_model_kind(const std::string& name, const ServiceConfig& service, bool is_diffusion,
                      ProblemList& problems) {
  const auto pointer = "/services/" + name;
  if (is_diffusion) {
    check_render_service(pointer, service, problems);
    return;
  }
  for (const auto& [pool_name, pool] : service.pools) {
    const auto pool_pointer = pointer + "/pools/" + pool_name;
    if (!pool.engine) {
      problems.add(pool_pointer, "a pool of a language model needs an engine",
                   "add \"engine\": {}");
    }
    if (pool.diffusion_engine) {
      problems.add(fmt::format("{}/{}", pool_pointer, render_engine),
                   "the service's model is no diffusion model", "use \"engine\"");
    }
  }
}

std::vector<GenerationShape> asked_shapes(const ScenarioConfig& config,
                                          const std::string& service_name,
                                          const DiffusionModelConfig& model) {
  std::vector<GenerationShape> shapes;
  for (const auto& [name, workload] : config.workloads) {
    if (workload.service == service_name) {
      const auto asked =
          plugin_table().make<Workload>("workload", workload.source)->generation_shapes();
      shapes.insert(shapes.end(), asked.begin(), asked.end());
    }
  }
  if (shapes.empty()) {
    shapes.push_back(usual_shape(model));
  }
  return shapes;
}

void plan_render_pool(PoolPlan& plan, const std::vector<GenerationShape>& shapes,
                      const std::string& pointer, ProblemList& problems) {
  std::set<std::string> told;  // what does not depend on the shape comes once
  for (const auto& shape : shapes) {
    auto placement =
        place_render(*plan.diffusion_model, plan.node->chip, *plan.config->diffusion_engine, shape);
    for (const auto& obstacle : placement.obstacles) {
      if (told.insert(obstacle.message).second) {
        problems.add(pointer, obstacle.message, obstacle.fix);
      }
    }
    if (placement.activations_per_chip >= plan.render_placement.activations_per_chip) {
      plan.render_placement = std::move(placement);
    }
  }
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a service of a diffusion model may not say, and whether its pools can make what is asked
// for.
#pragma once

#include <string>
#include <vector>

#include "sim/api/generation.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

/// A service's model is looked up in `models`, then in `diffusion_models`.
bool is_diffusion_service(const ScenarioConfig& config, const ServiceConfig& service);

/// Tells pools whose "engine" should be a "diffusion_engine", before their fields are read: an
/// engine's unknown keys would not say so. Takes them out of the document.
void refuse_text_engines(Node& document, std::vector<Problem>& problems);

/// The engines and limits of a service against the kind of its model.
void check_model_kind(const std::string& name, const ServiceConfig& service, bool is_diffusion,
                      ProblemList& problems);

/// Fills in the placement for the largest of `shapes`; tells everything that any of them lacks.
void plan_render_pool(PoolPlan& plan, const std::vector<GenerationShape>& shapes,
                      const std::string& pointer, ProblemList& problems);

/// What the workloads of the service may ask for; if none does, a usual item of the model.
std::vector<GenerationShape> asked_shapes(const ScenarioConfig& config,
                                          const std::string& service_name,
                                          const DiffusionModelConfig& model);

}  // namespace tokenfab

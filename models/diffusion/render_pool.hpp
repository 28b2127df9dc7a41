// SPDX-License-Identifier: Apache-2.0
// Everything a pool of image or video servers is made of, in order of use:
//
//   contradictions(model)                                  a ConfigError, all at once
//   place_render(model, chip, engine, shape).obstacles     an InfeasibleError, for every shape that
//                                                          its workloads may send
//   RenderCost(model, chip, engine, host_power)            one per pool: const, shared
//   RenderServer(engine.max_batch_size, cost, observer)    one per replica; engine.chips() chips
//
// A server's energy above idle goes to the node's meter by harvest_energy_j(); a replica has no
// tokens, so routers see outstanding requests only.
#pragma once

#include "models/diffusion/diffusion_engine_config.hpp"
#include "models/diffusion/diffusion_model.hpp"
#include "models/diffusion/render_cost.hpp"
#include "models/diffusion/render_placement.hpp"
#include "models/diffusion/render_server.hpp"

namespace tokenfab {

struct RenderPoolConfig {
  DiffusionModelConfig model;
  DiffusionEngineConfig engine;

  static void describe(Describe<RenderPoolConfig>& d) {
    using C = RenderPoolConfig;
    d.object("model", &C::model, "What is run").catalogue("diffusion_models").required();
    d.object("engine", &C::engine, "How it is run");
  }
};

}  // namespace tokenfab

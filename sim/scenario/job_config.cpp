// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/job_config.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {

void JobInputConfig::describe(Describe<JobInputConfig>& d) {
  d.field(
       "volume", &JobInputConfig::volume,
       "What it leaves for this job; moved between sites, if they differ, before this one begins")
      .range(0, 1e19);
}

void FixedJobConfig::describe(Describe<FixedJobConfig>& d) {
  using C = FixedJobConfig;
  d.field("chips", &C::chips, "Chips it holds").range(1, 1e7);
  d.field("duration", &C::duration, "How long it runs at full clock").required().range(1e-3, 3e9);
  d.field("activity", &C::activity, "Share of the way from idle to the chips' power limit")
      .range(0, 1)
      .source(
          "8x H100 nodes draw about 76 % of their nameplate in LLM-class work (arXiv:2412.08602)");
  d.field("resumes", &C::resumes, "After a loss or preemption it goes on where it was");
}

void DataJobConfig::describe(Describe<DataJobConfig>& d) {
  using C = DataJobConfig;
  d.field("nodes", &C::nodes, "Nodes whose hosts do the work").range(1, 1e6);
  d.field("volume", &C::volume, "What is read from the site's storage").required().range(1, 1e19);
  d.field("rate_per_node", &C::rate_per_node, "What one node works through")
      .required()
      .range(1, 1e12);
  d.field("kept_share", &C::kept_share, "Share of the volume that is kept and written back")
      .range(0, 1);
}

void RolloutConfig::describe(Describe<RolloutConfig>& d) {
  using C = RolloutConfig;
  d.field("workload", &C::workload, "The workload whose answers are learned from, each time anew")
      .required()
      .refers_to("workload");
  d.field("steps_per_rollout", &C::steps_per_rollout, "Steps of training on the answers of one")
      .range(1, 1e6);
}

void TrainingJobConfig::describe(Describe<TrainingJobConfig>& d) {
  using C = TrainingJobConfig;
  d.field("model", &C::model, "Which of models is trained").required().refers_to("model");
  d.object("layout", &C::layout, "Parallel layout, batch, formats, engine");
  d.field("chips", &C::chips,
          "Chips that the layout is to fill: its sizes have to multiply to it; absent: to any")
      .range(1, 1e9);
  d.field("tokens", &C::tokens, "Tokens to train on; or give steps").range(1, 1e16);
  d.field("steps", &C::steps, "Steps to train").range(1, 1e12);
  d.object("checkpoint", &C::checkpoint, "How often the state is saved, and what a restart costs");
  d.field("spare_nodes", &C::spare_nodes, "Nodes held in reserve, ready to take over")
      .range(0, 1e6);
  d.field("elastic", &C::elastic,
          "With too few nodes it goes on with fewer data-parallel replicas, the batch kept");
  d.field("preemption_saves", &C::preemption_saves,
          "Told beforehand, it saves its state when its chips are wanted back");
  d.object("rollout", &C::rollout, "Reinforcement learning: rollouts between the updates");
}

std::int64_t TrainingJobConfig::step_count() const {
  return steps ? *steps
               : std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(
                                               tokens.value_or(0) / layout.tokens_per_step())));
}

void RequestsJobConfig::describe(Describe<RequestsJobConfig>& d) {
  d.field("workload", &RequestsJobConfig::workload, "The workload that begins with the stage")
      .required()
      .refers_to("workload");
}

void DeploymentJobConfig::describe(Describe<DeploymentJobConfig>& d) {
  using C = DeploymentJobConfig;
  d.field("service", &C::service, "The service that gets the weights")
      .required()
      .refers_to("service");
  d.field("max_unavailable", &C::max_unavailable, "Replicas of a pool that are renewed at a time")
      .range(1, 1e6);
  d.field("lifetime", &C::lifetime,
          "How long the weights will serve: over it the cost of the jobs before is spread")
      .range(1, 1e9);
}

void JobConfig::describe(Describe<JobConfig>& d) {
  using C = JobConfig;
  d.field("cluster", &C::cluster, "Where it runs: SITE/CLUSTER").refers_to("cluster");
  d.field("submit", &C::submit, "When it is submitted, at the earliest").range(0, 3e9);
  d.map("after", &C::after, "Jobs that have to end before, by name");
  d.field("priority", &C::priority, "Greater goes first where the scheduler heeds it")
      .range(-1e9, 1e9);
  d.field("user", &C::user, "Whose job it is, for fair shares and quotas");
  d.field("estimate", &C::estimate, "What its owner says it takes at most; the truth if absent")
      .range(1e-3, 3e9);
  d.field("preemptible", &C::preemptible, "The scheduler may take its chips away");
  d.object("fixed", &C::fixed, "A job of given length");
  d.object("data", &C::data, "Data curation on the nodes' hosts");
  d.object("training", &C::training, "Training of a model: pre-training, fine-tuning, RL");
  d.object("requests", &C::requests, "Synthetic data or evaluation: requests to a service");
  d.object("deployment", &C::deployment, "New weights for a service");
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_communication.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

constexpr double activation_bytes = 2;
constexpr double parameter_bytes = 2;  // gathered as bf16

/// What a ring sends per chip of a buffer: (n - 1) / n of it for a gather or a reduce-scatter.
double sent_share(const ChipGroup& group) {
  const auto ranks = static_cast<double>(group.ranks);
  return (ranks - 1) / ranks;
}

}  // namespace

TrainingCommunication::TrainingCommunication(const TransformerConfig& model,
                                             const TrainingConfig& config,
                                             const CollectiveTimes& times)
    : model_(model), config_(config), times_(times) {}

double TrainingCommunication::seconds(CollectiveKind kind, const ChipGroup& group,
                                      double bytes) const {
  return group.ranks <= 1 || bytes <= 0 ? 0 : times_.time(kind, group, Bytes(bytes)).si();
}

double TrainingCommunication::row_bytes() const {
  return activation_bytes * static_cast<double>(config_.rows()) *
         static_cast<double>(model_.hidden_size);
}

Exchange TrainingCommunication::tensor() const {
  const auto group = config_.tensor_group();
  const auto layers = [](std::int64_t count) { return static_cast<double>(count); };
  const double moe = model_.mixture ? layers(model_.mixture->layers) : 0;
  const bool has_shared = model_.mixture && model_.mixture->shared_intermediate_size > 0;
  const double blocks =
      layers(model_.mixer_layers() + model_.dense_layers()) + (has_shared ? moe : 0);
  const double message = row_bytes();
  Exchange all;
  if (config_.sequence_parallel) {
    const double gather = seconds(CollectiveKind::AllGather, group, message);
    const double scatter = seconds(CollectiveKind::ReduceScatter, group, message);
    all.forward_s = blocks * (gather + scatter);
    all.backward_s = blocks * (2 * gather + scatter);
    all.bytes = blocks * 5 * message * sent_share(group);
  } else {
    const double reduce = seconds(CollectiveKind::AllReduce, group, message);
    all.forward_s = all.backward_s = blocks * reduce;
    all.bytes = blocks * 4 * message * sent_share(group);
  }
  if (moe > 0 && config_.expert_tensor_size() > 1) {
    const ChipGroup inside{config_.expert_tensor_size(), 1};
    const double routed =
        message *
        static_cast<double>(model_.mixture->num_experts_per_tok * config_.expert_tensor_size()) /
        static_cast<double>(config_.tensor_parallel_size);
    const double once = seconds(CollectiveKind::AllGather, inside, routed) +
                        seconds(CollectiveKind::ReduceScatter, inside, routed);
    all.forward_s += moe * once;
    all.backward_s += moe * once;
    all.bytes += moe * 4 * routed * sent_share(inside);
  }
  if (config_.recompute == Recompute::Full) {
    all.backward_s += all.forward_s;
    all.bytes *= 1.5;
  }
  return all;
}

Exchange TrainingCommunication::context() const {
  const auto group = config_.context_group();
  if (group.ranks <= 1) {
    return {};
  }
  Exchange all;
  for (const auto& kind : attention_layers(model_)) {
    const auto split = std::min(kind.prefill_kv_heads, config_.tensor_parallel_size);
    const double size = activation_bytes * static_cast<double>(config_.rows()) *
                        static_cast<double>(kind.prefill_kv_heads / split) *
                        static_cast<double>(kind.prefill_key_dim + kind.prefill_value_dim);
    const double hops = static_cast<double>(group.ranks - 1) * static_cast<double>(kind.layers);
    const double hop = seconds(CollectiveKind::SendReceive, group, size);
    all.forward_s += hops * hop;
    all.backward_s += 2 * hops * hop;
    all.bytes += 3 * hops * size;
  }
  return all;
}

Exchange TrainingCommunication::experts() const {
  const auto group = config_.expert_group();
  if (!model_.mixture || group.ranks <= 1) {
    return {};
  }
  const auto& m = *model_.mixture;
  double copies = static_cast<double>(m.num_experts_per_tok);
  if (config_.expert_nodes_max) {
    copies = std::min(copies, static_cast<double>(*config_.expert_nodes_max));
  }
  const double width = static_cast<double>(m.latent_size > 0 ? m.latent_size : model_.hidden_size);
  const double rows = copies * static_cast<double>(config_.rows()) /
                      static_cast<double>(config_.tensor_parallel_size);
  const double dispatch = rows * width * bytes_per_element(config_.dispatch_precision);
  const double combine = rows * width * activation_bytes;
  const auto layers = static_cast<double>(m.layers);
  Exchange all;
  all.forward_s = layers * (seconds(CollectiveKind::AllToAll, group, dispatch) +
                            seconds(CollectiveKind::AllToAll, group, combine));
  all.backward_s = all.forward_s;
  all.bytes = 2 * layers * (dispatch + combine) * sent_share(group);
  if (config_.recompute == Recompute::Full) {
    all.backward_s += all.forward_s;
    all.bytes *= 1.5;
  }
  return all;
}

Exchange TrainingCommunication::stage() const {
  const auto group = config_.pipeline_group();
  if (group.ranks <= 1) {
    return {};
  }
  const double split =
      config_.sequence_parallel ? static_cast<double>(config_.tensor_parallel_size) : 1;
  const double message = row_bytes() / split;
  const double once = seconds(CollectiveKind::SendReceive, group, message);
  return {once, once, 2 * message};
}

Exchange TrainingCommunication::data(const ChipParameters& held,
                                     const ChipParameters& trained) const {
  const auto groups = {
      std::pair{config_.data_group(), std::pair{held.dense, trained.dense}},
      std::pair{config_.expert_data_group(), std::pair{held.experts, trained.experts}}};
  const double gradient_bytes = config_.gradient_reduce_bytes;
  Exchange all;
  for (const auto& [group, parameters] : groups) {
    const double gradients = gradient_bytes * parameters.second;
    const bool is_gathered = config_.sharding == Sharding::Parameters;
    const double weights = parameter_bytes * (is_gathered ? parameters.first : parameters.second);
    if (config_.sharding == Sharding::None) {
      all.backward_s += seconds(CollectiveKind::AllReduce, group, gradients);
      all.bytes += 2 * gradients * sent_share(group);
      continue;
    }
    const double gather = seconds(CollectiveKind::AllGather, group, weights);
    all.forward_s += gather;
    all.backward_s +=
        seconds(CollectiveKind::ReduceScatter, group, gradients) + (is_gathered ? gather : 0);
    all.bytes += (gradients + (is_gathered ? 2 : 1) * weights) * sent_share(group);
  }
  return all;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/training/pipeline_schedule.hpp"
#include "models/training/training_communication.hpp"
#include "models/training/training_flop.hpp"
#include "models/training/training_kernels.hpp"
#include "models/training/training_weights.hpp"

namespace tokenfab {
namespace {

// Traffic of the optimizer per parameter that is not a state: gradient read, weight written in
// bf16. States are read and written.
constexpr double gradient_and_weight_bytes = 6;

/// What a stage does for one micro-batch: all of its passes, and the parts that show.
struct StageCost {
  StageTime time;
  TrainingBreakdown parts;
};

class StageCosts {
 public:
  StageCosts(const TransformerConfig& model, const ChipConfig& chip, const TrainingConfig& config,
             const CollectiveTimes& times)
      : model_(model), config_(config) {
    const TrainingKernels kernels(model, chip, config);
    const TrainingCommunication traffic(model, config, times);
    const double one = 1 / static_cast<double>(model.num_hidden_layers);
    layer_ = kernels.layers() * one;
    head_ = kernels.head();
    if (const auto count = trained_mtp_layers(model, config); count > 0) {
      const auto extra = mtp_layer(model);
      mtp_ = TrainingKernels(extra, chip, config).layers() * static_cast<double>(count);
      head_ = head_ * static_cast<double>(1 + count);
    }
    tensor_ = traffic.tensor() * one;
    context_ = traffic.context() * one;
    experts_ = traffic.experts() * one;
    stage_ = traffic.stage();
  }

  StageCost stage(double layers, bool is_last) const;
  const Exchange& tensor() const { return tensor_; }
  const Exchange& context() const { return context_; }
  const Exchange& experts() const { return experts_; }
  const Exchange& between_stages() const { return stage_; }

 private:
  /// What of an exchange shows beside `cover` seconds of compute.
  static double exposed(double exchange_s, double cover_s) {
    return std::max(0.0, exchange_s - cover_s);
  }

  const TransformerConfig& model_;
  const TrainingConfig& config_;
  PassSeconds layer_;  // mean of the layers
  PassSeconds head_;
  PassSeconds mtp_;  // multi-token-prediction layers, with the head
  Exchange tensor_;  // of a layer
  Exchange context_;
  Exchange experts_;
  Exchange stage_;
};

StageCost StageCosts::stage(double layers, bool is_last) const {
  auto passes = layer_ * layers;
  double blocks = layers;
  if (is_last) {
    passes += head_;
    passes += mtp_;
    blocks += static_cast<double>(trained_mtp_layers(model_, config_));
  }
  const auto& engine = config_.engine;
  const auto all = passes.all();
  const double forward_compute = passes.forward.total();
  const double backward_compute = all.total() - forward_compute;
  StageCost cost;
  auto& parts = cost.parts;
  parts.matmul = all.matmul;
  parts.attention = all.attention;
  parts.memory = all.memory;
  const double mixtures = model_.mixture ? static_cast<double>(model_.mixture->layers) /
                                               static_cast<double>(model_.num_hidden_layers)
                                         : 0;
  parts.overhead = blocks * (engine.layer_overhead.si() + mixtures * engine.expert_overhead.si());
  const double shown = config_.overlap_tensor ? 1 - engine.tensor_overlap : 1;
  const auto tensor = tensor_ * (blocks * shown);
  const auto context = context_ * blocks;
  const double context_forward = exposed(context.forward_s, passes.forward.attention);
  const double context_backward = exposed(context.backward_s, passes.input_gradient.attention);
  const auto experts = experts_ * blocks;
  const double cover = config_.overlap_expert ? engine.expert_overlap : 0;
  const double experts_forward = exposed(experts.forward_s, cover * forward_compute);
  const double experts_backward = exposed(experts.backward_s, cover * backward_compute);
  parts.tensor = tensor.total_s();
  parts.context = context_forward + context_backward;
  parts.expert = experts_forward + experts_backward;
  const double forward =
      forward_compute + tensor.forward_s + context_forward + experts_forward + parts.overhead / 3;
  cost.time.forward = forward;
  cost.time.backward = parts.total() - forward;
  cost.time.weight_gradient = passes.weight_gradient.total();
  return cost;
}

/// Exposed part of the collectives between data-parallel copies, in a step.
double exposed_data_s(const TrainingConfig& config, const Exchange& data, const StageTime& stage) {
  const double overlap = config.overlap_data ? config.engine.data_overlap : 0;
  const auto shown = [&](double window) {
    return std::max(0.0, data.forward_s - overlap * window * stage.forward) +
           std::max(0.0, data.backward_s - overlap * window * stage.backward);
  };
  if (config.sharding == Sharding::Parameters || config.sharding == Sharding::Gradients) {
    return static_cast<double>(config.micro_batches()) * shown(1);
  }
  // Gradients travel beside the last micro-batch's backward pass, parameters beside the first
  // forward pass; with several chunks beside the passes of the other chunks too.
  const auto chunks = static_cast<double>(config.chunks_per_stage());
  const double stages = static_cast<double>(config.pipeline_parallel_size);
  return shown(std::max(1.0, stages * (chunks - 1) / chunks));
}

/// Messages between stages that nothing hides: of warm-up and drain, or all of them where the
/// schedule waits for each (1f1b sends and receives in between its passes).
double pipeline_s(const TrainingConfig& config, const Exchange& message) {
  if (config.pipeline_parallel_size == 1) {
    return 0;
  }
  const double drain = static_cast<double>(config.pipeline_parallel_size - 1);
  const bool waits = !config.overlap_pipeline ||
                     config.pipeline_schedule == PipelineSchedule::OneForwardOneBackward;
  const double steady =
      waits ? static_cast<double>(config.micro_batches() * config.chunks_per_stage()) : 0;
  return (drain + steady) * message.total_s();
}

double optimizer_s(const TrainingConfig& config, const TrainingKernels& kernels,
                   const ChipParameters& trained) {
  const auto shards = [&](const ChipGroup& group) {
    return config.sharding == Sharding::None ? 1 : static_cast<double>(group.ranks);
  };
  const double parameters = trained.dense / shards(config.data_group()) +
                            trained.experts / shards(config.expert_data_group());
  return kernels.memory_s(parameters * (2 * config.optimizer_bytes + gradient_and_weight_bytes));
}

/// Means of a stage and the one it shares its chips with.
StageCost shared(const StageCost& a, const StageCost& b) {
  const auto mean = [](double x, double y) { return (x + y) / 2; };
  StageCost both;
  both.time = {mean(a.time.forward, b.time.forward), mean(a.time.backward, b.time.backward),
               mean(a.time.weight_gradient, b.time.weight_gradient)};
  both.parts.matmul = mean(a.parts.matmul, b.parts.matmul);
  both.parts.attention = mean(a.parts.attention, b.parts.attention);
  both.parts.memory = mean(a.parts.memory, b.parts.memory);
  both.parts.tensor = mean(a.parts.tensor, b.parts.tensor);
  both.parts.context = mean(a.parts.context, b.parts.context);
  both.parts.expert = mean(a.parts.expert, b.parts.expert);
  both.parts.overhead = mean(a.parts.overhead, b.parts.overhead);
  return both;
}

std::vector<StageCost> stage_costs(const TrainingConfig& config, const StageCosts& costs,
                                   const std::vector<std::int64_t>& layers) {
  std::vector<StageCost> alone;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    alone.push_back(costs.stage(static_cast<double>(layers[i]), i + 1 == layers.size()));
  }
  if (config.pipeline_schedule != PipelineSchedule::DualPipe) {
    return alone;
  }
  std::vector<StageCost> stages;  // a chip has one from either end (arXiv:2412.19437, figure 5)
  for (std::size_t i = 0; i < alone.size(); ++i) {
    stages.push_back(shared(alone[i], alone[alone.size() - 1 - i]));
  }
  return stages;
}

TrainingTraffic traffic_of(const TrainingConfig& config, const StageCosts& costs, double layers,
                           const Exchange& data) {
  const auto batches = static_cast<double>(config.micro_batches());
  const bool sends_always =
      config.sharding == Sharding::Parameters || config.sharding == Sharding::Gradients;
  TrainingTraffic sent;
  sent.tensor = Bytes(batches * layers * costs.tensor().bytes);
  sent.context = Bytes(batches * layers * costs.context().bytes);
  sent.expert = Bytes(batches * layers * costs.experts().bytes);
  sent.pipeline = Bytes(batches * static_cast<double>(config.chunks_per_stage()) *
                        costs.between_stages().bytes);
  sent.data = Bytes(data.bytes * (sends_always ? batches : 1));
  return sent;
}

TrainingPhases phases_of(const TrainingBreakdown& parts) {
  const double total = parts.total();
  TrainingPhases phases;
  phases.compute = (parts.matmul + parts.attention) / total;
  phases.communication = (parts.communication() + parts.bubble) / total;  // waiting draws as little
  phases.memory = 1 - phases.compute - phases.communication;
  return phases;
}

}  // namespace

TrainingStepModel::TrainingStepModel(const TransformerConfig& model, const ChipConfig& chip,
                                     const TrainingConfig& config, const CollectiveTimes& times)
    : model_(model), chip_(chip), config_(config), times_(times) {
  auto problems = contradictions(config, model);
  const auto& key = calibration_key(config.precision);
  if (!peak(chip, config.precision) || chip.matmul.count(key) == 0) {
    problems.push_back(fmt::format("precision {}: {} has no such products; use bf16",
                                   name_of(config.precision), chip.name));
  }
  if (!problems.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
  }
}

TrainingStep TrainingStepModel::step() const {
  const StageCosts costs(model_, chip_, config_, times_);
  const auto layers = stage_layers(config_, model_.num_hidden_layers);
  const auto stages = stage_costs(config_, costs, layers);
  std::size_t slowest = 0;
  std::vector<StageTime> times;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    times.push_back(stages[i].time);
    slowest = stages[i].time.total() > stages[slowest].time.total() ? i : slowest;
  }
  const auto batches = static_cast<double>(config_.micro_batches());
  TrainingBreakdown parts = stages[slowest].parts;
  for (double* part : {&parts.matmul, &parts.attention, &parts.memory, &parts.tensor,
                       &parts.context, &parts.expert, &parts.overhead}) {
    *part *= batches;
  }
  const auto held = stage_parameters(model_, config_, static_cast<double>(layers[slowest]),
                                     slowest == 0, slowest + 1 == layers.size());
  const auto trained = trained_parameters(model_, config_, held);
  const auto data = TrainingCommunication(model_, config_, times_).data(held, trained);
  parts.pipeline = pipeline_s(config_, costs.between_stages());
  parts.bubble = bubble_s(config_, times);
  parts.data = exposed_data_s(config_, data, stages[slowest].time);
  parts.optimizer = optimizer_s(config_, TrainingKernels(model_, chip_, config_), trained);
  parts.overhead += config_.engine.step_overhead.si();

  TrainingStep step;
  step.breakdown = parts;
  step.total = Seconds(parts.total());
  step.sent = traffic_of(config_, costs, static_cast<double>(layers[slowest]), data);
  const auto flop = training_flop(model_, config_);
  step.model_flop = Flop(flop.model);
  step.hardware_flop = Flop(flop.hardware);
  step.tokens = config_.tokens_per_step();
  step.mfu = flop.model / (step.total.si() * static_cast<double>(config_.chips()) *
                           peak(chip_, config_.precision)->si());
  step.phases = phases_of(parts);
  return step;
}

}  // namespace tokenfab

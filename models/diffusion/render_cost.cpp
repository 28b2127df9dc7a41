// SPDX-License-Identifier: Apache-2.0
#include "models/diffusion/render_cost.hpp"

#include <algorithm>

#include "models/chip/clock.hpp"
#include "models/chip/kernel_time.hpp"
#include "models/interconnect/chip_link.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double activation_bytes = 2;  // bf16 between kernels

std::size_t index_of(RenderPart part) { return static_cast<std::size_t>(part); }

}  // namespace

Duration RenderWork::time() const {
  Duration sum;
  for (const auto part : time_by_part) {
    sum += part;
  }
  return sum;
}

void RenderWork::add(const RenderWork& other, std::int64_t times) {
  for (std::size_t i = 0; i < render_part_count; ++i) {
    time_by_part[i] += other.time_by_part[i] * times;
  }
  const auto factor = static_cast<double>(times);
  dynamic_energy_j += other.dynamic_energy_j * factor;
  flop += other.flop * factor;
  memory_bytes += other.memory_bytes * factor;
}

RenderCost::RenderCost(const DiffusionModelConfig& model, const ChipConfig& chip,
                       const DiffusionEngineConfig& engine, Watts host_power)
    : model_(model),
      chip_(at_clock(chip, 1)),  // slowed where it would exceed its power limit
      engine_(engine),
      host_power_w_(host_power.si()),
      ulysses_link_(link_of(chip, engine.tensor_parallel_size * engine.ulysses_degree)),
      ring_link_(link_of(chip, engine.tensor_parallel_size * engine.sequence_parallel_size())),
      guidance_link_(link_of(chip, engine.chips())) {}

RenderWork RenderCost::cost(const GenerationShape& shape, std::int64_t prompts) const {
  CHECK(prompts > 0 && !shape.is_text(), "{} prompts, {} images", prompts, shape.images);
  const auto items = prompts * shape.images;
  const auto full = items / engine_.max_batch_size;
  const auto rest = items % engine_.max_batch_size;
  const auto batches = full + (rest > 0 ? 1 : 0);
  RenderWork work;
  // Prompts are encoded once, in the first batch.
  const auto first = std::min(items, engine_.max_batch_size);
  work.add(batch(shape, prompts, first), 1);
  if (batches > 1) {
    work.add(batch(shape, 0, engine_.max_batch_size), full - 1);
    if (rest > 0) {
      work.add(batch(shape, 0, rest), 1);
    }
  }
  return work;
}

RenderWork RenderCost::batch(const GenerationShape& shape, std::int64_t prompts,
                             std::int64_t items) const {
  const auto steps = static_cast<double>(shape.steps > 0 ? shape.steps : model_.steps);
  const auto passes = static_cast<double>(model_.guidance_passes);
  const auto groups = static_cast<double>(engine_.cfg_parallel_size);
  const double calls = steps * (model_.guidance_batched ? 1 : passes / groups);
  Seconds7 parts{};
  RenderWork work;
  add_pass(shape, items, calls, parts, work.memory_bytes);
  if (engine_.cfg_parallel_size > 1) {
    // Guidance combines the groups' predictions, the size of the latents, once a step.
    const double latents = static_cast<double>(items * diffusion_tokens(model_, shape)) *
                           static_cast<double>(model_.patch_frames * model_.patch_size *
                                               model_.patch_size * model_.latent_channels);
    parts[index_of(RenderPart::Communication)] +=
        steps * engine_.profile.communication_factor *
        all_gather(guidance_link_, engine_.cfg_parallel_size,
                   Bytes(activation_bytes * latents * groups))
            .si();
  }
  parts[index_of(RenderPart::TextEncoder)] = text_encoder_s(prompts);
  parts[index_of(RenderPart::VaeDecode)] = vae_decode_s(shape, items);
  for (std::size_t i = 0; i < render_part_count; ++i) {
    work.time_by_part[i] = Duration::from_seconds(parts[i]);
  }
  work.dynamic_energy_j = energy_j(parts);
  const auto pixels = static_cast<double>(shape.width) * static_cast<double>(shape.height) *
                      static_cast<double>(shape.frames);
  work.flop = static_cast<double>(items) * (steps * passes * flop_per_pass(model_, shape) +
                                            pixels * model_.vae_flop_per_pixel) +
              2 * model_.text_encoder_parameters * passes *
                  static_cast<double>(prompts * model_.text_tokens);
  return work;
}

void RenderCost::add_pass(const GenerationShape& shape, std::int64_t items, double times,
                          Seconds7& parts, double& bytes) const {
  const auto rows = rows_of(shape, items);
  const auto& profile = engine_.profile;
  Pass pass;
  if (model_.unet) {
    add_unet(shape, items, pass);
  } else {
    add_cross_blocks(rows, pass);
    add_double_blocks(rows, pass);
    add_single_blocks(rows, pass);
  }
  const double hops = static_cast<double>(engine_.ulysses_degree > 1 ? 4 : 0) +
                      static_cast<double>(engine_.ring_degree > 1 ? 3 * engine_.ring_degree : 0);
  const double host = profile.host_sublayer_time.si() * pass.sublayers +
                      profile.host_exchange_time.si() * pass.attentions * hops;
  const double moved = activation_bytes * pass.accesses;
  const double small =
      moved / (chip_.memory_bandwidth.si() * chip_.serving.small_kernel_efficiency);
  const double attention = profile.attention_factor * pass.attention_s;
  const double exchange = profile.communication_factor * pass.exchange_s;
  const double device = pass.matmul_s + attention + small + exchange;
  parts[index_of(RenderPart::Matmul)] += times * pass.matmul_s;
  parts[index_of(RenderPart::Attention)] += times * attention;
  parts[index_of(RenderPart::Elementwise)] += times * small;
  parts[index_of(RenderPart::Communication)] += times * exchange;
  parts[index_of(RenderPart::HostWait)] += times * std::max(0.0, host - device);
  const double weights = model_.parameters * bytes_per_element(engine_.quantization) /
                         static_cast<double>(engine_.tensor_parallel_size);
  bytes += times * static_cast<double>(engine_.chips()) * (weights + moved);
}

RenderCost::Rows RenderCost::rows_of(const GenerationShape& shape, std::int64_t items) const {
  const auto split = engine_.sequence_parallel_size();
  const auto tokens = diffusion_tokens(model_, shape);
  const auto text = model_.text_tokens;
  Rows rows;
  rows.sequences =
      items * (model_.guidance_batched ? model_.guidance_passes / engine_.cfg_parallel_size : 1);
  rows.image = rows.sequences * ((tokens + split - 1) / split);
  rows.text = rows.sequences * (text % split == 0 ? text / split : text);
  rows.whole_text = rows.sequences * text;
  rows.image_tokens = static_cast<double>(tokens);
  rows.text_tokens = static_cast<double>(text);
  return rows;
}

double RenderCost::text_encoder_s(std::int64_t prompts) const {
  if (prompts == 0 || model_.text_tokens == 0) {
    return 0;
  }
  // Every chip encodes all prompts, and the empty one of guidance. Estimate: one product with as
  // many weights as the encoder, 4096 wide as T5-XXL is.
  constexpr std::int64_t width = 4096;
  const auto columns = static_cast<std::int64_t>(model_.text_encoder_parameters) / width;
  return matmul_time(chip_, Precision::Bf16, prompts * model_.guidance_passes * model_.text_tokens,
                     std::max<std::int64_t>(columns, 1), width)
      .total()
      .si();
}

double RenderCost::vae_decode_s(const GenerationShape& shape, std::int64_t items) const {
  const double pixels = static_cast<double>(shape.width) * static_cast<double>(shape.height) *
                        static_cast<double>(shape.frames) * static_cast<double>(items);
  return pixels * model_.vae_flop_per_pixel /
         (chip_.peak_bf16.si() * engine_.profile.vae_efficiency);
}

double RenderCost::energy_j(const Seconds7& parts) const {
  const auto& level = chip_.power_level;
  const auto& memory = chip_.dvfs.memory_share;
  // The profile's levels are those of full clock.
  const auto here = [this](const WorkPower& work) {
    const double clock = std::min(chip_.clock, clock_under(chip_, work, chip_.power_limit));
    return clock == 1 ? work.level : level_at(chip_, work, clock);
  };
  const Seconds7 levels{
      level.matmul,
      level.matmul,
      level.attention,
      here({engine_.profile.elementwise_power_level, memory.weights, RateLimit::Memory}),
      level.communication,
      here({engine_.profile.waiting_power_level, memory.overhead, RateLimit::Other}),
      level.matmul};
  const double span = chip_.power_span().si();
  const auto chips = static_cast<double>(engine_.chips());
  double energy = 0;
  for (std::size_t i = 0; i < render_part_count; ++i) {
    const double busy = i == index_of(RenderPart::VaeDecode) ? 1 : chips;
    energy += busy * (levels[i] * span + host_power_w_) * parts[i];
  }
  return energy;
}

}  // namespace tokenfab

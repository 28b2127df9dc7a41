// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/training_parameters.hpp"

#include <array>
#include <utility>

namespace tokenfab {
namespace {

using Chip = TrainingCalibration;
using Engine = TrainingEngineConfig;
using Entries = std::vector<std::string>;

const std::string reference_chip = "h100-sxm";

TrainingParameter factor(Entries entries, std::string field, TrainingParameter::Place place,
                         double prior, double width, double low, double high) {
  const auto name = entries.front() + "/" + field;
  return {{name, prior, low, high, true},
          std::move(field),
          std::move(place),
          std::move(entries),
          prior,
          width,
          {}};
}

TrainingParameter amount(Entries entries, std::string field, TrainingParameter::Place place,
                         double prior, double width, double high) {
  const auto name = entries.front() + "/" + field;
  return {{name, prior, 0, high, false},
          std::move(field),
          std::move(place),
          std::move(entries),
          prior,
          width,
          {}};
}

void add_chip(std::vector<TrainingParameter>& all, const Entries& chips,
              const std::vector<std::string>& precisions) {
  const auto first = all.size();
  constexpr double width = 0.2;
  for (const auto& precision : precisions) {
    all.push_back(factor(chips, "matmul_factor/" + precision, precision, 1, width, 0.5, 2));
  }
  all.push_back(factor(chips, "attention_factor", &Chip::attention_factor, 1, width, 0.4, 2.5));
  // FlashAttention-3, arXiv:2407.08608, figures 5 and 6: backward passes reach 1.1 to 1.6 times
  // less of the peak.
  all.push_back(factor(chips, "attention_backward_factor", &Chip::attention_backward_factor, 1.25,
                       width, 0.5, 3));
  all.push_back(
      factor(chips, "small_kernel_efficiency", &Chip::small_kernel_efficiency, 0.7, width, 0.2, 1));
  for (auto i = first; i < all.size(); ++i) {
    if (chips.front() != reference_chip) {
      all[i].like = reference_chip + "/" + all[i].field;
      all[i].prior_width = 0.15;
    }
  }
}

/// Factors on the chip's constants: 1 where a version is like the others.
void add_kernels(std::vector<TrainingParameter>& all, const std::string& engine) {
  all.push_back(factor({engine}, "matmul_factor", &Engine::matmul_factor, 1, 0.1, 0.5, 2));
  all.push_back(factor({engine}, "attention_factor", &Engine::attention_factor, 1, 0.3, 0.3, 5));
}

void add_small_kernels(std::vector<TrainingParameter>& all, const std::string& engine) {
  all.push_back(
      factor({engine}, "small_kernel_factor", &Engine::small_kernel_factor, 1, 0.3, 0.3, 4));
}

void add_host(std::vector<TrainingParameter>& all, const Entries& engines) {
  all.push_back(amount(engines, "layer_overhead", &Engine::layer_overhead, 100e-6, 100e-6, 2e-3));
  all.push_back(amount(engines, "step_overhead", &Engine::step_overhead, 30e-3, 30e-3, 0.5));
}

void add_overlap(std::vector<TrainingParameter>& all, const Entries& engines, bool has_tensor,
                 double data_prior = 0.8, double data_width = 0.2) {
  if (has_tensor) {
    all.push_back(amount(engines, "tensor_overlap", &Engine::tensor_overlap, 0.7, 0.3, 1));
  }
  all.push_back(amount(engines, "data_overlap", &Engine::data_overlap, data_prior, data_width, 1));
}

void add_casts(std::vector<TrainingParameter>& all, const std::string& engine) {
  all.push_back(amount({engine}, "quantization_share", &Engine::quantization_share, 0.7, 0.3, 2));
}

void add_experts(std::vector<TrainingParameter>& all, const Entries& engines) {
  all.push_back(factor(engines, "expert_factor", &Engine::expert_factor, 1, 0.1, 0.3, 4));
  all.push_back(factor(engines, "expert_row_passes", &Engine::expert_row_passes, 6, 0.2, 2, 12));
  all.push_back(amount(engines, "expert_overhead", &Engine::expert_overhead, 300e-6, 200e-6, 1e-3));
}

}  // namespace

void TrainingParameter::set(StepConstants& constants, double value) const {
  if (const auto* precision = std::get_if<0>(&place)) {
    constants.chip.matmul_factor[*precision] = value;
  } else if (is_of_chip()) {
    constants.chip.*std::get<1>(place) = value;
  } else if (is_time()) {
    constants.engine.*std::get<3>(place) = Seconds(value);
  } else {
    constants.engine.*std::get<2>(place) = value;
  }
}

std::string training_generation(std::string_view chip) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> generations{{
      {"a100", "a100-80"},
      {"a800", "a100-80"},
      {"h100", "h100-sxm"},
      {"h200", "h100-sxm"},
      {"h800", "h100-sxm"},
      {"gb200", "gb200"},
      {"b200", "gb200"},
      {"gb300", "gb200"},
      {"b300", "gb200"},
  }};
  for (const auto& [begin, entry] : generations) {
    if (chip.starts_with(begin)) {
      return std::string(entry);
    }
  }
  return {};
}

std::vector<TrainingParameter> training_parameters() {
  std::vector<TrainingParameter> all;
  add_chip(all, {"a100-80"}, {"bf16"});
  add_chip(all, {"h100-sxm"}, {"bf16", "fp8"});
  add_chip(all, {"gb200", "b200"}, {"bf16", "fp8"});
  // The reference, whose factors on the chips' constants are 1, and its forerunner of the same
  // framework.
  add_kernels(all, "nemo-24");
  add_casts(all, "megatron-core-2025");
  add_casts(all, "nemo-24");
  const Entries megatron_core{"megatron-core-2025", "nemo-24"};
  add_overlap(all, megatron_core, true);
  add_experts(all, megatron_core);
  add_host(all, megatron_core);
  add_kernels(all, "maxtext-2025");
  add_casts(all, "maxtext-2025");
  // Its layout is not published: the overlap stands for what ours gets wrong.
  add_overlap(all, {"maxtext-2025"}, false, 0.4, 0.4);
  const Entries foundry{"llm-foundry-2023", "llm-foundry-2023-h100"};
  for (const auto& engine : foundry) {
    add_kernels(all, engine);
    add_small_kernels(all, engine);
  }
  add_overlap(all, foundry, false);
  add_host(all, foundry);
  add_kernels(all, "megatron-lm-2021");
  add_overlap(all, {"megatron-lm-2021"}, true);
  add_host(all, {"megatron-lm-2021"});
  return all;
}

}  // namespace tokenfab

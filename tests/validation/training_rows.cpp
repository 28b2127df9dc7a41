// SPDX-License-Identifier: Apache-2.0
#include "tests/validation/training_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"

namespace tokenfab::validation {
namespace {

using testing::chip;
using testing::transformer;

/// A GPT as Megatron-LM and MPT build it: no gate, every head with its own keys, head tied.
TransformerConfig gpt(std::int64_t layers, std::int64_t hidden, std::int64_t heads,
                      std::int64_t vocabulary) {
  TransformerConfig model;
  model.family = "GPT";
  model.num_hidden_layers = layers;
  model.hidden_size = hidden;
  model.num_attention_heads = model.num_key_value_heads = heads;
  model.intermediate_size = 4 * hidden;
  model.vocab_size = vocabulary;
  model.max_position_embeddings = 1 << 17;
  model.tie_word_embeddings = true;
  model.gated_mlp = false;
  return model;
}

struct KnownModel {
  const char* name;
  const char* id;
};

constexpr KnownModel known_models[] = {
    {"grok", "grok-1"},
    {"nemotron4 15b", "nemotron-4-15b"},
    {"nemotron4 340b", "nemotron-4-340b"},
    {"nemotron-340b", "nemotron-4-340b"},
    {"nemotron-h 56b", "nemotron-h-56b"},
    {"gpt-3 175b", "gpt-3-175b"},
    {"gpt3-175b", "gpt-3-175b"},
    {"paxml gpt175b", "gpt-3-175b"},
    {"llama 3.1 405b", "llama-3.1-405b"},
    {"llama3.1 405b", "llama-3.1-405b"},
    {"llama3.1_405b", "llama-3.1-405b"},
    {"llama 3.1 70b", "llama-3.1-70b"},
    {"llama3 70b", "llama-3.1-70b"},
    {"llama3_70b", "llama-3.1-70b"},
    {"llama3-70b", "llama-3.1-70b"},
    {"maxtext llama3 70b", "llama-3.1-70b"},
    {"llama 3.1 8b", "llama-3.1-8b"},
    {"llama3 8b", "llama-3.1-8b"},
    {"llama3_8b", "llama-3.1-8b"},
    {"llama3-8b", "llama-3.1-8b"},
    {"maxtext llama2 70b", "llama-2-70b"},
    {"llama2-70b", "llama-2-70b"},
    {"llama2-13b", "llama-2-13b"},
    {"llama2-7b", "llama-2-7b"},
    {"llama4 maverick", "llama-4-maverick"},
    {"deepseekv3", "deepseek-v3"},
    {"gpt oss 120b", "gpt-oss-120b"},
    {"qwen3_30b_a3b", "qwen3-30b-a3b"},
    {"qwen3_235b_a22b", "qwen3-235b-a22b"},
    {"mixtral 8x7b", "mixtral-8x7b-v0.1"},
    {"mixtral 8x22b", "mixtral-8x22b-v0.1"},
};

struct GptSize {
  const char* name;
  std::int64_t layers, hidden, heads, vocabulary;
};

// llm-foundry scripts/train/yamls/pretrain; NeMo examples of the sizes in its summary; Narayanan
// 2021, arXiv:2104.04473, table 1; Korthikanti 2022, arXiv:2205.05198, table 3.
constexpr GptSize gpt_sizes[] = {
    {"mpt 125m", 12, 768, 12, 50368},       {"mpt 350m", 24, 1024, 16, 50368},
    {"mpt 760m", 24, 1536, 12, 50368},      {"mpt 1b", 24, 2048, 16, 50368},
    {"mpt 3b", 32, 2560, 20, 50368},        {"mpt 7b", 32, 4096, 32, 50368},
    {"mpt 70b", 80, 8192, 64, 50368},       {"gpt3-5b", 24, 4096, 32, 51200},
    {"paxml gpt5b", 24, 4096, 32, 51200},   {"gpt3-20b", 44, 6144, 48, 51200},
    {"nemotron-8b", 32, 4096, 32, 256000},  {"nemotron-22b", 40, 6144, 48, 256000},
    {"gpt 1.7b", 24, 2304, 24, 51200},      {"gpt 3.6b", 30, 3072, 32, 51200},
    {"gpt 7.5b", 36, 4096, 32, 51200},      {"gpt 18.4b", 40, 6144, 48, 51200},
    {"gpt 39.1b", 48, 8192, 64, 51200},     {"gpt 76.1b", 60, 10240, 80, 51200},
    {"gpt 145.6b", 80, 12288, 96, 51200},   {"gpt 310.1b", 96, 16384, 128, 51200},
    {"gpt 529.6b", 105, 20480, 128, 51200}, {"gpt 1008.0b", 128, 25600, 160, 51200},
    {"gpt 22b", 48, 6144, 64, 51200},       {"gpt 175b", 96, 12288, 96, 51200},
    {"gpt 530b", 105, 20480, 128, 51200},   {"gpt 1000b", 128, 25600, 160, 51200},
};

std::optional<TransformerConfig> model_of(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto begins = [&](std::string_view with) {
    return name.compare(0, with.size(), with) == 0;
  };
  for (const auto& size : gpt_sizes) {
    if (name == size.name) {
      auto model = gpt(size.layers, size.hidden, size.heads, size.vocabulary);
      model.tie_word_embeddings = !begins("nemotron");
      return model;
    }
  }
  for (const auto& known : known_models) {
    if (begins(known.name)) {
      return transformer(known.id);
    }
  }
  return std::nullopt;
}

/// The same architecture with fewer layers, as benchmarks on few nodes run it.
void keep_layers(TransformerConfig& model, std::int64_t layers) {
  if (layers <= 0 || layers == model.num_hidden_layers || model.linear_attention) {
    return;
  }
  model.num_hidden_layers = layers;
  if (model.mixture && model.mixture->layers > layers) {
    model.mixture->layers = layers;
  }
}

/// A100 with 40 GB: the same compute on HBM2 (NVIDIA A100 data sheet).
ChipConfig a100_40() {
  auto config = chip("a100-80");
  config.name = "A100 SXM4 40GB";
  config.memory_capacity = Bytes(40 * 1024.0 * 1024.0 * 1024.0);
  config.memory_bandwidth = BytesPerSecond(1.555e12);
  return config;
}

std::int64_t whole(MeasurementTable& table, const char* column, std::int64_t otherwise) {
  const auto value = static_cast<std::int64_t>(table.number(column));
  return value > 0 ? value : otherwise;
}

void set_pipeline(TrainingConfig& c, std::int64_t chunks) {
  if (chunks > 1 && c.pipeline_parallel_size > 1) {
    c.pipeline_schedule = PipelineSchedule::Interleaved;
    c.virtual_pipeline_size = chunks;
  }
}

/// Fills what follows from the number of chips; why not, if it cannot be.
std::string complete(TrainingRow& row, std::int64_t chips) {
  auto& c = row.config;
  const auto copy = c.tensor_parallel_size * c.pipeline_parallel_size * c.context_parallel_size;
  if (chips % copy != 0) {
    return "layout does not divide the chips";
  }
  c.data_parallel_size = chips / copy;
  c.expert_tensor_parallel_size = c.tensor_parallel_size;
  if (c.expert_tensor_size() * c.expert_parallel_size > chips / c.pipeline_parallel_size) {
    c.expert_tensor_parallel_size = 1;
  }
  if (c.global_batch_size == 1204) {
    c.global_batch_size = 1024;  // a slip of the source: README of the measurements
  }
  const auto problems = contradictions(c, row.model);
  return problems.empty() ? "" : "contradicts itself";
}

void add(TrainingRows& rows, TrainingRow row, std::int64_t chips) {
  const auto reason = complete(row, chips);
  if (reason.empty()) {
    rows.rows.push_back(std::move(row));
  } else {
    ++rows.left_out[row.source + ": " + reason];
  }
}

bool is_adapter_task(std::string_view text) {
  return text.find("LORA") != text.npos || text == "LoRA";
}

void add_dgxc(TrainingRows& rows) {
  RequiredTable table(measurements_path("train_step_dgxc_nvidia.csv"),
                         {"model", "dtype", "gpus", "global_batch", "tp", "dup_of_release"});
  while (table.next()) {
    TrainingRow row;
    row.source = "dgxc";
    row.name = table.text("model");
    row.release = table.text("release");
    if (!table.text("dup_of_release").empty()) {
      ++rows.left_out["dgxc: copy of an earlier release"];
      continue;
    }
    const auto model = model_of(row.name);
    if (!model) {
      ++rows.left_out["dgxc: unknown model " + row.name];
      continue;
    }
    row.model = *model;
    row.chip_id = "h100-sxm";
    row.chip = chip(row.chip_id);
    auto& c = row.config;
    c.precision = table.text("dtype") == "FP8" ? Precision::Fp8 : Precision::Bf16;
    c.sequence_length = whole(table, "seq_len", 8192);
    c.micro_batch_size = whole(table, "micro_batch", 1);
    c.global_batch_size = whole(table, "global_batch", 0);
    c.tensor_parallel_size = whole(table, "tp", 1);
    c.pipeline_parallel_size = whole(table, "pp", 1);
    c.context_parallel_size = whole(table, "cp", 1);
    c.expert_parallel_size = whole(table, "ep", 1);
    const auto chunks = whole(table, "vpp", 1);
    if (row.name.find("Maverick") != row.name.npos) {
      // 12 chunks of 48 layers need 4 stages: the columns of tensor and pipeline are swapped.
      std::swap(c.tensor_parallel_size, c.pipeline_parallel_size);
    } else {
      keep_layers(row.model, static_cast<std::int64_t>(table.number("layers")));
    }
    set_pipeline(c, chunks);
    row.engine_id =
        row.release == "v24.11.1" || row.release == "v25.02" ? "nemo-24" : "megatron-core-2025";
    if (is_adapter_task(row.name.size() > 4 ? row.name.substr(row.name.size() - 4) : "")) {
      c.adapters = AdapterConfig{};
    }
    const auto framework = table.text("framework");
    if (framework.find("JAX") != framework.npos) {
      row.engine_id = "maxtext-2025";
      row.is_assumed = true;
      c.sharding = Sharding::Parameters;
      c.recompute = Recompute::FeedForward;
    }
    row.tokens_per_s =
        static_cast<double>(c.sequence_length) *
        static_cast<double>(c.global_batch_size == 1204 ? 1024 : c.global_batch_size) /
        table.number("step_time_s");
    add(rows, std::move(row), whole(table, "gpus", 1));
  }
}

void add_nemo(TrainingRows& rows) {
  RequiredTable table(measurements_path("train_throughput_nemo.csv"),
                         {"model", "task", "system", "gpus", "tokens_per_s_per_gpu", "release"});
  while (table.next()) {
    TrainingRow row;
    row.source = "nemo";
    row.name = table.text("model");
    row.release = table.text("release");
    const auto model = model_of(row.name);
    if (!model || table.number("global_batch") == 0) {
      ++rows.left_out["nemo: no model or no batch: " + row.name];
      continue;
    }
    row.model = *model;
    row.chip_id = table.text("system") == "DGX-GB200" ? "gb200" : "h100-sxm";
    row.chip = chip(row.chip_id);
    auto& c = row.config;
    c.precision = table.text("precision") == "BF16" ? Precision::Bf16 : Precision::Fp8;
    c.sequence_length = whole(table, "seq_len", 4096);
    c.micro_batch_size = whole(table, "micro_batch", 1);
    c.global_batch_size = whole(table, "global_batch", 0);
    c.tensor_parallel_size = whole(table, "tp", 1);
    c.pipeline_parallel_size = whole(table, "pp", 1);
    c.context_parallel_size = whole(table, "cp", 1);
    c.expert_parallel_size = whole(table, "ep", 1);
    c.sharding = table.number("fsdp") > 0 ? Sharding::Parameters : Sharding::Optimizer;
    set_pipeline(c, whole(table, "vpp", 1));
    if (is_adapter_task(table.text("task"))) {
      c.adapters = AdapterConfig{};
    }
    row.engine_id = row.release == "24.07" ? "nemo-24" : "megatron-core-2025";
    const auto chips = whole(table, "gpus", 1);
    row.tokens_per_s = table.number("tokens_per_s_per_gpu") * static_cast<double>(chips);
    add(rows, std::move(row), chips);
  }
}

void add_foundry(TrainingRows& rows) {
  RequiredTable table(measurements_path("train_throughput_mpt_foundry.csv"),
                         {"model", "seqlen_t", "num_gpus", "gpu", "throughput_t_per_s"});
  while (table.next()) {
    TrainingRow row;
    row.source = "foundry";
    row.name = fmt::format("mpt {}", table.text("model"));
    row.model = model_of(row.name).value();
    const auto gpu = table.text("gpu");
    const bool is_h100 = gpu == "h100_80gb";
    row.chip_id = is_h100 ? "h100-sxm" : gpu == "a100_80gb" ? "a100-80" : "a100-40";
    row.chip = gpu == "a100_40gb" ? a100_40() : chip(row.chip_id);
    row.engine_id = is_h100 ? "llm-foundry-2023-h100" : "llm-foundry-2023";
    auto& c = row.config;
    c.sequence_length = whole(table, "seqlen_t", 2048);
    c.micro_batch_size = whole(table, "microbatchsize", 1);
    c.global_batch_size = whole(table, "globalbatchsize", 0);
    c.sharding = table.text("sharding_strategy") == "SHARD_GRAD_OP" ? Sharding::Gradients
                                                                    : Sharding::Parameters;
    c.recompute =
        table.text("activation_checkpointing") == "True" ? Recompute::Full : Recompute::None;
    row.tokens_per_s = table.number("throughput_t_per_s");
    add(rows, std::move(row), whole(table, "num_gpus", 1));
  }
}

void add_papers(TrainingRows& rows) {
  RequiredTable table(measurements_path("train_throughput_papers.csv"),
                         {"model", "accel", "n_accel", "act_recompute", "tflops_per_accel"});
  while (table.next()) {
    if (table.text("accel").find("A100") == std::string_view::npos) {
      ++rows.left_out["papers: chip not in the catalogue"];
      continue;
    }
    TrainingRow row;
    row.source = "papers";
    row.name = table.text("model");
    row.model = model_of(row.name).value();
    row.chip_id = "a100-80";
    row.chip = chip(row.chip_id);
    row.engine_id = "megatron-lm-2021";
    auto& c = row.config;
    c.precision = Precision::Fp16;
    c.sharding = Sharding::None;
    c.sequence_length = whole(table, "seq_len", 2048);
    c.micro_batch_size = whole(table, "micro_batch", 0);
    c.global_batch_size = whole(table, "global_batch_seqs", 0);
    c.tensor_parallel_size = whole(table, "tp", 1);
    c.pipeline_parallel_size = whole(table, "pp", 1);
    set_pipeline(c, whole(table, "vpp", 1));
    const bool is_full = table.text("act_recompute") == "full";
    c.recompute = is_full ? Recompute::Full : Recompute::Selective;
    c.sequence_parallel = !is_full;
    if (c.micro_batch_size == 0) {
      // Table 1 of arXiv:2104.04473 does not give it. Estimate: 4 without a pipeline, else 1.
      const bool is_small = c.pipeline_parallel_size == 1;
      c.micro_batch_size = is_small ? 4 : 1;
      row.is_assumed = true;
    }
    double seconds = table.number("iter_time_s");
    if (seconds == 0) {
      // Equation 3 there: 96 B s l h^2 (1 + s / 6h + V / 16 l h), recomputation included.
      const auto h = static_cast<double>(row.model.hidden_size);
      const auto l = static_cast<double>(row.model.num_hidden_layers);
      const auto s = static_cast<double>(c.sequence_length);
      const auto v = static_cast<double>(row.model.vocab_size);
      const double flop = 96 * static_cast<double>(c.global_batch_size) * s * l * h * h *
                          (1 + s / (6 * h) + v / (16 * l * h));
      seconds = flop / (table.number("tflops_per_accel") * 1e12 * table.number("n_accel"));
    }
    row.tokens_per_s = c.tokens_per_step() / seconds;
    add(rows, std::move(row), whole(table, "n_accel", 1));
  }
}

}  // namespace

std::string TrainingRow::layout() const {
  return fmt::format("{} {} {} {} {} s{} b{} t{} p{} c{} e{} L{}", source, release, name, chip_id,
                     name_of(config.precision), config.sequence_length, config.micro_batch_size,
                     config.tensor_parallel_size, config.pipeline_parallel_size,
                     config.context_parallel_size, config.expert_parallel_size,
                     model.num_hidden_layers);
}

TrainingRows training_rows() {
  TrainingRows rows;
  add_dgxc(rows);
  add_nemo(rows);
  add_foundry(rows);
  add_papers(rows);
  return rows;
}

}  // namespace tokenfab::validation

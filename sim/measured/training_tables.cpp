// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/training_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/measured/training_case.hpp"
#include "sim/measured/training_models.hpp"

namespace tokenfab {
namespace {

std::int64_t whole(MeasurementTable& table, const char* column, std::int64_t otherwise) {
  // "NA" and "N/A" stand for what a row does not have.
  const auto value = table.text(column).starts_with('N') ? 0 : table.count(column);
  return value > 0 ? value : otherwise;
}

void set_pipeline(TrainingConfig& c, std::int64_t chunks) {
  if (chunks > 1 && c.pipeline_parallel_size > 1) {
    c.pipeline_schedule = PipelineSchedule::Interleaved;
    c.virtual_pipeline_size = chunks;
  }
}

void read_layout(MeasurementTable& table, TrainingConfig& c) {
  c.micro_batch_size = whole(table, "micro_batch", 1);
  c.tensor_parallel_size = whole(table, "tp", 1);
  c.pipeline_parallel_size = whole(table, "pp", 1);
  c.context_parallel_size = whole(table, "cp", 1);
  c.expert_parallel_size = whole(table, "ep", 1);
}

void name_model(TrainingRow& row, const std::string& name, std::int64_t layers = 0) {
  row.model = name;
  const auto model = trained_model(name, layers);
  row.labels.model = model ? model->label : name;
  row.model_json = model ? model->json : "";
  if (!model) {
    row.skipped = "unknown model " + name;
  }
}

void name_chip(TrainingRow& row, std::string_view name) {
  row.labels.chip = training_chip(name);
  if (row.labels.chip.empty()) {
    row.skipped = fmt::format("chip {} is not in the catalogue", name);
  }
}

void check_batch(TrainingRow& row) {
  if (!row.skipped.empty()) {
    return;
  }
  if (row.config.global_batch_size <= 0) {
    row.skipped = "no global batch published";
  } else if (!(row.tokens_per_s > 0)) {
    row.skipped = "no time or rate published";
  }
}

template <class Fill>
std::vector<MeasuredCase> read_rows(MeasurementTable& table, Fill fill) {
  std::vector<MeasuredCase> cases;
  while (table.next()) {
    TrainingRow row;
    fill(table, row);
    cases.push_back(training_case(std::move(row), table.line()));
  }
  return cases;
}

bool is_adapter_task(std::string_view text) {
  return text.find("LORA") != text.npos || text.ends_with("LoRA");
}

void fill_dgxc(MeasurementTable& table, TrainingRow& row) {
  const std::string name(table.text("model"));
  const bool is_maverick = name.find("Maverick") != name.npos;
  const bool names_layers = !is_maverick && !table.text("layers").starts_with('N');
  name_model(row, name, names_layers ? whole(table, "layers", 0) : 0);
  name_chip(row, table.text("gpu"));
  row.labels.software = table.text("release");
  auto& c = row.config;
  c.precision = table.text("dtype") == "FP8" ? Precision::Fp8 : Precision::Bf16;
  c.sequence_length = whole(table, "seq_len", 8192);
  c.global_batch_size = whole(table, "global_batch", 0);
  if (c.global_batch_size == 1204) {
    c.global_batch_size = 1024;  // a slip of the source: README of the measurements
  }
  read_layout(table, c);
  if (is_maverick) {
    // 12 chunks of 48 layers need 4 stages: the columns of tensor and pipeline are swapped.
    std::swap(c.tensor_parallel_size, c.pipeline_parallel_size);
  }
  set_pipeline(c, whole(table, "vpp", 1));
  const auto& release = row.labels.software;
  row.labels.engine =
      release == "v24.11.1" || release == "v25.02" ? "nemo-24" : "megatron-core-2025";
  if (is_adapter_task(name.size() > 4 ? name.substr(name.size() - 4) : "")) {
    c.adapters = AdapterConfig{};
  }
  if (table.text("framework").find("JAX") != std::string_view::npos) {
    row.labels.engine = "maxtext-2025";
    row.labels.regime = assumed_training_layout;
    c.sharding = Sharding::Parameters;
    c.recompute = Recompute::FeedForward;
  }
  if (const double seconds = table.number("step_time_s"); seconds > 0) {
    row.tokens_per_s = c.tokens_per_step() / seconds;
  }
  row.chips = whole(table, "gpus", 1);
  check_batch(row);
  if (!table.text("dup_of_release").empty()) {
    row.skipped = "copy of an earlier release";
  }
}

void fill_nemo(MeasurementTable& table, TrainingRow& row) {
  name_model(row, std::string(table.text("model")));
  name_chip(row, table.text("system"));
  row.labels.software = table.text("release");
  row.labels.engine = row.labels.software == "24.07" ? "nemo-24" : "megatron-core-2025";
  auto& c = row.config;
  c.precision = table.text("precision") == "BF16" ? Precision::Bf16 : Precision::Fp8;
  c.sequence_length = whole(table, "seq_len", 4096);
  c.global_batch_size = whole(table, "global_batch", 0);
  read_layout(table, c);
  c.sharding = whole(table, "fsdp", 0) > 0 ? Sharding::Parameters : Sharding::Optimizer;
  set_pipeline(c, whole(table, "vpp", 1));
  if (is_adapter_task(table.text("task"))) {
    c.adapters = AdapterConfig{};
  }
  row.chips = whole(table, "gpus", 1);
  row.tokens_per_s = table.number("tokens_per_s_per_gpu") * static_cast<double>(row.chips);
  check_batch(row);
}

void fill_foundry(MeasurementTable& table, TrainingRow& row) {
  name_model(row, fmt::format("mpt {}", table.text("model")));
  const auto gpu = table.text("gpu");
  name_chip(row, gpu);
  if (gpu == "a100_40gb") {
    // The same compute on HBM2 (NVIDIA A100 data sheet).
    row.chip_sets = {{case_chip + "/memory_bandwidth", "\"1.555 TB/s\""}};
  }
  row.labels.software = "2023";
  row.labels.engine = gpu.starts_with("h100") ? "llm-foundry-2023-h100" : "llm-foundry-2023";
  auto& c = row.config;
  c.sequence_length = whole(table, "seqlen_t", 2048);
  c.micro_batch_size = whole(table, "microbatchsize", 1);
  c.global_batch_size = whole(table, "globalbatchsize", 0);
  c.sharding = table.text("sharding_strategy") == "SHARD_GRAD_OP" ? Sharding::Gradients
                                                                  : Sharding::Parameters;
  c.recompute =
      table.text("activation_checkpointing") == "True" ? Recompute::Full : Recompute::None;
  row.tokens_per_s = table.number("throughput_t_per_s");
  row.chips = whole(table, "num_gpus", 1);
  check_batch(row);
}

/// Equation 3 of arXiv:2104.04473: 96 B s l h^2 (1 + s / 6h + V / 16 l h), recomputation included.
double narayanan_flop(const GptSize& size, const TrainingConfig& c) {
  const auto h = static_cast<double>(size.hidden);
  const auto l = static_cast<double>(size.layers);
  const auto s = static_cast<double>(c.sequence_length);
  const auto v = static_cast<double>(size.vocabulary);
  return 96 * static_cast<double>(c.global_batch_size) * s * l * h * h *
         (1 + s / (6 * h) + v / (16 * l * h));
}

void fill_paper(MeasurementTable& table, TrainingRow& row) {
  const std::string name(table.text("model"));
  const auto size = gpt_size(name);
  name_model(row, name);
  name_chip(row, table.text("accel"));
  row.labels.engine = "megatron-lm-2021";
  row.labels.software = "Megatron-LM";
  auto& c = row.config;
  c.precision = table.text("precision") == "bf16" ? Precision::Bf16 : Precision::Fp16;
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
    c.micro_batch_size = c.pipeline_parallel_size == 1 ? 4 : 1;
    row.labels.regime = assumed_training_layout;
  }
  row.chips = whole(table, "n_accel", 1);
  double seconds = table.number("iter_time_s");
  const double rate = table.number("tflops_per_accel") * 1e12 * static_cast<double>(row.chips);
  if (seconds == 0 && size && rate > 0) {
    seconds = narayanan_flop(*size, c) / rate;
  }
  row.tokens_per_s = seconds > 0 ? c.tokens_per_step() / seconds : 0;
  check_batch(row);
}

}  // namespace

CaseFormat dgxc_training_format() {
  return {"training-dgxc",
          "step times of DGX Cloud recipes",
          {"model", "dtype", "gpus", "global_batch", "tp", "step_time_s", "dup_of_release"},
          [](MeasurementTable& table) { return read_rows(table, fill_dgxc); }};
}

CaseFormat nemo_training_format() {
  return {"training-nemo",
          "training rates of NeMo",
          {"model", "task", "system", "gpus", "tokens_per_s_per_gpu", "global_batch", "release"},
          [](MeasurementTable& table) { return read_rows(table, fill_nemo); }};
}

CaseFormat foundry_training_format() {
  return {"training-foundry",
          "training rates of llm-foundry",
          {"model", "seqlen_t", "num_gpus", "gpu", "globalbatchsize", "throughput_t_per_s"},
          [](MeasurementTable& table) { return read_rows(table, fill_foundry); }};
}

CaseFormat paper_training_format() {
  return {"training-papers",
          "training rates of papers",
          {"model", "accel", "n_accel", "act_recompute", "global_batch_seqs", "tflops_per_accel"},
          [](MeasurementTable& table) { return read_rows(table, fill_paper); }};
}

}  // namespace tokenfab

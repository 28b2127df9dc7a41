// SPDX-License-Identifier: Apache-2.0
// InferenceX points: a benchmark client keeps `concurrency` requests at a server and sends ten
// times as many. What the rows do not say is taken from the benchmark's own settings:
//   lengths    uniform over 80 to 100 % of nominal (the benchmark's random range ratio of 0.8);
//   KV cache   fp8 where the weights are quantized, on Blackwell and in TensorRT-LLM and on H200
//              under vLLM; bf16 elsewhere;
//   budget     of tokens per step: one prompt beside all users under TensorRT-LLM in 2025, 16,384
//              later and under SGLang, the default under vLLM;
//   MTP        none, but in two sweeps of TensorRT-LLM (has_mtp);
//   gpt-oss    experts in MXFP4, calculated in bf16 before Blackwell, which has no fp4 units, and
//   in
//              fp8 from there on (vLLM's MXFP4 x MXFP8 kernels).
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/measured/published_names.hpp"
#include "sim/measured/serving_scenario.hpp"
#include "sim/measured/serving_tables.hpp"

namespace tokenfab {
namespace {

constexpr std::int64_t prompts_per_user = 10;
constexpr std::int64_t prompts_min = 20;
/// Beyond these many chips no published point is one tensor-parallel server.
constexpr std::int64_t tensor_parallel_max = 16;

std::int64_t whole(MeasurementTable& table, std::string_view column, std::int64_t otherwise) {
  const auto value = static_cast<std::int64_t>(table.number(column));
  return value > 0 ? value : otherwise;
}

bool has_fp4_units(const EmbeddedTables& tables, const std::string& chip) {
  const Node* values = tables.find("chips", chip);
  return values != nullptr && values->find("peak_fp4") != nullptr;
}

/// Sweeps that ran with multi-token prediction, which the rows do not record. Estimate: the same
/// software was measured without it within the same weeks, 1.4 to 2.2 times slower at few users,
/// and no other column tells the two apart.
bool has_mtp(std::string_view version, std::string_view date) {
  return version == "1.2.0rc6.post3" || (version == "1.1.0rc2.post2" && date == "2026-01-14");
}
constexpr std::int64_t mtp_tokens = 3;  // as TensorRT-LLM's guide for DeepSeek-R1 at few users
// Estimate: the best of 0.5, 0.6, 0.7 and 0.8 over these sweeps; DeepSeek-V3 reports 0.85 to 0.9
// for the first of them (arXiv:2412.19437, section 5.4.3).
constexpr double mtp_acceptance = 0.8;

class InferenceXRow {
 public:
  InferenceXRow(MeasurementTable& table, const EmbeddedTables& tables)
      : table_(table), tables_(tables) {}

  MeasuredCase read() {
    MeasuredCase row;
    row.line = table_.line();
    auto& labels = row.labels;
    labels.software = fmt::format("{} {}", text("backend"), text("backend_version"));
    labels.date = text("measured").substr(0, 10);
    labels.precision = text("precision").empty() ? "bf16" : text("precision");
    labels.regime = text("mode") == "disagg" ? "disaggregated" : "closed loop";
    labels.concurrency = whole(table_, "concurrency", 1);
    row.measured = {{Observable::TimeToFirstToken, table_.number("ttft_ms") / 1e3},
                    {Observable::TimePerOutputToken, table_.number("tpot_ms") / 1e3}};
    row.skipped = fill(labels);
    if (row.skipped.empty()) {
      row.measured.push_back({Observable::OutputRatePerChip, published_rate()});
      set_served(scenario_, row);
    }
    return row;
  }

 private:
  std::string text(std::string_view column) const { return std::string(table_.text(column)); }

  /// Output tokens per second and chip, which the rows derive from users and latencies.
  double published_rate() {
    const double tpot_s = table_.number("tpot_ms") / 1e3;
    const double ttft_s = table_.number("ttft_ms") / 1e3;
    const auto tokens = static_cast<double>(scenario_.osl);
    return static_cast<double>(scenario_.concurrency) * tokens / (ttft_s + (tokens - 1) * tpot_s) /
           static_cast<double>(scenario_.chips());
  }

  /// Why the row cannot be run; fills labels and the scenario.
  std::string fill(CaseLabels& labels) {
    const auto system = published_system(
        tables_, {table_.text("system"), table_.text("model"), table_.text("backend"),
                  table_.text("backend_version"), table_.text("measured")});
    labels.chip = system.chip;
    labels.model = system.model;
    labels.engine = system.profile;
    if (!system.missing.empty()) {
      return system.missing;
    }
    if (!text("flag").empty()) {
      return "flagged in its source: " + text("flag");
    }
    scenario_.node = system.node;
    scenario_.model = system.model;
    scenario_.profile = system.profile;
    const auto reason = fill_layout(labels);
    fill_formats(labels);
    fill_load();
    labels.context_tokens = scenario_.isl + scenario_.osl;
    return reason;
  }

  std::string fill_layout(CaseLabels& labels) {
    auto& s = scenario_;
    if (text("mode") == "disagg") {
      return "prefill and decode pools of unrecorded layout";
    }
    s.tensor_parallel_size = whole(table_, "tp", 0);
    s.pipeline_parallel_size = whole(table_, "pp", 1);
    s.data_parallel_size = whole(table_, "dp", 1);
    const auto experts = whole(table_, "moe_ep", 1);
    labels.layout =
        fmt::format("tp{}{}{}", s.tensor_parallel_size,
                    s.data_parallel_size > 1 ? fmt::format(" dp{}", s.data_parallel_size) : "",
                    experts > 1 ? fmt::format(" ep{}", experts) : "");
    if (s.tensor_parallel_size == 0) {
      return "no tensor parallel size";
    }
    if (s.tensor_parallel_size > tensor_parallel_max) {
      return "the chips of several pools, whose layout is not recorded";
    }
    const auto ranks = s.tensor_parallel_size * s.data_parallel_size;
    if (experts > 1 && experts != ranks) {
      return "experts cut and spread at once";
    }
    s.expert_parallel_size = experts > 1 ? ranks : 1;
    return {};
  }

  void fill_formats(const CaseLabels& labels) {
    auto& s = scenario_;
    s.quantization = labels.precision;
    const bool is_blackwell = has_fp4_units(tables_, labels.chip);
    if (labels.precision == "fp4" && !is_blackwell) {
      s.quantization = "bf16";
      s.weight_dtype = "fp4";
    }
    if (labels.precision == "fp4" && is_blackwell && labels.model.starts_with("gpt-oss")) {
      s.activation_dtype = "fp8";
    }
    const bool is_quantized = s.quantization != "bf16";
    const bool is_vllm_on_h200 = text("backend") == "vllm" && labels.chip == "h200";
    s.kv_cache_dtype =
        is_quantized && (is_blackwell || is_vllm_on_h200 || text("backend") == "trtllm") ? "fp8"
                                                                                         : "bf16";
  }

  void fill_load() {
    auto& s = scenario_;
    s.concurrency = whole(table_, "concurrency", 1);
    s.num_prompts = std::max(prompts_min, prompts_per_user * s.concurrency);
    s.isl = whole(table_, "isl", 1);
    s.osl = whole(table_, "osl", 1);
    s.shortest = 0.8;
    if (has_mtp(table_.text("backend_version"), table_.text("measured").substr(0, 10))) {
      s.mtp_tokens = mtp_tokens;
      s.mtp_acceptance = mtp_acceptance;
    }
    if (text("backend") != "vllm") {
      s.gpu_memory_utilization = 0.95;
      s.max_num_batched_tokens = 16'384;
    }
    // The scripts of 2025, whose rows carry no version.
    if (text("backend") == "trtllm" && text("backend_version").empty()) {
      fill_tight_budget();
    }
  }

  /// A batch of all users and a budget of one prompt beside it, rounded up to 64: what the
  /// benchmark's launch scripts of 2025 compute for TensorRT-LLM from users and prompt length.
  /// Recalled, not read again; times to first token that grow with the users bear it out, and those
  /// of 2026 no longer do.
  void fill_tight_budget() {
    auto& s = scenario_;
    constexpr std::int64_t spare = 64;
    const auto rows = s.concurrency * (1 + s.mtp_tokens);
    s.max_num_seqs = s.concurrency;
    s.max_num_batched_tokens = (rows + s.isl + 2 * spare - 1) / spare * spare;
    // Any prompt fits one step; a preempted request is computed again in several.
    s.enable_chunked_prefill = true;
  }

  MeasurementTable& table_;
  const EmbeddedTables& tables_;
  ServingScenario scenario_;
};

std::vector<MeasuredCase> read_inferencex(MeasurementTable& table) {
  const EmbeddedTables tables;
  std::vector<MeasuredCase> cases;
  while (table.next()) {
    cases.push_back(InferenceXRow(table, tables).read());
  }
  return cases;
}

}  // namespace

CaseFormat inferencex_format() {
  return {"inferencex",
          "served latency at a fixed number of users",
          {"backend", "backend_version", "model", "system", "precision", "mode", "isl", "osl",
           "concurrency", "tp", "dp", "moe_ep", "ttft_ms", "tpot_ms", "flag"},
          read_inferencex};
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Published benchmarks of many sources. Three kinds are run: TensorRT-LLM's maximum throughput (all
// requests there at once, fixed lengths, as many requests as its documentation says per shape),
// clients at fixed concurrency, and clients at a fixed rate. MLPerf rows, production averages and
// claims of vendors do not say enough about engine and load.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "sim/measured/published_names.hpp"
#include "sim/measured/serving_scenario.hpp"
#include "sim/measured/serving_tables.hpp"

namespace tokenfab {
namespace {

/// TensorRT-LLM docs/source/performance/perf-overview.md, "reproducing benchmarked results":
/// requests per run, by input and output length; 1,000 where the table has no row.
std::int64_t requests_of(std::int64_t isl, std::int64_t osl) {
  struct Shape {
    std::int64_t isl, osl, requests;
  };
  constexpr Shape shapes[] = {{128, 128, 30'000},    {128, 2'048, 3'000},   {128, 4'096, 1'500},
                              {500, 2'000, 3'000},   {1'000, 1'000, 3'000}, {1'000, 2'000, 3'000},
                              {1'024, 2'048, 3'000}, {2'048, 128, 3'000},   {2'048, 2'048, 1'500},
                              {5'000, 500, 1'500},   {20'000, 2'000, 1'000}};
  for (const auto& shape : shapes) {
    if (shape.isl == isl && shape.osl == osl) {
      return shape.requests;
    }
  }
  return 1'000;
}

std::int64_t number_behind(std::string_view text, std::string_view prefix) {
  const auto at = text.find(prefix);
  std::int64_t number = 0;
  if (at != std::string_view::npos) {
    std::from_chars(text.data() + at + prefix.size(), text.data() + text.size(), number);
  }
  return number;
}

/// "TensorRT-LLM v0.17" -> "0.17".
std::string version_of(const std::string& engine) {
  const auto at = engine.find_first_of("0123456789");
  return at == std::string::npos ? "" : engine.substr(at);
}

std::string published_precision(std::string_view name) {
  for (const auto& [part, precision] : {std::pair{"INT8", "int8"},
                                        {"W8A8", "int8"},
                                        {"FP8", "fp8"},
                                        {"FP4", "fp4"},
                                        {"BF16", "bf16"},
                                        {"FP16", "bf16"}}) {
    if (name.find(part) != std::string_view::npos) {
      return precision;
    }
  }
  return {};
}

class BenchmarkRow {
 public:
  BenchmarkRow(MeasurementTable& table, const EmbeddedTables& tables)
      : table_(table), tables_(tables) {}

  MeasuredCase read() {
    MeasuredCase row;
    row.line = table_.line();
    auto& labels = row.labels;
    labels.software = text("engine");
    labels.date = text("date");
    labels.precision = published_precision(table_.text("precision"));
    labels.layout = text("parallelism");
    row.skipped = fill(row);
    if (row.skipped.empty()) {
      set_served(scenario_, row);
    }
    return row;
  }

 private:
  std::string text(std::string_view column) const { return std::string(table_.text(column)); }

  std::string fill(MeasuredCase& row) {
    auto& labels = row.labels;
    const auto version = version_of(text("engine"));
    const auto system =
        published_system(tables_, {table_.text("chip"), table_.text("model"), table_.text("engine"),
                                   version, table_.text("date")});
    labels.chip = system.chip;
    labels.model = system.model;
    labels.engine = system.profile;
    if (text("kind").starts_with("offline max throughput")) {
      labels.regime = "offline";
    } else if (text("kind").starts_with("measured, fixed concurrency")) {
      labels.regime = "closed loop";
    } else {
      return "load or engine are not recorded: " + text("kind");
    }
    if (!system.missing.empty()) {
      return system.missing;
    }
    if (labels.precision.empty()) {
      return "no precision";
    }
    scenario_.node = system.node;
    scenario_.model = system.model;
    scenario_.profile = system.profile;
    return fill_engine(row);
  }

  std::string fill_engine(MeasuredCase& row) {
    auto& s = scenario_;
    s.tensor_parallel_size = number_behind(table_.text("parallelism"), "TP");
    if (s.tensor_parallel_size == 0) {
      return "no tensor parallel size";
    }
    if (table_.text("parallelism").find("EP") != std::string_view::npos) {
      s.expert_parallel_size = s.tensor_parallel_size;
    }
    s.isl = number_behind(table_.text("isl"), "");
    s.osl = number_behind(table_.text("osl"), "");
    if (s.isl == 0 || s.osl == 0) {
      return "no lengths";
    }
    row.labels.context_tokens = s.isl + s.osl;
    s.quantization = row.labels.precision;
    const double chips = table_.number("n_chips");
    if (row.labels.regime == "offline") {
      s.num_prompts = requests_of(s.isl, s.osl);
      s.concurrency = s.num_prompts;
      s.kv_cache_dtype = s.quantization == "bf16" ? "bf16" : "fp8";
      // trtllm-bench: --kv_cache_free_gpu_mem_fraction 0.95; a budget that takes any request again
      // after a preemption.
      s.gpu_memory_utilization = 0.95;
      s.max_num_batched_tokens = std::max<std::int64_t>(8'192, s.isl + s.osl);
      row.measured = {{Observable::OutputRatePerChip, table_.number("out_tok_s_total") / chips}};
      return {};
    }
    s.concurrency = number_behind(table_.text("concurrency_or_rate"), "");
    s.num_prompts = s.concurrency >= 32 ? 320 : 100;
    row.labels.concurrency = s.concurrency;
    row.measured = {{Observable::OutputRatePerChip, table_.number("out_tok_s_total") / chips}};
    return s.concurrency > 0 ? "" : "no concurrency";
  }

  MeasurementTable& table_;
  const EmbeddedTables& tables_;
  ServingScenario scenario_;
};

std::vector<MeasuredCase> read_benchmarks(MeasurementTable& table) {
  const EmbeddedTables tables;
  std::vector<MeasuredCase> cases;
  while (table.next()) {
    cases.push_back(BenchmarkRow(table, tables).read());
  }
  return cases;
}

}  // namespace

CaseFormat benchmark_format() {
  return {"benchmarks",
          "offline and served rates of many sources",
          {"kind", "chip", "n_chips", "model", "precision", "parallelism", "isl", "osl",
           "concurrency_or_rate", "out_tok_s_total", "engine", "date"},
          read_benchmarks};
}

}  // namespace tokenfab

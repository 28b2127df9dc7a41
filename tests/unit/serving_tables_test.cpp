// SPDX-License-Identifier: Apache-2.0
// Tables of served latency as cases: what rows become, what is skipped and why, what is refused.
#include "sim/measured/serving_tables.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/measured/published_names.hpp"
#include "sim/measured/serving_scenario.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

const std::string inferencex_header =
    "backend,backend_version,model,system,precision,mode,isl,osl,concurrency,tp,pp,dp,moe_ep,"
    "ttft_ms,tpot_ms,flag,measured\n";

std::vector<MeasuredCase> read(const CaseFormat& format, const std::string& text) {
  MeasurementTable table(ByteStream::from_memory("table.csv", text));
  auto cases = format.read(table);
  REQUIRE(table.problems().empty());
  return cases;
}

MeasuredCase inferencex_row(const std::string& row) {
  auto cases = read(inferencex_format(), inferencex_header + row + "\n");
  REQUIRE(cases.size() == 1);
  return cases.front();
}

}  // namespace

TEST_CASE("serving tables: an InferenceX row is a closed loop on its engine") {
  const auto row = inferencex_row(
      "vllm,0.12.0,meta-llama/Llama-3.1-70B,h200_sxm,fp8,agg,1024,8192,16,4,1,1,1,250,20,,"
      "2025-12-01");
  REQUIRE(row.skipped.empty());
  REQUIRE(row.served != nullptr);
  const auto& served = *row.served;
  CHECK(served.node == "hgx-h200");
  CHECK(served.model == "meta-llama-3.1-70b");
  CHECK(served.profile == "vllm-0.12");
  CHECK(served.quantization == "fp8");
  CHECK(served.kv_cache_dtype == "fp8");
  CHECK(served.tensor_parallel_size == 4);
  CHECK(served.concurrency == 16);
  CHECK(served.num_prompts == 160);
  CHECK(served.shortest == 0.8);
  CHECK(row.labels.chip == "h200");
  CHECK(row.labels.layout == "tp4");
  REQUIRE(row.measured.size() == 3);
  CHECK(row.measured[0].value == Approx(0.25));
  CHECK(row.measured[1].value == Approx(0.02));
  // 16 answers of 8,192 tokens in 0.25 s + 8,191 x 20 ms, on four chips.
  CHECK(row.measured[2].value == Approx(16 * 8192 / (0.25 + 8191 * 0.02) / 4));
}

TEST_CASE("serving tables: formats follow chip and engine") {
  const auto before_blackwell = inferencex_row(
      "vllm,0.18.0,openai/gpt-oss-120b,h100_sxm,fp4,agg,1024,1024,4,2,1,1,1,50,5,,2026-03-27");
  CHECK(before_blackwell.served->quantization == "bf16");
  CHECK(before_blackwell.served->weight_dtype == "fp4");
  CHECK(before_blackwell.served->kv_cache_dtype == "bf16");
  const auto blackwell = inferencex_row(
      "vllm,0.15.1,openai/gpt-oss-120b,b200_sxm,fp4,agg,1024,1024,4,2,1,1,1,50,5,,2026-02-25");
  CHECK(blackwell.served->quantization == "fp4");
  CHECK(blackwell.served->activation_dtype == "fp8");
  CHECK(blackwell.served->kv_cache_dtype == "fp8");
  const auto unquantized = inferencex_row(
      "trtllm,1.0.0rc3,meta-llama/Llama-3.1-8B-Instruct,h100_sxm,,agg,1024,128,8,1,1,,1,190,8,,");
  CHECK(unquantized.labels.precision == "bf16");
  CHECK(unquantized.served->kv_cache_dtype == "bf16");
  CHECK(unquantized.served->max_num_batched_tokens == 16'384);
}

TEST_CASE("serving tables: two sweeps of TensorRT-LLM predict several tokens") {
  const std::string row = ",deepseek-ai/DeepSeek-R1,b200_sxm,fp4,agg,1024,1024,4,4,1,1,1,150,7,,";
  CHECK(inferencex_row("trtllm,1.2.0rc6.post2" + row + "2026-02-03").served->mtp_tokens == 0);
  CHECK(inferencex_row("trtllm,1.2.0rc6.post3" + row + "2026-02-06").served->mtp_tokens == 3);
  CHECK(inferencex_row("trtllm,1.1.0rc2.post2" + row + "2025-12-15").served->mtp_tokens == 0);
  CHECK(inferencex_row("trtllm,1.1.0rc2.post2" + row + "2026-01-14").served->mtp_tokens == 3);
}

TEST_CASE("serving tables: what cannot be run says why") {
  const std::string load = ",agg,1024,1024,4,";
  const auto reason = [&](const std::string& row) { return inferencex_row(row).skipped; };
  CHECK(reason("vllm,0.12,x/Unheard-Of-9B,h100_sxm,fp8" + load + "2,1,1,1,9,9,,") ==
        "the catalogue has no model x/Unheard-Of-9B");
  CHECK(reason("vllm,0.12,Qwen/Qwen3-32B,q900,fp8" + load + "2,1,1,1,9,9,,") ==
        "the catalogue has no chip q900");
  CHECK(reason("warp,1,Qwen/Qwen3-32B,h100_sxm,fp8" + load + "2,1,1,1,9,9,,") ==
        "the catalogue has no profile of warp");
  CHECK(reason("vllm,0.12,Qwen/Qwen3-32B,h100_sxm,fp8" + load + "2,1,1,1,9,9,odd count,") ==
        "flagged in its source: odd count");
  CHECK(reason("vllm,0.12,Qwen/Qwen3-32B,h100_sxm,fp8" + load + ",1,1,1,9,9,,") ==
        "no tensor parallel size");
  CHECK(reason("trtllm,1.2,deepseek-ai/DeepSeek-R1,gb200,fp4" + load + "72,1,1,1,9,9,,") ==
        "the chips of several pools, whose layout is not recorded");
  CHECK(reason("trtllm,1.2,deepseek-ai/DeepSeek-R1,b200_sxm,fp4" + load + "8,1,1,4,9,9,,") ==
        "experts cut and spread at once");
}

TEST_CASE("serving tables: an offline row has all of its requests at once") {
  const auto cases = read(
      benchmark_format(),
      "kind,chip,n_chips,model,precision,parallelism,isl,osl,concurrency_or_rate,out_tok_s_total,"
      "engine,date\n"
      "offline max throughput (all),H100,2,Mixtral-8x7B,FP8,TP2,128,2048,inf,30000,"
      "TensorRT-LLM v0.17,2025-02\n"
      "offline max throughput (all),H100,8,Mixtral-8x7B,FP8,TP8+EP,20000,2000,inf,300,"
      "TensorRT-LLM v1.0,2025-09\n"
      "MLPerf Inference v5.1 closed Server,H100,8,llama2-70b,FP8,,294,294,Server,30000,"
      "TensorRT 10.11,2025-09\n");
  REQUIRE(cases.size() == 3);
  REQUIRE(cases[0].skipped.empty());
  CHECK(cases[0].served->profile == "tensorrt-llm-0.17");
  CHECK(cases[0].served->concurrency == 3'000);
  CHECK(cases[0].served->num_prompts == 3'000);
  CHECK(cases[0].served->shortest == 1);
  CHECK(cases[0].measured.front().value == Approx(15'000));
  CHECK(cases[1].served->profile == "tensorrt-llm-1.0");
  CHECK(cases[1].served->expert_parallel_size == 8);
  CHECK(*cases[1].served->max_num_batched_tokens == 22'000);
  CHECK(cases[2].skipped == "load or engine are not recorded: MLPerf Inference v5.1 closed Server");
}

TEST_CASE("serving tables: broken rows are told all at once") {
  const std::string text = inferencex_header +
                           "vllm,0.12,Qwen/Qwen3-32B,h100_sxm,fp8,agg,many,1,4,2,1,1,1,-3,9,,\n"
                           "vllm,0.12\n";
  MeasurementTable table(ByteStream::from_memory("table.csv", text));
  inferencex_format().read(table);
  REQUIRE(table.problems().size() >= 3);
  CHECK(std::any_of(table.problems().begin(), table.problems().end(), [](const Problem& problem) {
    return problem.place.line == 3 && problem.message.find("2 fields") != std::string::npos;
  }));
}

TEST_CASE("published names: the catalogue's entry, by its nearest engine version") {
  const EmbeddedTables tables;
  CHECK(published_chip(tables, "NVIDIA B200-SXM-180GB") == "b200");
  CHECK(published_chip(tables, "A100-80") == "a100-80");
  CHECK_FALSE(published_chip(tables, "abacus"));
  CHECK(published_model(tables, "nvidia/Llama-3.1-8B-Instruct-FP8") == "meta-llama-3.1-8b");
  CHECK_FALSE(published_model(tables, "nobody/knows"));
  CHECK(published_profile(tables, "vllm", "0.14.1", "") == "vllm-0.12");
  CHECK(published_profile(tables, "vllm", "0.19.0", "") == "vllm-0.15");
  CHECK(published_profile(tables, "vllm", "", "2025-10-29T00:00:00") == "vllm-2025-10");
  CHECK(published_profile(tables, "TensorRT-LLM v0.14", "0.14", "") == "tensorrt-llm-0.17");
  CHECK(published_profile(tables, "trtllm", "1.3.0rc1", "") == "tensorrt-llm-1.2");
  CHECK_FALSE(published_profile(tables, "abacus", "1", ""));
  CHECK(node_with(tables, "b200") == "hgx-b200");
}

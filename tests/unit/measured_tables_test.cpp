// SPDX-License-Identifier: Apache-2.0
// Tables of measured power, images, training steps and collectives, as tiny files.
#include <algorithm>
#include <string>
#include <vector>

#include "models/diffusion/render_cost.hpp"
#include "models/interconnect/network_collectives.hpp"
#include "sim/core/errors.hpp"
#include "sim/measured/case_formats.hpp"
#include "sim/measured/case_runner.hpp"
#include "sim/measured/collective_case.hpp"
#include "sim/measured/collective_tables.hpp"
#include "sim/measured/leaderboard_models.hpp"
#include "sim/measured/training_case.hpp"
#include "sim/measured/training_models.hpp"
#include "sim/measured/training_tables.hpp"
#include "sim/scenario/simulation.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

/// The cases of a table given as text, read by the format that knows its header.
std::vector<MeasuredCase> cases_of(const std::string& text) {
  MeasurementTable table(ByteStream::from_memory("table.csv", text));
  for (const auto& format : case_formats()) {
    const bool is_it = std::all_of(format.columns.begin(), format.columns.end(),
                                   [&](const std::string& column) { return table.has(column); });
    if (is_it) {
      auto cases = format.read(table);
      if (!table.problems().empty()) {
        throw DataError(table.problems());
      }
      return cases;
    }
  }
  FAIL("no format has these columns");
  return {};
}

double predicted(const MeasuredCase& measured, Observable quantity) {
  const auto answers = run_cases({{&measured, {}}}, 1);
  INFO(answers.front().failure);
  REQUIRE(answers.front().failure.empty());
  for (const auto& each : answers.front().predicted) {
    if (each.quantity == quantity) {
      return each.value;
    }
  }
  FAIL("not predicted");
  return 0;
}

const std::string render_header =
    "model,chip,n_chips,batch,width,height,frames,steps,parallelism,latency_s,energy_j_per_item,"
    "source,date,precision,note\n";
const std::string dgxc_header =
    "model,dtype,gpu,gpus,seq_len,global_batch,micro_batch,tp,pp,cp,ep,vpp,layers,step_time_s,"
    "framework,release,dup_of_release\n";
const std::string leaderboard_header =
    "task,model_id,gpu,n_gpus,ep,precision,max_num_seqs,avg_batch_size,avg_output_len,"
    "median_itl_ms,avg_gpu_power_w_per_gpu,energy_j_per_output_token\n";
const std::string collective_header =
    "collective,library,accel,n_accel,nodes,fabric,size_bytes,time_us,busbw_GBps,note\n";

}  // namespace

TEST_CASE("measured images: a batch takes and draws what its cost says") {
  const auto cases = cases_of(render_header +
                              "PixArt-Σ,H100,2,4,1024,1024,1,20,ulysses2xring1,2.5,600,x,2026,"
                              "bfloat16,\n");
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].labels.model == "pixart-sigma");
  CHECK(cases[0].labels.regime == "image");
  CHECK(cases[0].labels.concurrency == 4);
  auto engine = testing::diffusion_engine();
  engine.max_batch_size = 4;
  engine.ulysses_degree = 2;
  const auto h100 = testing::chip("h100-sxm");
  const auto work = RenderCost(testing::diffusion_model("pixart-sigma"), h100, engine, Watts(0))
                        .cost({1024, 1024, 1, 20, 1}, 4);
  const double seconds = work.time().seconds();
  const double energy = work.dynamic_energy_j + 2 * h100.power_idle.si() * seconds;
  // One batch of a single item among 200.
  CHECK(predicted(cases[0], Observable::ItemLatency) == Approx(seconds).epsilon(0.005));
  CHECK(predicted(cases[0], Observable::EnergyPerItem) == Approx(energy / 4).epsilon(0.005));
}

TEST_CASE("measured images: what cannot be run says why") {
  const auto cases = cases_of(render_header +
                              "Nothing 9B,H100,1,1,512,512,1,20,none,2,,x,2026,,\n"
                              "SDXL,H200,8,,1024,1024,1,20,,,422,x,2024,,\n"
                              "SDXL,H200,8,,1024,1024,1,20,,3,422,x,2024,,\n"
                              "FLUX.1 Dev,Abacus,1,1,512,512,1,20,none,2,,x,2026,,\n"
                              "FLUX.1 Dev,H100,4,1,512,512,1,20,ulysses2xring1,2,,x,2026,,\n"
                              "FLUX.1 Dev,H100,2,1,512,512,1,20,VAE only,2,,x,2026,,\n"
                              "Wan 2.1 14B,Ascend 910B,1,1,832,480,81,50,none,500,,x,2026,,"
                              "attention cache ratio 2\n");
  std::vector<std::string> reasons;
  for (const auto& each : cases) {
    reasons.push_back(each.skipped);
  }
  CHECK(reasons == std::vector<std::string>{"unknown model Nothing 9B", "no latency published",
                                            "U-Net: its time is a lower bound",
                                            "unknown chip Abacus",
                                            "parallelism \"ulysses2xring1\" on 4 chips",
                                            "parallelism \"VAE only\" on 2 chips",
                                            "step caches and sparse attention are left out"});
}

TEST_CASE("measured training: published rows become jobs") {
  const std::string rows =
      "Llama 3.1 8B,BF16,H100,16,8192,128,1,1,1,2,1,NA,NA,10,NeMo,v25.04,\n"
      "Grok 1 314b,FP8,H100,16,4096,1024,1,4,1,1,4,NA,4,21,NeMo,v24.11.1,\n"
      "GPT3-175b,BF16,H100,128,2048,256,1,4,8,1,1,6,96,9,NeMo,v25.02,\n";
  for (const auto& each : cases_of(dgxc_header + rows)) {
    INFO(each.labels.model);
    REQUIRE(each.skipped.empty());
    const double rate = predicted(each, Observable::TrainingRate);
    CHECK(rate > 0);
  }
}

TEST_CASE("measured training: the step alone is the step of a whole run") {
  TrainingRow row;
  row.labels.chip = "h100-sxm";
  row.labels.engine = "megatron-core-2025";
  row.model_json = trained_model("Llama 3.1 8B")->json;
  row.chips = 32;
  row.config.tensor_parallel_size = 2;
  row.config.expert_tensor_parallel_size = 2;
  row.config.data_parallel_size = 16;
  row.config.global_batch_size = 128;
  row.config.sequence_length = 8192;
  const auto scenario = training_scenario(row, {});
  const auto step = scenario.trainings.at("train")->nominal_step();
  const auto outcome = simulate(scenario, {});
  const auto& training = *outcome.result.jobs.at("site/cluster").sources.at("train").training;
  REQUIRE(training.steps == 3);
  CHECK(training.useful_s == Approx(3 * step.total.si()).epsilon(1e-9));
  CHECK(training.tokens == Approx(3 * step.tokens));
}

TEST_CASE("measured training: copies, odd layouts and unknown names are left out") {
  const auto cases = cases_of(
      dgxc_header + "Llama 3.1 8B,BF16,H100,8,8192,128,1,1,1,1,1,NA,NA,10,NeMo,v25.04,v25.02\n" +
      "Llama 3.1 8B,BF16,H100,8,8192,128,1,3,1,1,1,NA,NA,10,NeMo,v25.04,\n" +
      "Abacus 3B,BF16,H100,8,8192,128,1,1,1,1,1,NA,NA,10,NeMo,v25.04,\n" +
      "Llama 3.1 8B,BF16,Abacus,8,8192,128,1,1,1,1,1,NA,NA,10,NeMo,v25.04,\n" +
      "Llama 3.1 8B,BF16,H100,8,8192,,1,1,1,1,1,NA,NA,10,NeMo,v25.04,\n" +
      "Llama 3.1 8B,BF16,H100,8,8192,128,1,1,1,1,1,NA,NA,,NeMo,v25.04,\n");
  std::vector<std::string> reasons;
  for (const auto& each : cases) {
    reasons.push_back(each.skipped);
  }
  CHECK(reasons ==
        std::vector<std::string>{"copy of an earlier release", "layout does not divide the chips",
                                 "unknown model Abacus 3B", "chip Abacus is not in the catalogue",
                                 "no global batch published", "no time or rate published"});
}

TEST_CASE("measured training: fewer layers cut the layers with experts, too") {
  CHECK(trained_model("Grok 1 314b", 4)->json ==
        R"({"use": "grok-1", "num_hidden_layers": 4, "mixture": {"layers": 4}})");
  CHECK(trained_model("Llama 3.1 70B", 80)->json == R"({"use": "llama-3.1-70b"})");
  CHECK(!trained_model("Abacus"));
}

TEST_CASE("measured power: a replica in closed loop draws between idle and its limit") {
  const auto cases = cases_of(
      leaderboard_header + "lm-arena-chat,Qwen/Qwen3-8B,H100,1,1,bfloat16,16,15.9,120,9,480,0.3\n" +
      "gpqa,google/gemma-3-12b-it,H100,1,1,bfloat16,16,8,60,20,480,1.1\n" +
      "gpqa,nvidia/NVIDIA-Nemotron-Nano-9B-v2,H100,1,1,bfloat16,16,8,60,20,480,1.1\n");
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].labels.model == "qwen3-8b");
  CHECK(cases[0].labels.concurrency == 16);
  for (const auto& each : cases) {
    INFO(each.labels.model);
    REQUIRE(each.skipped.empty());
    const double watts = predicted(each, Observable::PowerPerChip);
    CHECK(watts > 70);
    CHECK(watts < 700);
    CHECK(predicted(each, Observable::EnergyPerToken) > 0);
    // No faster than reading the weights once: 8 to 12 billion of two bytes at 3.35 TB/s.
    CHECK(predicted(each, Observable::TimePerOutputToken) > 16e9 / 3.35e12);
  }
}

TEST_CASE("measured power: models that see, write code or think share their language model") {
  CHECK(leaderboard_model("Qwen/Qwen3-VL-14B-Instruct")->label == "qwen3-14b");
  CHECK(leaderboard_model("somebody/Qwen3-Coder-14B-Thinking-2507")->label == "qwen3-14b");
  CHECK(leaderboard_model("deepseek-ai/DeepSeek-V3.1"));
  CHECK(!leaderboard_model("nobody/abacus-3b"));
}

TEST_CASE("measured collectives: time is that of the closed form over the row's network") {
  const auto cases = cases_of(collective_header +
                              "all_reduce,NCCL,H100 SXM,16,2,NVLink4 + 16x200G EFA per node,"
                              "1073741824,6000,,\n");
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].labels.regime == large_regime);
  const auto h100 = testing::chip("h100-sxm");
  const NetworkCollectives collectives(
      {{"scale-up", 8, h100.scale_up_bandwidth, Seconds(3.33e-6), true},
       {"network", 1 << 20, BytesPerSecond(50e9), Seconds(15e-6)}},
      h100.collectives);
  const auto seconds = collectives.time(CollectiveKind::AllReduce, {16, 1}, Bytes(1073741824)).si();
  CHECK(predicted(cases[0], Observable::CollectiveTime) == Approx(seconds).epsilon(1e-9));
}

TEST_CASE("measured collectives: bandwidth of a node's ports from its words") {
  CHECK(node_bandwidth("NVLink5 + 16x400G EFA per node") == Approx(800e9));
  CHECK(node_bandwidth("4x HDR200 IB per node (100 GB/s)") == Approx(100e9));
  CHECK(node_bandwidth("2x Slingshot 200G per node") == Approx(50e9));
  CHECK(node_bandwidth("32 GPUs, 8x50 GB/s EFA v4") == Approx(400e9));
  CHECK(node_bandwidth("not stated (about 800 Gb/s per node class)") == Approx(100e9));
  CHECK(!node_bandwidth("NVLink4 + NDR InfiniBand with SHARP"));
  CHECK(!node_bandwidth("8x"));
}

TEST_CASE("measured collectives: a bus bandwidth stands for a time") {
  // All-reduce of 1 GB over 8 chips at 350 GB/s: 2 x 7/8 GB.
  CHECK(seconds_of_bus_bandwidth(CollectiveKind::AllReduce, 8, 1e9, 350e9) == Approx(5e-3));
  CHECK(seconds_of_bus_bandwidth(CollectiveKind::AllGather, 8, 1e9, 350e9) == Approx(2.5e-3));
}

TEST_CASE("measured tables: broken rows are told all at once") {
  const std::string text = collective_header +
                           "all_reduce,NCCL,H100 SXM,eight,1,NVLink4,1e6,10,,\n"
                           "all_reduce,NCCL,H100 SXM,8,1,NVLink4,1e6,-3,,\n"
                           "all_reduce,NCCL,H100 SXM,8,1\n"
                           "all_reduce,NCCL,H100 SXM,8.5,1,NVLink4,1e6,10,,\n";
  try {
    cases_of(text);
    FAIL("no error");
  } catch (const DataError& error) {
    REQUIRE(error.problems().size() == 4);
    CHECK(error.problems()[0].message.find("n_accel") != std::string::npos);
    CHECK(error.problems()[3].message.find("no whole number") != std::string::npos);
  }
}

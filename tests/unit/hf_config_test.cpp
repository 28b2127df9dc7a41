// SPDX-License-Identifier: Apache-2.0
// config.json texts in, architectures or problems out. The published texts are read where a folder
// of TOKENFAB_DATA has them.
#include "sim/scenario/hf_config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/scenario/hf_models.hpp"

#undef CHECK
#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

// Of our own making: everything small, experts in the last two layers.
constexpr const char* small_text = R"({
  "model_type": "deepseek_v3",
  "architectures": ["DeepseekV3ForCausalLM"],
  "hidden_size": 64,
  "num_hidden_layers": 3,
  "num_attention_heads": 4,
  "num_key_value_heads": 4,
  "intermediate_size": 160,
  "vocab_size": 1000,
  "max_position_embeddings": 4096,
  "q_lora_rank": 24,
  "kv_lora_rank": 32,
  "qk_nope_head_dim": 16,
  "qk_rope_head_dim": 8,
  "v_head_dim": 16,
  "n_routed_experts": 8,
  "num_experts_per_tok": 2,
  "n_shared_experts": 1,
  "moe_intermediate_size": 48,
  "first_k_dense_replace": 1,
  "moe_layer_freq": 1,
  "num_nextn_predict_layers": 1,
  "rope_theta": 10000,
  "rope_scaling": {"type": "yarn", "factor": 40},
  "time_step_limit": [0.0, Infinity],
  "torch_dtype": "bfloat16",
  "quantization_config": {"quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 128]}
})";

struct Outcome {
  HfModel model;
  std::string problems;  // one per line
};

Outcome read_text(const std::string& text) {
  Outcome outcome;
  std::vector<Problem> problems;
  outcome.model = read_hf_config(parse_hf_document(text, "c"), problems);
  for (const auto& problem : problems) {
    outcome.problems += describe(problem) + "\n";
  }
  return outcome;
}

TransformerConfig read_good(const std::string& text) {
  const auto outcome = read_text(text);
  CHECK(outcome.problems == "");
  return outcome.model.architecture;
}

/// The small text with one piece replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = small_text;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string problems_with(const std::string& from, const std::string& to) {
  return read_text(changed(from, to)).problems;
}

/// A dense model with further keys.
std::string dense_text(const std::string& more) {
  return R"({"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 6,
    "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 160,
    "vocab_size": 1000, "max_position_embeddings": 4096)" +
         (more.empty() ? "}" : ", " + more + "}");
}

TEST_CASE("hf_config: a text of our own, counted by hand") {
  const auto outcome = read_text(small_text);
  REQUIRE(outcome.problems == "");
  const auto& config = outcome.model.architecture;
  const auto count = parameter_count(config);
  // One layer's attention: 64 x 24 + 24 x 4 x 24 + 64 x 40 + 32 x 4 x 32 + 4 x 16 x 64 = 14592.
  CHECK(count.attention == 3 * 14592);
  CHECK(count.dense_ffn == 3 * 64 * 160);
  CHECK(count.experts == 2 * 8 * 3 * 64 * 48);
  CHECK(count.shared_ffn == 2 * (3 * 64 * 48 + 8 * 64));
  CHECK(count.embedding + count.head == 2 * 1000 * 64);
  CHECK(count.norms == 7 * 64 + 3 * (24 + 32));
  CHECK(count.active_experts == count.experts / 4);
  // Prediction: attention, 8 + 1 experts, router, norms 3 x 64 + 56, and 128 x 64.
  CHECK(config.mtp_parameters == 14592 + 9 * 3 * 64 * 48 + 512 + 3 * 64 + 56 + 8192);
  CHECK(cache_elements_per_token(config) == 3 * 40);
  CHECK(outcome.model.precision == "fp8");
  CHECK(config.family == "deepseek_v3");
}

TEST_CASE("hf_config: missing, unknown and absurd fields are told all at once") {
  std::string text = small_text;
  text.replace(text.find("\"hidden_size\""), 13, "\"hiden_size\"");
  text.replace(text.find("\"n_routed_experts\": 8"), 21, "\"n_routed_experts\": 1000000000000");
  text.replace(text.find("\"vocab_size\": 1000"), 18, "\"vocab_size\": 0");
  CHECK(read_text(text).problems ==
        "c:4:3: /hiden_size: unknown key: it may change memory or work (did you mean "
        "\"hidden_size\"?)\n"
        "c:1:1: \"hidden_size\" is missing (is \"hiden_size\" meant to be it?)\n"
        "c:9:17: /vocab_size: the number 0 is out of range; allowed is 1 to 1e+08\n"
        "c:16:23: /n_routed_experts: the number 1000000000000 is out of range; allowed is 1 to "
        "100000\n");
  CHECK(problems_with("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 0") ==
        "c:5:24: /num_hidden_layers: the number 0 is out of range; allowed is 1 to 10000\n");
  CHECK(problems_with("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2.5") ==
        "c:5:24: /num_hidden_layers: expected a whole number, found the number 2.5\n");
  CHECK(problems_with("\"num_hidden_layers\": 3", "\"num_hidden_layers\": \"3\"") ==
        "c:5:24: /num_hidden_layers: expected a whole number, found \"3\"\n");
  CHECK(problems_with("\"rope_theta\": 10000", "\"memory_tokens\": 64") ==
        "c:23:3: /memory_tokens: unknown key: it may change memory or work\n");
  CHECK(read_text("[]").problems ==
        "c:1:1: expected the object of a config.json, found an array\n");
  CHECK(read_text("{\"text_config\": 5}").problems ==
        "c:1:17: /text_config: expected an object, found the number 5\n");
  CHECK(read_text("{}").problems.find("\"num_attention_heads\" is missing") != std::string::npos);
}

TEST_CASE("hf_config: contradictions are told at the field") {
  CHECK(problems_with("\"num_experts_per_tok\": 2", "\"num_experts_per_tok\": 9") ==
        "c:17:26: /num_experts_per_tok: num_experts_per_tok 9 is more than num_experts 8\n");
  CHECK(read_text(dense_text("\"num_kv_heads\": 1")).problems ==
        "c:3:74: /num_kv_heads: num_kv_heads 1 contradicts num_key_value_heads 2, which means the "
        "same\n");
  CHECK(read_text(dense_text("\"layer_types\": [\"full_attention\"]")).problems ==
        "c:3:73: /layer_types: 1 entries do not fit num_hidden_layers 6\n");
  CHECK(read_text(dense_text("\"head_dim\": null, \"num_experts\": 4")).problems ==
        "c:1:1: \"num_experts_per_tok\" is missing\n");
  CHECK(problems_with("\"v_head_dim\": 16,", "\"v_head_dim\": 16, \"qk_head_dim\": 25,") ==
        "c:15:36: /qk_head_dim: qk_head_dim 25 is not qk_nope_head_dim 16 + qk_rope_head_dim 8\n");
  CHECK(read_text(R"({"model_type": "llama", "hidden_size": 65, "num_hidden_layers": 6,
    "num_attention_heads": 4, "num_key_value_heads": 3, "intermediate_size": 160,
    "vocab_size": 1000, "max_position_embeddings": 4096})")
            .problems ==
        "c:1:40: /hidden_size: hidden_size 65 is not a multiple of num_attention_heads 4, and no "
        "head_dim is given\n"
        "c:2:28: /num_attention_heads: num_attention_heads 4 is not a multiple of "
        "num_key_value_heads 3\n");
  CHECK(problems_with("\"moe_intermediate_size\": 48", "\"moe_intermediate_size\": 9000000") ==
        "");  // 28 billion: large, not absurd
}

TEST_CASE("hf_config: sizes that no layer uses") {
  CHECK(read_text(dense_text("\"mamba_num_heads\": 8")).problems ==
        "c:3:77: /mamba_num_heads: no key tells which layers are recurrent (add \"layer_types\" or "
        "\"full_attention_interval\")\n");
  CHECK(read_text(dense_text("\"attention_chunk_size\": 64")).problems ==
        "c:3:82: /attention_chunk_size: no key tells which layers attend to chunks (add "
        "\"layer_types\")\n");
  CHECK(read_text(dense_text("\"moe_intermediate_size\": 64")).problems ==
        "c:1:1: \"n_routed_experts\" is missing\n");
}

TEST_CASE("hf_config: families that are not modelled") {
  CHECK(read_text(R"({"model_type": "t5", "d_model": 512})").problems ==
        "c:1:16: /model_type: the family t5 is not modelled: encoders are not modelled\n");
  CHECK(read_text(dense_text("\"num_kv_shared_layers\": 2")).problems ==
        "c:3:58: /num_kv_shared_layers: layers that share the cache of others are not modelled\n");
  CHECK(read_text(dense_text("\"num_kv_shared_layers\": 0")).problems == "");
  CHECK(read_text(dense_text("\"layer_types\": [\"full_attention\", \"conv\", \"conv\", \"conv\", "
                             "\"conv\", \"conv\"]"))
            .problems == "c:3:73: /layer_types: layers of kind \"conv\" are not modelled\n");
}

TEST_CASE("hf_config: layer kinds under all their names") {
  const auto windows = [](const std::string& more) {
    const auto config = read_good(dense_text(more));
    return config.window_attention ? config.window_attention->layers : 0;
  };
  CHECK(windows("\"sliding_window\": null") == 0);
  CHECK(windows("\"sliding_window\": 64") == 6);
  CHECK(windows("\"sliding_window\": 4096") == 0);  // as long as the context
  CHECK(windows("\"sliding_window\": 64, \"use_sliding_window\": false") == 0);
  CHECK(windows("\"sliding_window\": 64, \"max_window_layers\": 4") == 2);
  CHECK(windows("\"sliding_window\": 64, \"sliding_window_pattern\": 3") == 4);
  CHECK(windows("\"sliding_window\": 64, \"hybrid_layer_pattern\": [0, 1, 1, 0, 1, 0]") == 3);
  const auto experts = [](const std::string& more) {
    const auto config = read_good(dense_text(
        "\"num_experts\": 4, \"experts_per_token\": 2, \"expert_intermediate_size\": 8, " + more));
    return config.mixture ? config.mixture->layers : 0;
  };
  CHECK(experts("\"decoder_sparse_step\": 1") == 6);
  CHECK(experts("\"decoder_sparse_step\": 2") == 3);
  CHECK(experts("\"mlp_only_layers\": [0, 5]") == 4);
  CHECK(experts("\"moe_layer_freq\": [0, 1, 1, 1, 1, 0]") == 4);
  CHECK(experts("\"interleave_moe_layer_step\": 3") == 2);
  CHECK(experts("\"mlp_layer_types\": [\"dense\", \"sparse\", \"sparse\", \"sparse\", \"sparse\", "
                "\"sparse\"]") == 5);
  CHECK(experts("\"enable_moe_block\": false") == 0);
  const auto blocks = read_good(
      R"({"model_type": "nemotron_h", "hidden_size": 64, "num_attention_heads": 4,
      "num_key_value_heads": 2, "head_dim": 16, "intermediate_size": 160, "vocab_size": 1000,
      "max_position_embeddings": 4096, "hybrid_override_pattern": "M-M*-M-", "mamba_num_heads": 8,
      "mamba_head_dim": 16, "ssm_state_size": 32, "n_groups": 2, "conv_kernel": 4})");
  CHECK(blocks.num_hidden_layers == 7);
  CHECK(blocks.full_attention_layers == 1);
  CHECK(blocks.linear_attention->layers == 3);
  CHECK(blocks.dense_ffn_layers == 3);
  CHECK_FALSE(blocks.gated_mlp);
  // 64 x (128 + 256 + 8) in, 128 x 64 out, convolution of 4 and a bias over 128 + 2 x 2 x 32
  // channels, 3 x 8 per head, a norm of 128.
  CHECK(blocks.linear_attention->parameters == 64 * 392 + 128 * 64 + 256 * 5 + 24 + 128);
}

TEST_CASE("hf_config: precision in the words of every tool") {
  const auto precision = [](const std::string& more) {
    const auto outcome = read_text(dense_text(more));
    CHECK(outcome.problems == "");
    return outcome.model.precision + "/" + outcome.model.kv_cache_precision;
  };
  CHECK(precision("") == "bf16/");
  CHECK(precision("\"dtype\": \"float16\"") == "fp16/");
  CHECK(precision(R"("quantization_config": {"quant_method": "mxfp4"})") == "mxfp4/");
  CHECK(precision(R"("quantization_config": {"quant_method": "awq", "bits": 4})") == "int4/");
  CHECK(precision(R"("quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4",
    "kv_cache_quant_algo": "FP8"})") == "nvfp4/fp8");
  CHECK(precision(R"("quantization_config": {"quant_method": "compressed-tensors",
    "kv_cache_scheme": {"num_bits": 8, "type": "float"},
    "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "int"}}}})") == "int4/fp8");
}

TEST_CASE("hf_config: Python's numbers keep their columns") {
  const auto node = parse_hf_document(R"({"a": [-Infinity, NaN], "Infinity": "NaN"})", "c");
  CHECK(node.find("a")->items[0].number == -1e308);
  CHECK(node.find("Infinity")->text == "NaN");
  CHECK(node.find("Infinity")->mark.column == 37);
}

TEST_CASE("hf_config: a scenario names the file and overrides it") {
  const auto folder = fs::temp_directory_path() / fmt::format("tokenfab_hf_{}", ::getpid());
  fs::create_directories(folder);
  std::ofstream(folder / "good.json") << small_text;
  std::ofstream(folder / "bad.json") << "{\n\"hidden_siz\": 4}";
  auto scenario = parse_document(R"({"models": {
    "a": {"hf_config": "good.json", "vocab_size": 2000, "mixture": {"num_experts": 16}},
    "b": {"hf_config": "good.json", "use": "qwen3-8b"},
    "c": {"hf_config": 7},
    "d": {"hf_config": "none.json"},
    "e": {"hf_config": "bad.json"},
    "f": {"use": "qwen3-8b"}}})",
                                 "s");
  std::vector<Problem> problems;
  resolve_hf_models(scenario, {folder.string()}, problems);
  fs::remove_all(folder);
  std::string told;
  for (const auto& problem : problems) {
    told += describe(problem) + "\n";
  }
  CHECK_THAT(told,
             Catch::StartsWith("s:3:44: /models/b/use: \"use\" and \"hf_config\" exclude each "
                               "other\n"
                               "s:4:24: /models/c/hf_config: expected the path of a "
                               "config.json, found the number 7\n"
                               "s:5:24: /models/d/hf_config: none.json: no such data file"));
  CHECK_THAT(told, Catch::Contains("bad.json:2:1: /hidden_siz: unknown key"));
  CHECK_THAT(told, Catch::Contains("\"num_attention_heads\" is missing"));
  const Node* models = scenario.find("models");
  REQUIRE(models->members.size() == 2);  // what cannot be used is out
  const Node& model = models->members[0].value;
  CHECK(model.find("hf_config") == nullptr);
  CHECK(model.find("vocab_size")->integer == 2000);
  CHECK(model.find("mixture")->find("num_experts")->integer == 16);
  CHECK(model.find("mixture")->find("moe_intermediate_size")->integer == 48);
  CHECK(model.find("hidden_size")->integer == 64);
  CHECK(model.find("hidden_size")->mark.place().file.ends_with("good.json"));
}

std::vector<std::string> published_files() {
  std::vector<std::string> files;
  const char* variable = std::getenv("TOKENFAB_DATA");
  std::string rest = variable == nullptr ? "" : variable;
  while (!rest.empty()) {
    const auto end = rest.find(':');
    for (const auto& folder :
         {fs::path(rest.substr(0, end)), fs::path(rest.substr(0, end)) / "hf_configs"}) {
      std::error_code error;
      for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().filename().string().ends_with("_config.json")) {
          files.push_back(entry.path().string());
        }
      }
    }
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("hf_config: every published text is read, or refused by the name of a field") {
  const auto files = published_files();
  if (files.empty()) {
    fmt::print("skipped: no *_config.json in a folder of TOKENFAB_DATA\n");
    std::exit(77);
  }
  for (const auto& file : files) {
    std::vector<Problem> problems;
    const auto model = read_hf_config(load_hf_document(file), problems);
    const auto name = fs::path(file).filename().string();
    INFO(name);
    CHECK(problems.empty());
    for (const auto& problem : problems) {
      fmt::print("{}: refused: {}: {}\n", name, problem.pointer, problem.message);
      CHECK(problem.pointer.size() > 1);
      CHECK(problem.place.line > 0);
    }
    if (problems.empty()) {
      const auto count = parameter_count(model.architecture);
      fmt::print(
          "{}: {:.2f} B, {:.2f} B active, {:.2f} B for prediction, {:.0f} elements cached "
          "per token, {}\n",
          name, count.total() / 1e9, count.active() / 1e9, model.architecture.mtp_parameters / 1e9,
          cache_elements_per_token(model.architecture), model.precision);
      CHECK(contradictions(model.architecture).empty());
    }
  }
}

TEST_CASE("hf_config: sizes in the names of published texts") {
  const auto files = published_files();
  if (files.empty()) {
    fmt::print("skipped: no *_config.json in a folder of TOKENFAB_DATA\n");
    std::exit(77);
  }
  // Names that are no sizes of the language model: what is left out is said in architecture_test.
  const std::map<std::string, double> named{
      {"Qwen3-VL-235B", 235},  {"Qwen3-VL-30B", 30.5},   {"Qwen3-VL-32B", 32.8},
      {"Qwen3.5-122B", 122},   {"Qwen3.5-397B", 397},    {"Qwen3.6-27B", 27},
      {"Qwen3.6-35B", 35},     {"Llama-3.1-70B", 70.6},  {"Super-49B", 49.9},
      {"Nano-30B", 31.6},      {"Super-120B", 120.7},    {"Ultra-550B", 550},
      {"Lightning-30B", 31.6}, {"Nemotron-H-56B", 56.3}, {"DeepSeek-R1", 671},
      {"Kimi-K2", 1026},       {"GLM-5", 744},           {"MiniMax-M2", 229},
      {"MiMo-7B", 7.6},        {"Gemma-4-31B", 30.7}};
  std::set<std::string> met;
  for (const auto& file : files) {
    for (const auto& [part, billions] : named) {
      if (fs::path(file).filename().string().find(part) != std::string::npos) {
        std::vector<Problem> problems;
        const auto model = read_hf_config(load_hf_document(file), problems);
        INFO(file);
        CHECK(parameter_count(model.architecture).total() / 1e9 == Approx(billions).epsilon(0.02));
        met.insert(part);
      }
    }
  }
  CHECK(met.size() == named.size());
}

}  // namespace
}  // namespace tokenfab

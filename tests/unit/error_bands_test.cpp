// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/error_bands.hpp"

#include <algorithm>

#include "models/catalog.hpp"
#include "sim/config/document.hpp"
#include "sim/config/reader.hpp"
#include "sim/measured/error_bands.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

ErrorBandConfig band_of(const std::string& chip, const std::string& engine,
                        const std::string& precision, double median) {
  ErrorBandConfig band;
  band.quantity = "tpot";
  band.chip = chip;
  band.vendor = "NVIDIA";
  band.engine = engine;
  band.engine_family = "vLLM";
  band.precision = precision;
  band.regime = "closed loop";
  band.models = {"llama-3.1-70b"};
  band.rows = 10;
  band.median_pct = median;
  band.p90_pct = 2 * median;
  band.concurrency_max = 64;
  return band;
}

PredictionKind kind_of(const std::string& chip, const std::string& engine,
                       const std::string& precision) {
  PredictionKind kind;
  kind.quantity = "tpot";
  kind.chip.ids = {chip};
  kind.vendor = "NVIDIA";
  kind.engine.ids = {engine};
  kind.engine_family = "vLLM";
  kind.model.ids = {"meta-llama-3.1-70b", "llama-3.1-70b"};
  kind.precision = precision;
  kind.regime = "closed loop";
  kind.concurrency = 20;
  return kind;
}

/// All chips of the vendor, below them two of h100 and one of b200.
ErrorBands some_bands() {
  return {{"family", band_of("", "", "", 9)},
          {"old", band_of("h100", "vllm-1", "fp8", 1)},
          {"new", band_of("h100", "vllm-2", "fp8", 2)},
          {"other", band_of("b200", "vllm-2", "bf16", 3)}};
}

}  // namespace

TEST_CASE("error bands: the exact kind is validated") {
  const auto found = find_band(some_bands(), kind_of("h100", "vllm-2", "fp8"));
  REQUIRE(found.status == BandStatus::Validated);
  REQUIRE(found.median_pct == 2);
  REQUIRE(found.p90_pct == 4);
  REQUIRE(found.rows == 10);
  REQUIRE(found.reason.empty());
  REQUIRE(found.basis == "h100 vllm-2 fp8 closed loop");
}

TEST_CASE("error bands: from the exact kind to its siblings") {
  const auto bands = some_bands();
  const auto median = [&](const PredictionKind& kind) {
    const auto found = find_band(bands, kind);
    REQUIRE(found.status == BandStatus::Sibling);
    return found.median_pct;
  };
  REQUIRE(median(kind_of("h100", "vllm-2", "bf16")) == 2);  // another format
  REQUIRE(median(kind_of("b200", "vllm-1", "fp8")) == 3);   // another version, on the chip itself
  REQUIRE(median(kind_of("h200", "vllm-2", "fp8")) == 9);   // all chips rather than another chip
  auto model = kind_of("h100", "vllm-1", "fp8");
  model.model.ids = {"qwen3-32b"};
  const auto found = find_band(bands, model);
  REQUIRE(found.status == BandStatus::Sibling);
  REQUIRE(found.reason == "not compared: qwen3-32b");
  auto disaggregated = kind_of("h100", "vllm-1", "fp8");
  disaggregated.regime = "disaggregated";
  REQUIRE(find_band(bands, disaggregated).reason == "not compared: disaggregated service");
}

TEST_CASE("error bands: an entry with other values is a sibling of itself") {
  auto kind = kind_of("h100", "vllm-2", "fp8");
  kind.chip.has_changed = true;
  const auto found = find_band(some_bands(), kind);
  REQUIRE(found.status == BandStatus::Sibling);
  REQUIRE(found.reason == "not the catalogue's values: h100");
}

TEST_CASE("error bands: a handful of points validates nothing") {
  auto bands = some_bands();
  bands[2].second.rows = 4;
  const auto found = find_band(bands, kind_of("h100", "vllm-2", "fp8"));
  REQUIRE(found.status == BandStatus::Sibling);
  REQUIRE(found.reason == "too few points");
}

TEST_CASE("error bands: what was never compared is not validated, and why") {
  const auto reason = [](const PredictionKind& kind) {
    const auto found = find_band(some_bands(), kind);
    REQUIRE(found.status == BandStatus::NotValidated);
    REQUIRE(found.rows == 0);
    return found.reason;
  };
  auto kind = kind_of("h100", "vllm-2", "fp8");
  kind.concurrency = 65;
  REQUIRE(reason(kind) == "65 requests at once on a replica, compared up to 64");
  kind = kind_of("ascend-910c", "vllm-2", "fp8");
  kind.vendor = "Huawei";
  REQUIRE(reason(kind) == "ascend-910c was never compared");
  kind = kind_of("h100", "mindie-2", "fp8");
  kind.engine_family = "MindIE";
  REQUIRE(reason(kind) == "MindIE was never compared");
  kind = kind_of("h100", "vllm-2", "fp8");
  kind.quantity = "power_per_chip";
  REQUIRE(reason(kind) == "power_per_chip was never compared");
}

TEST_CASE("error bands: a band that reaches far enough goes before a nearer one that does not") {
  auto bands = some_bands();
  bands[0].second.concurrency_max = 1000;
  auto kind = kind_of("h100", "vllm-2", "fp8");
  kind.concurrency = 500;
  REQUIRE(find_band(bands, kind).median_pct == 9);
}

TEST_CASE("error bands: what ships reads, and a chip is known by its values") {
  REQUIRE(shipped_error_bands().size() > 10);
  auto config = chip("h100-sxm");
  const auto identity = identity_of(config);
  REQUIRE(identity.is("h100-sxm"));
  REQUIRE_FALSE(identity.has_changed);
  config.memory_bandwidth = config.memory_bandwidth * 1.1;
  REQUIRE(identity_of(config).is("h100-sxm"));
  REQUIRE(identity_of(config).has_changed);
  config.name = "a chip of my own";
  REQUIRE(identity_of(config).ids.empty());
  REQUIRE(identity_of(transformer("llama-3.1-70b")).is("llama-3.1-70b"));
  REQUIRE(identity_of(transformer("deepseek-r1")).is("deepseek-v3"));  // one architecture
  const auto vllm = identity_of(entry<EngineProfileConfig>("engines", "vllm"));
  REQUIRE(vllm.is("vllm"));
  REQUIRE(vllm.ids.front() != "vllm");  // aliases come last
}

TEST_CASE("error bands: the table that is written reads back") {
  std::vector<BandSample> samples;
  // 1, 2, ..., 11 % too slow on one chip; 20 % too fast on another, twice.
  for (int i = 1; i <= 11; ++i) {
    samples.push_back({Observable::TimePerOutputToken, "h100-sxm", "vllm-0.12", "llama-3.1-8b",
                       "fp8", "closed loop", i, 100 * i, 1 + i / 100.0, 1, i == 7});
  }
  for (int i = 0; i < 2; ++i) {
    samples.push_back({Observable::TimePerOutputToken, "b200", "vllm-2025-10", "qwen3-32b", "bf16",
                       "offline", 0, 0, 8, 10, false});
  }
  samples.push_back({Observable::TimeToFirstToken, "b200", "vllm-0.12", "", "", "", 0, 0, 1, 0});
  const auto text = error_bands_json(samples, {"Made up for a test", "2026-11"});
  const auto table = parse_document(text, "bands.json");
  REQUIRE(table.find("sources")->members.size() == 1);
  const auto& entries = table.find("entries")->members;
  REQUIRE(entries.size() == 3);  // two chips and what they have in common; no row is nothing
  const EmbeddedTables tables;
  ErrorBands bands;
  for (const auto& [id, mark, value] : entries) {
    std::vector<Problem> problems;
    read_object({plugin_table(), tables, {}}, schema_of<ErrorBandConfig>(), *value.find("values"),
                "", &bands.emplace_back(id, ErrorBandConfig{}).second, problems);
    REQUIRE(problems.empty());
  }
  REQUIRE(bands[0].first == "tpot:b200:vllm-2025-10:bf16:offline");
  REQUIRE(bands[0].second.median_pct == 20);
  REQUIRE(bands[0].second.bias_pct == -20);
  REQUIRE_FALSE(bands[0].second.concurrency_max.has_value());
  const auto& h100 = bands[1].second;
  REQUIRE(h100.rows == 11);
  REQUIRE(h100.median_pct == 6);
  REQUIRE(h100.p90_pct == 10);
  REQUIRE(h100.bias_pct == 6);
  REQUIRE(h100.concurrency_max == 11);
  REQUIRE(h100.context_max == 1100);
  REQUIRE(h100.hold_out_median_pct == 7);
  REQUIRE(h100.engine_family == "vLLM");
  REQUIRE(h100.models == std::vector<std::string>{"llama-3.1-8b"});
  REQUIRE(bands[2].first == "tpot:nvidia:vllm");
  REQUIRE(bands[2].second.rows == 13);
  REQUIRE(bands[2].second.models.size() == 2);
}

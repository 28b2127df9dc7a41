// SPDX-License-Identifier: Apache-2.0
// Dispatch and combine against DeepEP's published times and against hand-derived bytes.
#include "models/serving/expert_exchange.hpp"

#include <cmath>

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

EngineConfig spread_over(std::int64_t chips) {
  auto engine = engine_with();
  engine.data_parallel_size = engine.expert_parallel_size = chips;
  engine.quantization = Precision::Fp8;
  return engine;
}

double exchange_us(const EngineConfig& engine, std::int64_t rows, const std::string& on = "h800") {
  return ExpertExchange(transformer("deepseek-v3"), chip(on), engine)(rows).si() * 1e6;
}

}  // namespace

TEST_CASE("expert exchange: DeepEP's low-latency kernels on H800") {
  // deepseek-ai/DeepEP docs/legacy.md, 128 tokens of 7,168 to 8 experts, dispatch in fp8 and
  // combine in bf16: 77 + 114, 118 + 195 and 194 + 360 us.
  REQUIRE(exchange_us(spread_over(8), 128) == Approx(191).epsilon(0.04));
  REQUIRE(exchange_us(spread_over(16), 128) == Approx(313).epsilon(0.04));
  REQUIRE(exchange_us(spread_over(256), 128) == Approx(554).epsilon(0.04));
}

TEST_CASE("expert exchange: bytes by hand") {
  // 8 copies, half of them to the other node; 1.03125 and 2 bytes per element.
  REQUIRE(exchange_us(spread_over(16), 1000) ==
          Approx(70 + 1000 * 7168 * 4 * (1.03125 + 2) / (0.92 * 50e3)));
  auto bf16 = spread_over(16);
  bf16.quantization = Precision::Bf16;
  REQUIRE(exchange_us(bf16, 1000) == Approx(70 + 1000 * 7168 * 4 * (2 + 2) / (0.92 * 50e3)));
  // Two tensor ranks send half each.
  auto halves = spread_over(16);
  halves.tensor_parallel_size = 2;
  halves.data_parallel_size = 8;
  REQUIRE(exchange_us(halves, 1000) - 70 == Approx((exchange_us(spread_over(16), 1000) - 70) / 2));
  auto busy = spread_over(16);
  busy.expert_imbalance = 1.5;
  REQUIRE(exchange_us(busy, 1000) - 70 == Approx(1.5 * (exchange_us(spread_over(16), 1000) - 70)));
  REQUIRE(exchange_us(spread_over(1), 1000) == 0);
}

TEST_CASE("expert exchange: node-limited routing spares the network") {
  auto limited = spread_over(256);
  limited.expert_domains_max = 4;
  // 4 of 32 nodes, one of 32 the own: 3.875 copies over the network, 7 over NVLink.
  const double network = 3.875 / (0.92 * 50e3);
  const double inside = 7 / (0.8 * 200e3);
  REQUIRE(exchange_us(limited, 1000) ==
          Approx(70 + 1000 * 7168 * (1.03125 + 2) * std::max(network, inside)));
  // With 8 copies to 4 nodes, 4 (1 - (3/4)^8) are expected to be reached.
  limited = spread_over(32);
  limited.expert_domains_max = 4;
  REQUIRE(exchange_us(limited, 1000) ==
          Approx(70 +
                 1000 * 7168 * (1.03125 + 2) * 4 * (1 - std::pow(0.75, 8)) * 0.75 / (0.92 * 50e3)));
  for (const std::int64_t chips : {16, 32, 64, 256}) {
    auto near = spread_over(chips);
    near.expert_domains_max = 4;
    REQUIRE(exchange_us(near, 4096) < exchange_us(spread_over(chips), 4096));
  }
}

// SPDX-License-Identifier: Apache-2.0
// Power of whole servers at the wall: published maxima and idle figures, and the distribution over
// a production cluster.
#include <fmt/format.h>

#include <cmath>

#include "models/chip/training_power.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

struct Server {
  const char* what;
  const char* source;
  double measured_w;
  double simulated_w;
  double limit;  // percent
};

Watts in_training(const NodeConfig& node, double mfu) {
  return node.power_training(training_phases(node.chip, Precision::Bf16, mfu, 0.1));
}

}  // namespace

TEST_CASE("Server power matches published figures") {
  const auto h100 = testing::node("hgx-h100");
  const auto h200 = testing::node("hgx-h200");
  const auto b200 = testing::node("hgx-b200");
  const auto frontier = testing::node("frontier");
  // The first two figures are what the catalogue's host power comes from.
  const Server servers[] = {
      {"8x H200, between runs", "MLPerf v4.1, NVIDIA, 2024-08", 2390, h200.power_idle().si(), 2},
      {"8x B200, Llama-2-70B", "MLPerf v5.1, Lenovo, 2025-09", 10'442, b200.power_design().si(), 2},
      {"8x H100, most in training", "arXiv:2412.08602, 2024-12", 8'400, h100.power_design().si(),
       6},
      {"8x H100, intensive training", "arXiv:2506.14551: 76 % of 10.2 kW", 7'752,
       in_training(h100, 0.5).si(), 10},
      {"Frontier node, idle", "ExaDigiT/RAPS @6c142bf", 626.26, frontier.power_idle().si(), 1e-6},
      {"Frontier node, peak", "the same", 2'704.26, frontier.power_design().si(), 1e-6},
  };
  fmt::print("{:<30} {:<36} {:>9} {:>10} {:>7}\n", "server", "source", "measured", "simulated",
             "error%");
  for (const auto& server : servers) {
    const double error = 100 * (server.simulated_w / server.measured_w - 1);
    fmt::print("{:<30} {:<36} {:>9.0f} {:>10.0f} {:>+7.1f}\n", server.what, server.source,
               server.measured_w, server.simulated_w, error);
    REQUIRE(std::abs(error) < server.limit);
  }
  // Never the nameplate, which is 10.2 kW for the DGX H100.
  REQUIRE(h100.power_design().si() < 10'200);
}

// GPU and server quantiles of InternLM/AcmeTrace (Seren, CC-BY-4.0, NSDI 2024) are taken to belong
// to each other: the eight GPUs of a server do the same. That holds for idle servers and for jobs
// of eight and more GPUs, and errs in the middle, where servers are shared by small jobs. A GPU
// above 80 W is at work (a third idles below 75 W). Host idle and busy power come from these
// servers' idle quantiles and mean, so this tests the shape.
TEST_CASE("Power of A100 servers follows that of their GPUs over a cluster's distribution") {
  RequiredTable table(measurements_path("cluster_power_cdf.csv"),
                      {"cdf_percent", "gpu_server_8xA100_w", "gpu_a100_seren_w"});
  const auto node = testing::node("hgx-a100-80");
  const auto host_per_chip = node.host_power_per_chip().si();
  ErrorSample errors;
  double measured_sum = 0;
  double simulated_sum = 0;
  double next_printed = 5;
  fmt::print("{:>8} {:>9} {:>10} {:>7}\n", "quantile", "server W", "simulated", "error%");
  while (table.next()) {
    const double percent = table.number("cdf_percent");
    const double gpu = table.number("gpu_a100_seren_w");
    const double measured = table.number("gpu_server_8xA100_w");
    const double host = node.host_power_idle.si() + (gpu > 80 ? 8 * host_per_chip : 0);
    const double simulated = (8 * gpu + host) / node.psu_efficiency;
    measured_sum += measured;
    simulated_sum += simulated;
    if (percent < 1 || percent > 99.5) {
      continue;  // servers switched off, and single outliers
    }
    errors.add(simulated, measured);
    if (percent >= next_printed) {
      fmt::print("{:>8.0f} {:>9.0f} {:>10.0f} {:>+7.1f}\n", percent, measured, simulated,
                 100 * (simulated / measured - 1));
      next_printed += 10;
    }
  }
  fmt::print("{:<36} {}\n{:<36} {}\n", "", ErrorSample::header(), "quantiles 1 to 99.5 %",
             errors.row());
  fmt::print("mean {:.0f} W measured, {:.0f} simulated\n", measured_sum / 201, simulated_sum / 201);
  REQUIRE(errors.median() < 6);
  REQUIRE(errors.p90() < 18);
  REQUIRE(std::abs(simulated_sum / measured_sum - 1) < 0.06);
}

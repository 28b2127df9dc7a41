// SPDX-License-Identifier: Apache-2.0
// Tables of power, images and video, training and collectives as `tokenfab validate-against` runs
// them: all rows that are priced in closed form, every tenth of those that are simulated.
#include <fmt/format.h>

#include <map>

#include "sim/measured/case_formats.hpp"
#include "sim/measured/case_runner.hpp"
#include "sim/measured/collective_tables.hpp"
#include "sim/measured/training_tables.hpp"
#include "tests/validation/measurements.hpp"

#undef CHECK
#include <catch2/catch.hpp>

using namespace tokenfab;
using namespace tokenfab::validation;

namespace {

using Samples = std::map<std::string, ErrorSample>;  // by quantity, by quantity and regime

/// Runs every `stride`th case in children, two at once.
Samples errors_of(const std::string& name, std::size_t stride) {
  const auto file = read_measured_file(measurements_path(name));
  std::vector<CaseJob> jobs;
  std::map<std::string, int> skipped;
  for (std::size_t i = 0; i < file.cases.size(); i += stride) {
    if (file.cases[i].skipped.empty()) {
      jobs.push_back({&file.cases[i], {}});
    } else {
      ++skipped[file.cases[i].skipped];
    }
  }
  const auto answers = run_cases(jobs, 2);
  Samples samples;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto& measured = *jobs[i].measured;
    INFO(fmt::format("{}:{}: {}", name, measured.line, answers[i].failure));
    REQUIRE(answers[i].failure.empty());
    for (std::size_t q = 0; q < measured.measured.size(); ++q) {
      const auto quantity = std::string(name_of(measured.measured[q].quantity));
      const auto& labels = measured.labels;
      for (const auto& group :
           {quantity, quantity + ", " + labels.regime,
            fmt::format("{}, {} {} {}", quantity, labels.engine, labels.chip, labels.precision)}) {
        samples[group].add(answers[i].predicted[q].value, measured.measured[q].value);
      }
    }
  }
  fmt::print("{:<60} {}\n", name, ErrorSample::header());
  for (const auto& [group, sample] : samples) {
    fmt::print("{:<60} {}\n", group, sample.row());
  }
  for (const auto& [reason, count] : skipped) {
    fmt::print("skipped {:>4}: {}\n", count, reason);
  }
  return samples;
}

}  // namespace

TEST_CASE("measured cases: leaderboard power, energy and gaps between tokens") {
  auto errors = errors_of("llm_power_itl.csv", 10);
  REQUIRE(errors["power_per_chip"].size() > 30);
  REQUIRE(errors["power_per_chip"].median() < 12);
  REQUIRE(errors["energy_per_token"].median() < 15);
  REQUIRE(errors["tpot"].median() < 15);
}

TEST_CASE("measured cases: images and video") {
  auto errors = errors_of("video_image.csv", 10);
  REQUIRE(errors["item_latency"].size() > 40);
  REQUIRE(errors["item_latency"].median() < 12);
  REQUIRE(errors["energy_per_item"].median() < 12);
}

TEST_CASE("measured cases: training") {
  REQUIRE(errors_of("train_step_dgxc_nvidia.csv", 2)["training_rate"].median() < 5);
  REQUIRE(errors_of("train_throughput_mpt_foundry.csv", 2)["training_rate"].median() < 4);
  REQUIRE(errors_of("train_throughput_nemo.csv", 1)["training_rate"].median() < 7);
  REQUIRE(errors_of("train_throughput_papers.csv", 1)["training_rate"].median() < 3);
}

TEST_CASE("measured cases: collectives") {
  const auto large = "collective_time, " + std::string(large_regime);
  REQUIRE(errors_of("collectives_nccl.csv", 1)[large].median() < 5);
  REQUIRE(errors_of("measured_efficiency.csv", 1)[large].median() < 12);
  REQUIRE(errors_of("collectives_ep_alltoall.csv", 1)["collective_time"].size() >= 6);
}

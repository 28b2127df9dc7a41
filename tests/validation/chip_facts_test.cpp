// SPDX-License-Identifier: Apache-2.0
// The catalogue against a collection of facts (chips.csv): every row is there, with its peaks,
// memory, bandwidth and power. Where the catalogue differs on purpose the reason stands below.
#include <cmath>
#include <map>
#include <set>

#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using namespace tokenfab::validation;

namespace {

// Data sheets round; GB and GiB differ by 7.4 %.
constexpr double rounding = 0.01;
constexpr double memory_rounding = 0.08;

/// Id and column -> why the catalogue has another figure.
const std::map<std::pair<std::string, std::string>, std::string> exceptions{
    {{"sys-atlas950", "fp16_bf16_dense_tflops"}, "keynote; the product page has 486 a chip"},
    {{"sys-atlas950", "fp8_dense_tflops"}, "keynote; the product page has 919 a chip"},
    {{"sys-atlas950", "fp4_dense_tflops"}, "keynote; the product page has 1,783 a chip"},
    {{"sys-atlas960", "fp8_dense_tflops"}, "30 EFLOPS are rounded; 2 PFLOPS a chip"},
    {{"sys-atlas960", "fp4_dense_tflops"}, "60 EFLOPS are rounded; 4 PFLOPS a chip"},
    {{"sys-nvl72-gb200", "tdp_w"}, "the maximum of a rack; ours is near the nominal 120 kW"},
};

bool is_near(double ours, double theirs, double tolerance) {
  return std::abs(ours - theirs) <= tolerance * theirs;
}

/// One row against a chip, or against `count` of them.
class Row {
 public:
  Row(RequiredTable& table, const ChipConfig& chip, double count)
      : table_(table), chip_(chip), count_(count), id_(table.text("id")) {}

  void check(const char* column, double ours, double tolerance = rounding) {
    const double theirs = table_.number(column);
    if (theirs == 0 || exceptions.count({id_, column}) != 0) {
      return;
    }
    INFO(id_ << " " << column << ": " << ours << " against " << theirs);
    CHECK(is_near(ours, theirs, tolerance));
  }

  void check_chips() {
    const auto peak_of = [](const std::optional<FlopPerSecond>& peak) {
      return peak ? peak->si() / 1e12 : 0;
    };
    check("fp16_bf16_dense_tflops", chip_.peak_bf16.si() / 1e12 * count_);
    check("fp8_dense_tflops", peak_of(chip_.peak_fp8) * count_);
    check("int8_dense_tops", peak_of(chip_.peak_int8) * count_);
    check("fp4_dense_tflops", peak_of(chip_.peak_fp4) * count_);
    check("mem_gb", chip_.memory_capacity.si() / 1e9 * count_, memory_rounding);
    check("mem_bw_gbs", chip_.memory_bandwidth.si() / 1e9 * count_);
    check("scaleup_gbs_per_chip_bidir", 2 * chip_.scale_up_bandwidth.si() / 1e9);
    check("scaleup_domain_chips", static_cast<double>(chip_.scale_up_domain));
    check("scaleout_gbit_per_chip", 8 * chip_.scale_out_bandwidth.si() / 1e9);
  }

 private:
  RequiredTable& table_;
  const ChipConfig& chip_;
  double count_;
  std::string id_;
};

}  // namespace

TEST_CASE("chip facts: every accelerator and system is in the catalogue, with its figures") {
  RequiredTable table(measurements_path("chips.csv"), {"id", "class", "tdp_w"});
  std::size_t rows = 0;
  while (table.next()) {
    ++rows;
    const std::string id(table.text("id"));
    std::vector<Problem> problems;
    if (table.text("class") == "system") {
      const auto system = read_entry<NodeConfig>("nodes", id, problems);
      INFO(id);
      REQUIRE(problems.empty());
      Row row(table, system.chip, static_cast<double>(system.chips_per_node));
      row.check_chips();
      constexpr double power_rounding = 0.02;
      row.check("tdp_w", system.power_design().si(), power_rounding);
    } else {
      const auto chip = read_entry<ChipConfig>("chips", id, problems);
      INFO(id);
      REQUIRE(problems.empty());
      Row row(table, chip, 1);
      row.check_chips();
      row.check("tdp_w", chip.rated_power().si());
      CHECK(chip.vendor == table.text("vendor"));
      CHECK(chip.launch == table.text("launch"));
    }
  }
  CHECK(rows >= 73);
}

// SPDX-License-Identifier: Apache-2.0
// Matrix products. The benchmark goes round six copies of the weights, so that those of a sixth of
// the cache and more come from memory: on L40S the times jump by a factor of two there.
#include <fmt/format.h>

#include <map>

#include "models/chip/kernel_time.hpp"
#include "sim/calibration/kernel_fit.hpp"
#include "sim/core/mix.hpp"
#include "sim/data/problems.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab {
namespace {

constexpr double copies_of_weights = 6;
constexpr double smallest_side = 512;  // of n and k: below, no served model has any

struct Format {
  std::string_view table;  // as the tables call it
  Precision precision;
};

KernelFit empty_fit(Precision precision) {
  KernelFit fit;
  fit.field = "matmul";
  fit.key = name_of(precision);
  fit.regions = {"m to 64", "m to 1,024", "m above"};
  fit.parameters = {{"launch", 4e-6, 1e-7, 1e-4, true},
                    {"compute_efficiency", 0.6, 0.05, 1},
                    {"fill_outputs", 1e5, 0, 5e6},
                    {"memory_efficiency", 0.8, 0.1, 1},
                    {"per_k", 1e-10, 0, 5e-9}};
  fit.is_time = {true, false, false, false, true};
  if (precision != Precision::Bf16) {
    fit.parameters.push_back({"quantize_row", 1e-9, 0, 1e-7});
    fit.parameters.push_back({"quantize_element", 1e-12, 0, 1e-10});
    fit.is_time.insert(fit.is_time.end(), {true, true});
  }
  const auto& key = fit.key;
  fit.put = [key](const Values& v, ChipConfig& chip) {
    MatmulCalibration c{Seconds(v[0]), v[1], v[2], v[3], Seconds(v[4]), Seconds(0), Seconds(0)};
    if (v.size() > 5) {
      c.quantize_row = Seconds(v[5]);
      c.quantize_element = Seconds(v[6]);
    }
    chip.matmul[key] = c;
  };
  fit.seconds = [precision](const ChipConfig& chip, const KernelRow& row) {
    const auto whole = [&](std::size_t i) { return static_cast<std::int64_t>(row.size[i]); };
    return matmul_time(chip, precision, whole(0), whole(1), whole(2)).total().si();
  };
  return fit;
}

}  // namespace

std::vector<KernelFit> matmul_fits(const KernelFile& file) {
  // Block-scaled fp8 is left out: its kernels are compiled and launched from the host within the
  // timing on some chips (0.16 ms for any small product on B200).
  constexpr Format formats[] = {
      {"bfloat16", Precision::Bf16}, {"fp8", Precision::Fp8}, {"nvfp4", Precision::Fp4}};
  std::map<Precision, KernelFit> fits;
  MeasurementTable table(file.path);
  while (table.next()) {
    for (const auto& format : formats) {
      if (table.text("gemm_dtype") != format.table) {
        continue;
      }
      auto& fit = fits.try_emplace(format.precision, empty_fit(format.precision)).first->second;
      const double m = table.number("m");
      const double n = table.number("n");
      const double k = table.number("k");
      const double seconds = table.number("latency") / 1e3;
      const double bytes = bytes_per_element(format.precision) * (n * k + m * k) + 2 * m * n;
      if (n < smallest_side || k < smallest_side || seconds <= 0) {
        ++fit.other_rows;
      } else if (is_cached(file.system, bytes, copies_of_weights)) {
        ++fit.cached_rows;
      } else {
        const std::size_t region = m <= 64 ? 0 : m <= 1024 ? 1 : 2;
        fit.rows.push_back({{m, n, k}, seconds, region, text_number(fmt::format("{} {}", n, k))});
      }
    }
  }
  if (!table.problems().empty()) {
    throw DataError(table.problems());
  }
  std::vector<KernelFit> found;
  for (auto& [precision, fit] : fits) {
    found.push_back(std::move(fit));
  }
  return found;
}

}  // namespace tokenfab

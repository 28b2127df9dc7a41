// SPDX-License-Identifier: Apache-2.0
// One calibration to be fitted to the timings of one kind of kernel on one chip: its parameters,
// its rows, and how the simulator says the same time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/chip/chip.hpp"
#include "sim/calibration/kernel_tables.hpp"
#include "sim/calibration/least_squares.hpp"
#include "sim/measured/error_sample.hpp"

namespace tokenfab {

struct KernelRow {
  std::array<double, 8> size{};  // what the kind of kernel counts
  double seconds = 0;
  std::size_t region = 0;
  std::uint64_t shape = 0;  // rows of one shape are held out together
};

struct KernelFit {
  std::string field;                  // of ChipConfig: "matmul"
  std::string key;                    // of that map: "bf16"; empty where there is no map
  std::string part;                   // "decode" of attention; empty: the whole
  std::vector<Parameter> parameters;  // named as the calibration's fields
  std::vector<bool> is_time;          // of the parameters: seconds, else a number
  std::vector<std::string> regions;   // every one has the same weight
  std::vector<KernelRow> rows;
  std::size_t cached_rows = 0;  // left out: served weights and caches come from memory
  std::size_t other_rows = 0;   // left out: kernels that are not what is served
  std::function<void(const Values&, ChipConfig&)> put;
  std::function<double(const ChipConfig&, const KernelRow&)> seconds;

  std::string name() const;  // "attention fp8 decode"
};

/// Whether a loop over one kernel would find what it reads in the chip's cache, while a served
/// model does not: too much for the launch to hide, too little to push itself out. `times`: how
/// much must fit for one round of the loop, over the bytes of one call.
bool is_cached(const KernelSystem& system, double bytes, double times);

/// Fits of one file, in the order of their keys. The collectives of an engine and of the library
/// belong together: all_reduce_fits.
std::vector<KernelFit> matmul_fits(const KernelFile& file);
std::vector<KernelFit> decode_attention_fits(const KernelFile& file);
std::vector<KernelFit> prefill_attention_fits(const KernelFile& file);
std::vector<KernelFit> moe_fits(const KernelFile& file);
/// Either of the two may be missing.
std::vector<KernelFit> all_reduce_fits(const KernelFile* own, const KernelFile* library);

/// Errors by region; the last one is of all rows.
using RegionErrors = std::vector<ErrorSample>;

struct KernelOutcome {
  FitResult fit;
  RegionErrors fitted;
  RegionErrors held_out;
};

struct Split {
  double held_out_share = 0.3;  // of the shapes
  std::uint64_t seed = 1;
};
bool is_held_out(const KernelRow& row, const Split& split);

/// Fits the rows that are not held out; logarithms of times, soft-L1 beyond 10 %.
KernelOutcome fit_kernels(const KernelFit& fit, const ChipConfig& chip, const Split& split);

/// Errors of a chip as it is, or with the values of another chip's fit.
RegionErrors errors_of(const KernelFit& fit, const ChipConfig& chip,
                       const std::function<bool(const KernelRow&)>& counts);

}  // namespace tokenfab

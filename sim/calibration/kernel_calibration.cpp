// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/kernel_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <iterator>
#include <thread>
#include <tuple>

namespace tokenfab {
namespace {

/// Calls work(i) for i below `count` from some threads; throws what the first failing one threw.
void in_parallel(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failures(count);
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> pool;
  for (int t = 1; t < threads; ++t) {
    pool.emplace_back(run);
  }
  run();
  for (auto& thread : pool) {
    thread.join();
  }
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

std::vector<KernelFit> fits_of(const KernelFile& file) {
  switch (file.table) {
    case KernelTable::Matmul:
      return matmul_fits(file);
    case KernelTable::DecodeAttention:
      return decode_attention_fits(file);
    case KernelTable::PrefillAttention:
      return prefill_attention_fits(file);
    case KernelTable::Experts:
      return moe_fits(file);
    case KernelTable::AllReduce:
      return all_reduce_fits(&file, nullptr);
    case KernelTable::Library:
      return all_reduce_fits(nullptr, &file);
  }
  return {};
}

/// Files that are read together: the engine's all-reduces and the library's of one chip.
std::vector<std::function<std::vector<KernelFit>()>> readers(const std::vector<KernelFile>& files,
                                                             std::vector<std::string>& chips) {
  std::vector<std::function<std::vector<KernelFit>()>> found;
  for (const auto& file : files) {
    const auto* library = &file;
    if (file.table == KernelTable::AllReduce || file.table == KernelTable::Library) {
      const auto wanted =
          file.table == KernelTable::AllReduce ? KernelTable::Library : KernelTable::AllReduce;
      const auto other = std::find_if(files.begin(), files.end(), [&](const KernelFile& f) {
        return f.table == wanted && f.system.chip == file.system.chip;
      });
      if (other != files.end() && file.table == KernelTable::Library) {
        continue;  // read with the engine's own
      }
      if (other != files.end()) {
        library = &*other;
        found.emplace_back([&file, library] { return all_reduce_fits(&file, library); });
        chips.emplace_back(file.system.chip);
        continue;
      }
    }
    found.emplace_back([&file] { return fits_of(file); });
    chips.emplace_back(file.system.chip);
  }
  return found;
}

/// Experts without a calibration of their own cost what products of their activations do.
bool has_calibration(const CalibratedKernels& of, const ChipConfig& chip) {
  const auto& [field, key] = std::tie(of.fit.field, of.fit.key);
  if (field == "matmul") {
    return chip.matmul.count(key) > 0;
  }
  if (field == "attention") {
    return chip.attention.count(key) > 0;
  }
  if (field == "moe") {
    return chip.matmul.count(key.substr(key.find('_') + 1)) > 0;
  }
  return !chip.all_reduce.latency.empty();
}

bool is_same_kind(const KernelFit& a, const KernelFit& b) {
  return a.field == b.field && a.key == b.key && a.part == b.part;
}

void compare(CalibratedKernels& of, const std::vector<CalibratedKernels>& all,
             const std::map<std::string, ChipConfig>& chips, const Split& split) {
  const auto& chip = chips.at(of.chip);
  const auto held_out = [&](const KernelRow& row) { return is_held_out(row, split); };
  if (has_calibration(of, chip)) {
    of.before = errors_of(of.fit, chip, held_out);
  }
  for (const auto& other : all) {
    if (other.chip != of.chip && is_same_kind(other.fit, of.fit)) {
      ChipConfig lent = chip;
      other.fit.put(other.outcome.fit.values, lent);
      of.siblings[other.chip] = errors_of(of.fit, lent, [](const KernelRow&) { return true; });
    }
  }
}

}  // namespace

std::vector<CalibratedKernels> calibrate_kernels(const std::vector<KernelFile>& files,
                                                 const std::map<std::string, ChipConfig>& chips,
                                                 const Split& split, int threads) {
  std::vector<std::string> chip_of_reader;
  const auto read = readers(files, chip_of_reader);
  std::vector<std::vector<KernelFit>> fits(read.size());
  in_parallel(read.size(), threads, [&](std::size_t i) { fits[i] = read[i](); });
  std::vector<CalibratedKernels> all;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    for (auto& fit : fits[i]) {
      if (fit.rows.size() > 2 * fit.parameters.size()) {
        all.push_back({chip_of_reader[i], std::move(fit), {}, {}, {}});
      }
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.chip, a.fit.field, a.fit.key, a.fit.part) <
           std::tie(b.chip, b.fit.field, b.fit.key, b.fit.part);
  });
  in_parallel(all.size(), threads, [&](std::size_t i) {
    all[i].outcome = fit_kernels(all[i].fit, chips.at(all[i].chip), split);
  });
  in_parallel(all.size(), threads, [&](std::size_t i) { compare(all[i], all, chips, split); });
  return all;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Attention of grouped queries over a cache of the precision given, heads of 64 and 128 elements
// (what the served models have), no window, prompts and contexts from 256 tokens.
// A loop over one decode attention keeps its cache on the chip up to about twice the size of the
// last-level cache.
#include <fmt/format.h>

#include <map>
#include <optional>

#include "models/chip/kernel_time.hpp"
#include "sim/calibration/kernel_fit.hpp"
#include "sim/core/mix.hpp"
#include "sim/data/problems.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab {
namespace {

constexpr double cache_over_context = 0.5;
constexpr double shortest = 256;  // tokens

/// One row of either table.
struct AttentionRow {
  double sequences;
  double fresh;   // new tokens of each sequence
  double before;  // cached ones
  double heads;
  double kv_heads;
  double dim;
  double window;  // 0: none
  double seconds;
};

std::optional<Precision> precision_of(std::string_view dtype) {
  if (dtype == "bfloat16") {
    return Precision::Bf16;
  }
  return dtype == "fp8" ? std::optional(Precision::Fp8) : std::nullopt;
}

bool is_served(const AttentionRow& row) {
  const bool is_dim = row.dim == 64 || row.dim == 128;
  return is_dim && row.window == 0 && row.kv_heads < row.heads &&
         row.fresh + row.before >= shortest && row.seconds > 0;
}

AttentionShape shape_of(const KernelRow& row, Precision kv) {
  const auto whole = [&](std::size_t i) { return static_cast<std::int64_t>(row.size[i]); };
  const double cached = 2 * row.size[4] * row.size[5] * bytes_per_element(kv);
  return {whole(3), whole(4), whole(5), whole(5), cached};
}

KernelFit empty_fit(Precision kv, const char* part) {
  KernelFit fit;
  fit.field = "attention";
  fit.key = name_of(kv);
  fit.part = part;
  return fit;
}

KernelFit empty_decode_fit(Precision kv) {
  auto fit = empty_fit(kv, "decode");
  fit.regions = {"cache to 10 MB", "to 100 MB", "above"};
  fit.parameters = {{"decode_launch", 1e-5, 1e-7, 1e-4, true},
                    {"decode_per_sequence_head", 1e-8, 0, 1e-6},
                    {"decode_memory_efficiency", 0.8, 0.1, 1}};
  fit.is_time = {true, true, false};
  const auto& key = fit.key;
  fit.put = [key](const Values& v, ChipConfig& chip) {
    auto& c = chip.attention[key];
    c.decode_launch = Seconds(v[0]);
    c.decode_per_sequence_head = Seconds(v[1]);
    c.decode_memory_efficiency = v[2];
    if (c.prefill_compute_efficiency == 0) {
      c.prefill_compute_efficiency = 1;  // not calibrated yet; no decode here comes near it
    }
  };
  fit.seconds = [kv](const ChipConfig& chip, const KernelRow& row) {
    const auto time = decode_attention_time(chip, kv, shape_of(row, kv));
    const double tokens = row.size[0] * row.size[2];
    return (time.fixed + time.per_sequence * row.size[0] + time.per_context_token * tokens).si();
  };
  return fit;
}

KernelFit empty_prefill_fit(Precision kv) {
  auto fit = empty_fit(kv, "prefill");
  fit.regions = {"to 1,023 tokens", "to 4,095", "above"};
  fit.parameters = {{"prefill_launch", 1e-5, 1e-7, 1e-4, true},
                    {"prefill_io_efficiency", 0.5, 0.02, 1},
                    {"prefill_compute_efficiency", 0.6, 0.05, 1},
                    {"prefill_fill_rows", 5e3, 0, 1e6},
                    {"prefill_softmax_dims", 0, 0, 1e3}};
  fit.is_time = {true, false, false, false, false};
  const auto& key = fit.key;
  fit.put = [key](const Values& v, ChipConfig& chip) {
    auto& c = chip.attention[key];
    c.prefill_launch = Seconds(v[0]);
    c.prefill_io_efficiency = v[1];
    c.prefill_compute_efficiency = v[2];
    c.prefill_fill_rows = v[3];
    c.prefill_softmax_dims = v[4];
  };
  fit.seconds = [kv](const ChipConfig& chip, const KernelRow& row) {
    const auto time = prefill_attention_time(chip, kv, shape_of(row, kv));
    const double fresh = row.size[1];
    const double read = row.size[2];
    return (time.launch + time.per_new_token * (row.size[0] * fresh) +
            time.per_read_token * (row.size[0] * read) + time.per_longest_token * read +
            time.per_pair * (row.size[0] * (read - fresh / 2) * fresh))
        .si();
  };
  return fit;
}

/// Sequences, new tokens, tokens read, heads, KV heads, elements of a head.
std::array<double, 8> sizes_of(const AttentionRow& row) {
  return {row.sequences, row.fresh, row.fresh + row.before, row.heads, row.kv_heads, row.dim};
}

using Place = std::function<void(const AttentionRow& row, Precision kv, KernelFit& fit)>;

std::vector<KernelFit> attention_fits(const KernelFile& file, KernelFit (*empty)(Precision),
                                      const Place& place) {
  std::map<Precision, KernelFit> fits;
  MeasurementTable table(file.path);
  while (table.next()) {
    const auto kv = precision_of(table.text("kv_cache_dtype"));
    if (!kv) {
      continue;
    }
    auto& fit = fits.try_emplace(*kv, empty(*kv)).first->second;
    const AttentionRow row{table.number("batch_size"),
                           table.number("isl"),
                           table.number("step"),
                           table.number("num_heads"),
                           table.number("num_key_value_heads"),
                           table.number("head_dim"),
                           table.number("window_size"),  // the oldest tables have none
                           table.number("latency") / 1e3};
    if (is_served(row)) {
      place(row, *kv, fit);
    } else {
      ++fit.other_rows;
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

std::uint64_t shape_number(const AttentionRow& row) {
  return text_number(fmt::format("{} {} {} {}", row.sequences, row.heads, row.kv_heads, row.dim));
}

}  // namespace

std::vector<KernelFit> decode_attention_fits(const KernelFile& file) {
  return attention_fits(
      file, empty_decode_fit, [&](const AttentionRow& row, Precision kv, KernelFit& fit) {
        const auto sizes = sizes_of(row);
        const double bytes =
            2 * sizes[0] * sizes[2] * row.kv_heads * row.dim * bytes_per_element(kv);
        if (is_cached(file.system, bytes, cache_over_context)) {
          ++fit.cached_rows;
          return;
        }
        const std::size_t region = bytes <= 1e7 ? 0 : bytes <= 1e8 ? 1 : 2;
        fit.rows.push_back({sizes, row.seconds, region, shape_number(row)});
      });
}

std::vector<KernelFit> prefill_attention_fits(const KernelFile& file) {
  return attention_fits(
      file, empty_prefill_fit, [](const AttentionRow& row, Precision, KernelFit& fit) {
        const std::size_t region = row.fresh < 1024 ? 0 : row.fresh < 4096 ? 1 : 2;
        fit.rows.push_back({sizes_of(row), row.seconds, region, shape_number(row)});
      });
}

}  // namespace tokenfab

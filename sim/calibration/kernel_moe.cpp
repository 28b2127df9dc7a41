// SPDX-License-Identifier: Apache-2.0
// Layers of routed experts, over all spreads of tokens and layouts of the table. A chip with a part
// of the experts still sums over all its tokens there.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <stdexcept>

#include "models/chip/kernel_time.hpp"
#include "sim/calibration/expert_draw.hpp"
#include "sim/calibration/kernel_fit.hpp"
#include "sim/core/mix.hpp"
#include "sim/data/problems.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab {
namespace {

// A loop over one layer finds experts of up to half the cache there.
constexpr double cache_over_experts = 0.5;
constexpr double split_most = 8;  // chips that cut every expert

enum Size : std::size_t { rows, experts, width, up_columns, inner, choices };

/// What a served checkpoint of that name is: published fp8 ones are scaled by block. The kernel of
/// fp4 weights with bf16 activations is that of gpt-oss, where the table has several.
std::optional<ProductFormat> format_of(std::string_view dtype, std::string_view source) {
  if (dtype == "bfloat16") {
    return Precision::Bf16;
  }
  if (dtype == "fp8_block") {
    return Precision::Fp8;
  }
  if (dtype == "nvfp4") {
    return Precision::Fp4;
  }
  if (dtype == "w4a16_mxfp4" && source.find("gptoss") != std::string_view::npos) {
    return ProductFormat(Precision::Fp4, Precision::Bf16);
  }
  if (dtype == "w4a8_mxfp4_mxfp8") {
    return ProductFormat(Precision::Fp4, Precision::Fp8);
  }
  return std::nullopt;
}

KernelFit empty_fit(ProductFormat format) {
  KernelFit fit;
  fit.field = "moe";
  fit.key = moe_key(format);
  fit.regions = {"16 tokens", "to 256", "to 2,048", "above"};
  fit.parameters = {{"launch", 3e-5, 1e-6, 1e-3, true},
                    {"compute_efficiency", 0.5, 0.05, 1},
                    {"fill_rows", 64, 0, 1024},
                    {"memory_efficiency", 0.8, 0.1, 1},
                    {"row_traffic", 4, 0, 100}};
  fit.is_time = {true, false, false, false, false};
  const auto& key = fit.key;
  fit.put = [key](const Values& v, ChipConfig& chip) {
    chip.moe[key] = MoeCalibration{Seconds(v[0]), v[1], v[2], v[3], v[4]};
  };
  fit.seconds = [format](const ChipConfig& chip, const KernelRow& row) {
    const auto& s = row.size;
    const RoutedRows routed{s[rows], s[experts], s[width]};
    const auto whole = [&](Size i) { return static_cast<std::int64_t>(s[i]); };
    const auto up = routed_product_time(chip, format, routed, whole(up_columns), whole(width));
    const auto down = routed_product_time(chip, format, routed, whole(width), whole(inner));
    const auto* calibration = moe_calibration(chip, format);
    const double elsewhere = calibration == nullptr
                                 ? 0
                                 : (s[choices] - s[rows]) * s[width] * calibration->row_traffic /
                                       chip.memory_bandwidth.si();
    return up.total().si() + down.total().si() + elsewhere;
  };
  return fit;
}

/// Nemotron's experts have one product into them instead of two; the tables do not say so.
bool is_gated(double top_k, double hidden) { return top_k != 22 && hidden != 2688; }

/// Draws that rows share: every precision has the same tokens.
class Draws {
 public:
  /// Notes a row that cannot be.
  ExpertDraw of(const ExpertChoice& choice, MeasurementTable& table) {
    const auto distribution = table.text("distribution");
    const auto name = fmt::format("{} {} {} {} {}", choice.tokens, choice.top_k, choice.experts,
                                  choice.chips, distribution);
    const auto [found, is_new] = draws_.try_emplace(name);
    if (is_new) {
      try {
        found->second = expert_draw(choice, distribution);
      } catch (const std::invalid_argument& error) {
        table.complain(error.what());
      }
    }
    return found->second;
  }

 private:
  std::map<std::string, ExpertDraw> draws_;
};

void add_row(MeasurementTable& table, const KernelSystem& system, ProductFormat format,
             Draws& draws, KernelFit& fit) {
  const auto whole = [&](std::string_view column) {
    return static_cast<std::int64_t>(table.number(column));
  };
  const double hidden = table.number("hidden_size");
  const double split = table.number("moe_tp_size");
  const double seconds = table.number("latency") / 1e3;
  const ExpertChoice choice{whole("num_tokens"), whole("topk"), whole("num_experts"),
                            whole("moe_ep_size")};
  const auto top_k = static_cast<double>(choice.top_k);
  if (!is_gated(top_k, hidden) || split > split_most || seconds <= 0) {
    ++fit.other_rows;
    return;
  }
  const auto draw = draws.of(choice, table);
  const double part = table.number("inter_size") / split;
  const double bytes = 3 * draw.experts * hidden * part * bytes_per_element(format.weights);
  if (draw.rows == 0 || is_cached(system, bytes, cache_over_experts)) {
    ++fit.cached_rows;
    return;
  }
  const auto tokens = static_cast<double>(choice.tokens);
  const std::size_t region = tokens <= 16 ? 0 : tokens <= 256 ? 1 : tokens <= 2048 ? 2 : 3;
  const auto shape =
      fmt::format("{} {} {} {} {} {}", hidden, part, top_k, choice.experts, split, choice.chips);
  fit.rows.push_back({{draw.rows, draw.experts, hidden, 2 * part, part, tokens * top_k},
                      seconds,
                      region,
                      text_number(shape)});
}

}  // namespace

std::vector<KernelFit> moe_fits(const KernelFile& file) {
  std::map<std::string, KernelFit> fits;
  std::size_t others = 0;
  Draws draws;
  MeasurementTable table(file.path);
  while (table.next()) {
    const auto format = format_of(table.text("moe_dtype"), table.text("kernel_source"));
    if (!format) {
      ++others;
      continue;
    }
    add_row(table, file.system, *format, draws,
            fits.try_emplace(moe_key(*format), empty_fit(*format)).first->second);
  }
  if (!table.problems().empty()) {
    throw DataError(table.problems());
  }
  std::vector<KernelFit> found;
  for (auto& [key, fit] : fits) {
    found.push_back(std::move(fit));
  }
  if (!found.empty()) {
    found.front().other_rows += others;
  }
  return found;
}

}  // namespace tokenfab

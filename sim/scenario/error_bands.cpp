// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/error_bands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <tuple>

#include "sim/scenario/catalogue_entry.hpp"

namespace tokenfab {
namespace {

constexpr double percent_max = 1e6;
constexpr double count_max = 1e12;
// Estimate: with fewer the median says little and the 90th percentile nothing.
constexpr std::int64_t rows_min = 5;

ErrorBands read_bands() {
  const EmbeddedTables tables;
  ErrorBands bands;
  std::vector<Problem> problems;
  for (const auto& id : tables.ids("error_bands")) {
    bands.emplace_back(id, catalogue_entry<ErrorBandConfig>("error_bands", id, problems, "/" + id));
  }
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  return bands;
}

bool has_model(const ErrorBandConfig& band, const CatalogueIdentity& model) {
  return std::any_of(band.models.begin(), band.models.end(),
                     [&](const auto& each) { return model.is(each); });
}

bool is_in_range(const ErrorBandConfig& band, const PredictionKind& kind) {
  const auto reaches = [](const std::optional<std::int64_t>& most,
                          const std::optional<double>& now) {
    return !most || !now || *now <= static_cast<double>(*most);
  };
  return reaches(band.concurrency_max, kind.concurrency) && reaches(band.context_max, kind.context);
}

/// Prefill and decode apart is a regime of its own; how a whole replica was kept busy is not.
bool is_alike(const std::string& regime, const std::string& other) {
  constexpr const char* disaggregated = "disaggregated";
  return (regime == disaggregated) == (other == disaggregated);
}

/// Larger is nearer.
auto nearness(const ErrorBandConfig& band, const PredictionKind& kind) {
  // An entry over all chips is nearer than one of another chip.
  const int chip = kind.chip.is(band.chip) ? 2 : (band.chip.empty() ? 1 : 0);
  return std::tuple(is_in_range(band, kind), chip, kind.engine.is(band.engine),
                    band.precision == kind.precision, is_alike(band.regime, kind.regime),
                    has_model(band, kind.model), band.regime == kind.regime, band.rows);
}

std::string basis_of(const ErrorBandConfig& band) {
  std::vector<std::string> words{band.chip.empty() ? band.vendor + " chips" : band.chip};
  words.push_back(band.engine.empty() ? band.engine_family : band.engine);
  for (const auto* word : {&band.precision, &band.regime}) {
    if (!word->empty()) {
      words.push_back(*word);
    }
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::string chip_of(const PredictionKind& kind) { return kind.chip.id_or(kind.chip_name); }

/// What of the prediction was not compared, though the band is the nearest there is.
std::string difference_of(const ErrorBandConfig& band, const PredictionKind& kind) {
  const auto engine = kind.engine.id_or(kind.engine_family);
  std::vector<std::string> never;
  std::vector<std::string> changed;
  if (!kind.chip.is(band.chip)) {
    never.push_back(chip_of(kind));
  } else if (kind.chip.has_changed) {
    changed.push_back(chip_of(kind));
  }
  if (!kind.engine.is(band.engine)) {
    never.push_back(engine);
  } else if (kind.engine.has_changed) {
    changed.push_back(engine);
  }
  if (band.precision != kind.precision) {
    never.push_back(kind.precision);
  }
  if (!is_alike(band.regime, kind.regime)) {
    never.push_back(kind.regime + " service");
  }
  if (!band.models.empty() && !has_model(band, kind.model)) {
    never.push_back(kind.model.id_or(kind.model_name));
  }
  std::vector<std::string> reasons;
  if (!never.empty()) {
    reasons.push_back(fmt::format("not compared: {}", fmt::join(never, ", ")));
  }
  if (!changed.empty()) {
    reasons.push_back(fmt::format("not the catalogue's values: {}", fmt::join(changed, ", ")));
  }
  if (band.rows < rows_min) {
    reasons.push_back("too few points");
  }
  return fmt::format("{}", fmt::join(reasons, "; "));
}

std::string excess_of(const ErrorBandConfig& band, const PredictionKind& kind) {
  if (band.concurrency_max && kind.concurrency &&
      *kind.concurrency > static_cast<double>(*band.concurrency_max)) {
    return fmt::format("{:.0f} requests at once on a replica, compared up to {}", *kind.concurrency,
                       *band.concurrency_max);
  }
  return fmt::format("{:.0f} tokens of prompt and answer, compared up to {}",
                     kind.context.value_or(0), band.context_max.value_or(0));
}

/// Why no band comes near: the widest thing that was never compared.
std::string reason_of_none(const ErrorBands& bands, const PredictionKind& kind) {
  const auto any = [&](auto matches) {
    return std::any_of(bands.begin(), bands.end(),
                       [&](const auto& entry) { return matches(entry.second); });
  };
  if (!any([&](const auto& band) { return band.vendor == kind.vendor; })) {
    return fmt::format("{} was never compared", chip_of(kind));
  }
  if (!any([&](const auto& band) { return band.engine_family == kind.engine_family; })) {
    return fmt::format("{} was never compared", kind.engine_family);
  }
  if (!any([&](const auto& band) { return band.quantity == kind.quantity; })) {
    return fmt::format("{} was never compared", kind.quantity);
  }
  return fmt::format("{} under {} was never compared on {}", kind.quantity, kind.engine_family,
                     chip_of(kind));
}

}  // namespace

void ErrorBandConfig::describe(Describe<ErrorBandConfig>& d) {
  using C = ErrorBandConfig;
  d.field("quantity", &C::quantity, "What was compared: tpot, ttft, power_per_chip, ...")
      .required();
  d.field("chip", &C::chip, "Chip of the catalogue; absent: all of the vendor's");
  d.field("vendor", &C::vendor, "Maker of the chip");
  d.field("engine", &C::engine, "Engine profile of the catalogue; absent: all of the family");
  d.field("engine_family", &C::engine_family, "The software, whatever its version");
  d.field("precision", &C::precision, "Number format of the weights; absent: all");
  d.field("regime", &C::regime, "How it was measured: closed loop, offline, disaggregated, ...");
  d.field("models", &C::models, "Models that were compared; absent: not told apart");
  d.field("rows", &C::rows, "Measured rows").required().range(1, count_max);
  d.field("median_pct", &C::median_pct, "Median size of the relative error, percent")
      .range(0, percent_max);
  d.field("p90_pct", &C::p90_pct, "90th percentile of the same").range(0, percent_max);
  d.field("bias_pct", &C::bias_pct, "Median error with its sign; + is predicted too high");
  d.field("concurrency_max", &C::concurrency_max, "Most requests at once among the rows")
      .range(1, count_max);
  d.field("context_max", &C::context_max, "Longest prompt and answer together, tokens")
      .range(1, count_max);
  d.field("hold_out_median_pct", &C::hold_out_median_pct, "median_pct of rows no fit has seen")
      .range(0, percent_max);
}

const ErrorBands& shipped_error_bands() {
  static const ErrorBands bands = read_bands();
  return bands;
}

PredictionBand find_band(const ErrorBands& bands, const PredictionKind& kind) {
  const ErrorBandConfig* nearest = nullptr;
  for (const auto& [id, band] : bands) {
    const bool is_near = band.quantity == kind.quantity && band.vendor == kind.vendor &&
                         band.engine_family == kind.engine_family;
    if (is_near && (nearest == nullptr || nearness(band, kind) > nearness(*nearest, kind))) {
      nearest = &band;
    }
  }
  PredictionBand found;
  found.quantity = kind.quantity;
  if (nearest == nullptr) {
    found.reason = reason_of_none(bands, kind);
    return found;
  }
  if (!is_in_range(*nearest, kind)) {
    found.reason = excess_of(*nearest, kind);
    return found;
  }
  found.reason = difference_of(*nearest, kind);
  found.status = found.reason.empty() ? BandStatus::Validated : BandStatus::Sibling;
  found.median_pct = nearest->median_pct;
  found.p90_pct = nearest->p90_pct;
  found.bias_pct = nearest->bias_pct;
  found.rows = nearest->rows;
  found.basis = basis_of(*nearest);
  return found;
}

}  // namespace tokenfab

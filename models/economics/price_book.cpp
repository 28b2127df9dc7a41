// SPDX-License-Identifier: Apache-2.0
#include "models/economics/price_book.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tokenfab {
namespace {

/// How many of model, workload and tenant the tier names; absent if it is for another one.
std::optional<int> match(const TierConfig& tier, const Sale& sale) {
  int named = 0;
  for (const auto& [wanted, actual] :
       {std::pair(&tier.model, &sale.model), std::pair(&tier.workload, &sale.workload),
        std::pair(&tier.tenant, &sale.tenant)}) {
    if (*wanted) {
      if (**wanted != *actual) {
        return std::nullopt;
      }
      ++named;
    }
  }
  return named;
}

/// The best tiers of a sale, in order of their names.
std::vector<std::string> best_tiers(const PriceBook& book, const Sale& sale) {
  std::vector<std::string> best;
  int most = -1;
  for (const auto& [name, tier] : book) {
    const auto named = match(tier, sale);
    if (named && *named > most) {
      best.clear();
      most = *named;
    }
    if (named && *named == most) {
      best.push_back(name);
    }
  }
  return best;
}

}  // namespace

void QuoteConfig::describe(Describe<QuoteConfig>& d) {
  using C = QuoteConfig;
  d.field("provider", &C::provider, "Who asks the price");
  d.field("product", &C::product, "What it is asked for");
  d.field("tier", &C::tier, "Requests it is asked for: length of the prompt, batch, resolution");
  d.field("currency", &C::currency, "Currency of the list");
  d.field("valid_from", &C::valid_from, "First day or month of the list");
  d.field("valid_to", &C::valid_to, "Last day or month; still valid when read if absent");
  d.field("cache_write", &C::cache_write, "Price of input put into an explicit cache").range(0, 1);
}

void PricesConfig::describe(Describe<PricesConfig>& d) {
  using C = PricesConfig;
  d.field("input", &C::input, "Price of input tokens").required().range(0, 1);
  d.field("output", &C::output, "Price of output tokens").required().range(0, 1);
  d.field("cached_input", &C::cached_input,
          "Price of input tokens found in a prefix cache; that of other input if left out")
      .range(0, 1);
  d.field("image", &C::image, "Price of an image").range(0, 1e4);
  d.field("video_second", &C::video_second, "Price of video by its playing time").range(0, 1e4);
  d.object("quote", &C::quote, "Whose price list it is; nothing is computed with it");
}

void TierConfig::describe(Describe<TierConfig>& d) {
  using C = TierConfig;
  d.field("model", &C::model, "Only what this model makes").refers_to("model");
  d.field("workload", &C::workload, "Only requests of this workload").refers_to("workload");
  d.field("tenant", &C::tenant, "Only requests of this tenant");
  d.field("input", &C::input, "Price of input tokens").range(0, 1);
  d.field("cached_input", &C::cached_input,
          "Price of input tokens found in a prefix cache; that of other input if left out")
      .range(0, 1);
  d.field("output", &C::output, "Price of output tokens").range(0, 1);
  d.field("image", &C::image, "Price of an image").range(0, 1e4);
  d.field("video_second", &C::video_second, "Price of video by its playing time").range(0, 1e4);
  d.object("quote", &C::quote, "Whose price list it is; nothing is computed with it");
}

std::string tier_of(const PriceBook& book, const Sale& sale) {
  const auto best = best_tiers(book, sale);
  return best.empty() ? std::string(default_tier) : best.front();
}

std::vector<Tie> ties(const PriceBook& book, const std::vector<Sale>& sales) {
  std::set<std::string> tenants{""};
  for (const auto& [name, tier] : book) {
    if (tier.tenant) {
      tenants.insert(*tier.tenant);
    }
  }
  std::set<std::pair<std::string, std::string>> known;
  std::vector<Tie> found;
  for (const auto& sale : sales) {
    for (const auto& tenant : tenants) {
      const Sale tried{sale.model, sale.workload, tenant};
      const auto best = best_tiers(book, tried);
      for (std::size_t i = 1; i < best.size(); ++i) {
        if (known.emplace(best[0], best[i]).second) {
          found.push_back({best[0], best[i], tried});
        }
      }
    }
  }
  return found;
}

UnitPrices unit_prices(const std::optional<PricesConfig>& prices, const PriceBook& book,
                       const std::string& tier) {
  UnitPrices unit;
  if (prices) {
    unit = {prices->input, prices->cached_input.value_or(prices->input), prices->output,
            prices->image.value_or(Dollars()), prices->video_second.value_or(DollarsPerSecond())};
  }
  const auto own = book.find(tier);
  if (own != book.end()) {
    const auto& config = own->second;
    unit.cached_input = config.cached_input.value_or(config.input.value_or(unit.cached_input));
    unit.input = config.input.value_or(unit.input);
    unit.output = config.output.value_or(unit.output);
    unit.image = config.image.value_or(unit.image);
    unit.video_second = config.video_second.value_or(unit.video_second);
  }
  return unit;
}

Dollars revenue(const UnitPrices& prices, const SoldAmounts& sold) {
  return Dollars(sold.input_tokens * prices.input.si() +
                 sold.cached_input_tokens * prices.cached_input.si() +
                 sold.output_tokens * prices.output.si()) +
         sold.images * prices.image + prices.video_second * Seconds(sold.video_seconds);
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What users pay: default prices, and tiers with other ones for a model, a workload or a tenant
// ("cheap tokens and luxury tokens"). Pure functions.
// Left out: prices that change with time or volume, fees for writing a cache, subscriptions.
// models/data/token_prices.json has published lists.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// Whose price list a price is from; nothing is computed with it.
struct QuoteConfig {
  std::optional<std::string> provider;
  std::optional<std::string> product;
  std::optional<std::string> tier;      // for which requests: length of the prompt, batch
  std::optional<std::string> currency;  // of the list
  std::optional<std::string> valid_from;
  std::optional<std::string> valid_to;
  std::optional<DollarsPerToken> cache_write;  // input tokens put into an explicit cache
  static void describe(Describe<QuoteConfig>& d);
};

/// Default prices; without one for cached input that costs as much as other input, and what has no
/// price is free.
struct PricesConfig {
  DollarsPerToken input;
  DollarsPerToken output;
  std::optional<DollarsPerToken> cached_input;
  std::optional<Dollars> image;
  std::optional<DollarsPerSecond> video_second;
  std::optional<QuoteConfig> quote;
  static void describe(Describe<PricesConfig>& d);
};

/// A tier: whom it is for, and its prices; those it leaves out are the default ones.
struct TierConfig {
  std::optional<std::string> model;  // absent: any
  std::optional<std::string> workload;
  std::optional<std::string> tenant;
  std::optional<DollarsPerToken> input;
  std::optional<DollarsPerToken> cached_input;
  std::optional<DollarsPerToken> output;
  std::optional<Dollars> image;
  std::optional<DollarsPerSecond> video_second;
  std::optional<QuoteConfig> quote;
  static void describe(Describe<TierConfig>& d);
};

using PriceBook = std::map<std::string, TierConfig>;

/// The tier of what no tier of the book matches.
inline constexpr std::string_view default_tier = "default";

/// Who buys what.
struct Sale {
  std::string model;
  std::string workload;
  std::string tenant;
};

/// The tier that matches and names most of model, workload and tenant; the default tier if none.
/// Of several the first by name (see ties()).
std::string tier_of(const PriceBook& book, const Sale& sale);

/// Two tiers, in order of their names, that match a sale equally well and better than all others.
struct Tie {
  std::string first;
  std::string second;
  Sale sale;  // "" for a tenant that the book does not name
};

/// The ties among all sales of these models to these workloads, each pair of tiers once. `sales`
/// need no tenants: those that the book names are tried, and one that it does not.
std::vector<Tie> ties(const PriceBook& book, const std::vector<Sale>& sales);

/// Prices with nothing left open.
struct UnitPrices {
  DollarsPerToken input;
  DollarsPerToken cached_input;
  DollarsPerToken output;
  Dollars image;
  DollarsPerSecond video_second;
};

/// `tier` is a name in the book or the default one. A tier with a price of input and none of
/// cached input asks its own price of input for it.
UnitPrices unit_prices(const std::optional<PricesConfig>& prices, const PriceBook& book,
                       const std::string& tier);

/// What was sold; input is without the cached one.
struct SoldAmounts {
  double input_tokens = 0;
  double cached_input_tokens = 0;
  double output_tokens = 0;
  double images = 0;
  double video_seconds = 0;
};

Dollars revenue(const UnitPrices& prices, const SoldAmounts& sold);

}  // namespace tokenfab

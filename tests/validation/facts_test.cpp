// SPDX-License-Identifier: Apache-2.0
// Every row of the collected facts about models and money is in the catalogue, with its values.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>

#include "models/economics/chip_rents.hpp"
#include "models/economics/cost.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/figures.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using namespace tokenfab::validation;

namespace {

constexpr double cny_per_usd = 7.1;
constexpr double hour = 3600;
constexpr double month = 365 * 86400.0 / 12;
constexpr double year = 365 * 86400.0;

bool is_near(double a, double b) { return std::abs(a - b) <= 2e-6 * std::max(std::abs(a), 1e-9); }

/// Entries of a table that no row has been found to be yet.
template <class Config>
class Unclaimed {
 public:
  explicit Unclaimed(const std::string& table) {
    const EmbeddedTables tables;
    for (const auto& id : tables.ids(table)) {
      entries_.emplace_back(id, entry<Config>(table, id));
    }
  }

  /// Takes the first entry for which `is_it` holds; false if there is none.
  template <class Test>
  bool claim(Test is_it) {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const auto& each) { return is_it(each.second); });
    if (found == entries_.end()) {
      return false;
    }
    entries_.erase(found);
    return true;
  }

  std::string left() const {
    std::string ids;
    for (const auto& [id, config] : entries_) {
      ids += id + " ";
    }
    return ids;
  }

 private:
  std::vector<std::pair<std::string, Config>> entries_;
};

std::optional<double> number_of(MeasurementTable& table, std::string_view column) {
  const std::string text(table.text(column));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return text.empty() || *end != 0 ? std::nullopt : std::optional(number);
}

bool same(std::optional<double> a, std::optional<double> b) {
  return a.has_value() == b.has_value() && (!a || is_near(*a, *b));
}

/// USD per second, of all views and their ranges.
std::multiset<double> all_rents() {
  std::multiset<double> rents;
  const EmbeddedTables tables;
  for (const auto& id : tables.ids("rents")) {
    const auto c = entry<ChipRentsConfig>("rents", id);
    for (const auto& rent :
         {c.hyperscaler, c.neocloud, c.rental_3_year, c.contract_1_year, c.on_demand, c.spot,
          c.listed, c.listed_low, c.listed_high, c.monthly, c.monthly_low, c.monthly_high}) {
      if (rent) {
        rents.insert(rent->si());
      }
    }
  }
  return rents;
}

bool take(std::multiset<double>& values, double wanted) {
  const auto found = values.lower_bound(wanted * (1 - 2e-6));
  if (found == values.end() || *found > wanted * (1 + 2e-6)) {
    return false;
  }
  values.erase(found);
  return true;
}

/// The rows of a table that are figures, each found once.
void check_figures(MeasurementTable& table, Unclaimed<FigureConfig>& figures, int& rows) {
  const auto region = std::string(table.text("region"));
  const auto unit = std::string(table.text("unit"));
  const bool is_there = figures.claim([&](const FigureConfig& figure) {
    return figure.region.value_or("") == region && figure.unit.value_or("") == unit &&
           same(figure.value, number_of(table, "value")) &&
           same(figure.low, number_of(table, "low")) && same(figure.high, number_of(table, "high"));
  });
  INFO(table.path() << ":" << table.line());
  CHECK(is_there);
  ++rows;
}

}  // namespace

TEST_CASE("facts: economics and grid are in the catalogue row by row") {
  MeasurementTable economics(measurements_path("economics.csv"));
  MeasurementTable grid(measurements_path("grid.csv"));
  Unclaimed<FigureConfig> figures("figures");
  auto rents = all_rents();
  std::multiset<double> lives;
  for (const auto& id : EmbeddedTables().ids("capex")) {
    lives.insert(entry<CapexConfig>("capex", id).host_life.si());
  }
  int rows = 0;
  while (economics.next()) {
    const auto topic = economics.text("topic");
    const bool is_monthly = topic == "gpu_month";
    INFO(economics.text("id") << " " << economics.text("item"));
    if (topic == "gpu_hour" || is_monthly) {
      const double rate = (economics.text("unit").starts_with("CNY") ? 1 / cny_per_usd : 1) /
                          (is_monthly ? month : hour);
      for (const auto* column : {"value", "low", "high"}) {
        if (const auto value = number_of(economics, column)) {
          CHECK(take(rents, *value * rate));
        }
      }
      ++rows;
    } else if (topic == "depreciation") {
      CHECK(take(lives, *number_of(economics, "value") * year));
      ++rows;
    } else {
      check_figures(economics, figures, rows);
    }
  }
  CHECK(rows == 94);
  CHECK(rents.empty());
  int grid_rows = 0;
  while (grid.next()) {
    check_figures(grid, figures, grid_rows);
  }
  CHECK(grid_rows == 104);
  CHECK(figures.left().empty());
  fmt::print("economics.csv: {} of 94 rows, grid.csv: {} of 104 rows\n", rows, grid_rows);
}

TEST_CASE("facts: token and video prices are in the catalogue row by row") {
  MeasurementTable tokens(measurements_path("token_prices.csv"));
  MeasurementTable videos(measurements_path("video_prices.csv"));
  Unclaimed<PricesConfig> prices("token_prices");
  int rows = 0;
  while (tokens.next()) {
    const double rate = (tokens.text("currency") == "CNY" ? 1 / cny_per_usd : 1) / 1e6;
    const auto listed = [&](const char* column) {
      const auto value = number_of(tokens, column);
      return value ? std::optional(*value * rate) : std::nullopt;
    };
    const auto si = [](const std::optional<DollarsPerToken>& price) {
      return price ? std::optional(price->si()) : std::nullopt;
    };
    INFO(tokens.text("id") << " " << tokens.text("model"));
    const auto is_row = [&](const PricesConfig& c) {
      return c.quote->provider == tokens.text("provider") &&
             c.quote->tier.value_or("") == tokens.text("tier") &&
             c.quote->currency == tokens.text("currency") &&
             c.quote->valid_from == tokens.text("valid_from") &&
             c.quote->valid_to.value_or("") == tokens.text("valid_to") &&
             same(c.input.si(), listed("input_per_m")) &&
             same(c.output.si(), listed("output_per_m")) &&
             same(si(c.cached_input), listed("cached_input_per_m")) &&
             same(si(c.quote->cache_write), listed("cache_write_per_m"));
    };
    CHECK(prices.claim(is_row));
    if (const auto batch = std::string(tokens.text("batch_discount")); !batch.empty()) {
      const double input = std::stod(batch) * rate;
      const double output = std::stod(batch.substr(batch.find('/') + 1)) * rate;
      CHECK(prices.claim([&](const PricesConfig& c) {
        return c.quote->tier->ends_with("batch") && is_near(c.input.si(), input) &&
               is_near(c.output.si(), output);
      }));
    }
    ++rows;
  }
  CHECK(rows == 39);
  while (videos.next()) {
    // Seedance is told as a range per minute: its middle is taken.
    const double price = number_of(videos, "price").value_or((0.10 + 0.80) / 2 / 60);
    CHECK(prices.claim([&](const PricesConfig& c) {
      return c.video_second && is_near(c.video_second->si(), price) &&
             c.quote->provider == videos.text("provider");
    }));
    ++rows;
  }
  CHECK(rows == 43);
  CHECK(prices.left().empty());
  fmt::print("token_prices.csv and video_prices.csv: {} of 43 rows\n", rows);
}

namespace {

Node facts_of_models() {
  std::ifstream stream(measurements_path("models.json"));
  return parse_document(std::string(std::istreambuf_iterator<char>(stream), {}), "models.json");
}

double number_in(const Node& row, const char* key) {
  const Node* node = row.find(key);
  if (node == nullptr || node->kind == NodeKind::Null) {
    return 0;
  }
  return node->kind == NodeKind::Number ? node->number : static_cast<double>(node->integer);
}

}  // namespace

// Published totals are rounded (Gemma 4 26B: 25.8 with its vision tower), count prediction layers
// or not (DeepSeek-V3.2: 685 of 672 and 12 B) and embeddings or not (openPangu-Embedded-7B): 3.5 %
// of one of the three.
TEST_CASE("facts: language models have their published sizes") {
  const auto facts = facts_of_models();
  int sizes = 0;
  int caches = 0;
  for (const auto& row : facts.find("llms")->items) {
    const auto id = row.find("id")->text;
    INFO(id);
    const auto config = transformer(id);
    CHECK(contradictions(config).empty());
    if (const double longest = number_in(row, "max_context"); longest > 0) {
      CHECK(config.max_position_embeddings == static_cast<std::int64_t>(longest));
    }
    CHECK(config.release.value_or("") == row.find("release")->text);
    const auto count = parameter_count(config);
    if (const double nominal = number_in(row, "params_b_total_nominal") * 1e9; nominal > 0) {
      double error = std::abs(count.total() / nominal - 1);
      for (const double other :
           {count.total() + config.mtp_parameters, count.total() - count.embedding - count.head}) {
        error = std::min(error, std::abs(other / nominal - 1));
      }
      fmt::print("{}: {:.2f} B of {:.2f} B nominal, {:+.1f} %\n", id, count.total() / 1e9,
                 nominal / 1e9, (count.total() / nominal - 1) * 100);
      CHECK(error <= 0.035);
      ++sizes;
    }
    if (const double bytes = number_in(row, "kv_bytes_per_token_bf16"); bytes > 0) {
      CHECK(2 * cache_elements_per_token(config) == bytes);
      ++caches;
    }
  }
  CHECK(facts.find("llms")->items.size() == 55);
  fmt::print("{} sizes and {} caches per token compared\n", sizes, caches);
}

TEST_CASE("facts: every diffusion model is in the catalogue") {
  const auto facts = facts_of_models();
  for (const auto& row : facts.find("diffusion")->items) {
    INFO(row.find("id")->text);
    diffusion_model(row.find("id")->text);
  }
  CHECK(facts.find("diffusion")->items.size() == 17);
}

TEST_CASE("facts: every model that a measured table names is found") {
  const EmbeddedTables tables;
  std::set<std::string> unknown;
  const auto look = [&](const std::string& file, const char* column) {
    MeasurementTable table(measurements_path(file));
    while (table.next()) {
      const std::string name(table.text(column));
      if (tables.find("models", name) == nullptr &&
          tables.find("diffusion_models", name) == nullptr) {
        unknown.insert(name);
      }
    }
  };
  look("llm_power_itl.csv", "model_id");
  CHECK(unknown.empty());
  look("inference_benchmarks.csv", "model");
  // Two names at once and a remark: whoever reads that table says which model is meant.
  CHECK(unknown == std::set<std::string>{"DeepSeek-V3/R1", "DeepSeek-V3/R1 671B (full)",
                                         "Pangu Pro MoE 72B-A16B"});
}

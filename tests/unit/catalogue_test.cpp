// SPDX-License-Identifier: Apache-2.0
// The built-in tables: every entry reads, every value says where it is from.
#include <set>
#include <string>

#include "models/economics/chip_rents.hpp"
#include "models/energy/grid_profile.hpp"
#include "models/serving/placement.hpp"
#include "models/weather/climate.hpp"
#include "sim/scenario/catalogue_values.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/failure_rates.hpp"
#include "tests/figures.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

const std::vector<std::string> table_names{"chips",
                                           "nodes",
                                           "models",
                                           "engines",
                                           "diffusion_models",
                                           "diffusion_engines",
                                           "error_bands",
                                           "power_stages",
                                           "climates",
                                           "grids",
                                           "tariffs",
                                           "collectives",
                                           "failure_rates",
                                           "networks",
                                           "training_engines",
                                           "rents",
                                           "capex",
                                           "figures",
                                           "regions",
                                           "token_prices"};

template <class Config>
void require_all_read(const std::string& table) {
  const EmbeddedTables tables;
  REQUIRE_FALSE(tables.ids(table).empty());
  for (const auto& id : tables.ids(table)) {
    std::vector<Problem> problems;
    read_entry<Config>(table, id, problems);
    for (const auto& problem : problems) {
      FAIL(table << ": " << describe(problem));
    }
  }
}

/// Every leaf has a source, its own or that of an object it lies in.
void require_sources(const Node& value, const Node* from, const Node& sources,
                     const std::string& where) {
  INFO(where);
  REQUIRE(from != nullptr);
  if (from->kind == NodeKind::String) {
    INFO("source " << from->text);
    REQUIRE(sources.find(from->text) != nullptr);
    return;
  }
  REQUIRE(value.kind == NodeKind::Object);
  REQUIRE(from->kind == NodeKind::Object);
  for (const auto& [key, mark, member] : value.members) {
    require_sources(member, from->find(key), sources, where + "/" + key);
  }
}

void collect_sources(const Node& from, std::set<std::string>& used) {
  if (from.kind == NodeKind::String) {
    used.insert(from.text);
  }
  for (const auto& [key, mark, member] : from.members) {
    collect_sources(member, used);
  }
}

}  // namespace

TEST_CASE("catalogue: every chip reads") { require_all_read<ChipConfig>("chips"); }
TEST_CASE("catalogue: every node reads") { require_all_read<NodeConfig>("nodes"); }
TEST_CASE("catalogue: every model reads") { require_all_read<TransformerConfig>("models"); }
TEST_CASE("catalogue: every engine reads") { require_all_read<EngineProfileConfig>("engines"); }

TEST_CASE("catalogue: every training engine reads") {
  require_all_read<TrainingEngineConfig>("training_engines");
}

TEST_CASE("catalogue: every diffusion model reads") {
  require_all_read<DiffusionModelConfig>("diffusion_models");
}
TEST_CASE("catalogue: every diffusion engine reads") {
  require_all_read<DiffusionProfileConfig>("diffusion_engines");
}
TEST_CASE("catalogue: every climate reads") { require_all_read<ClimateConfig>("climates"); }
TEST_CASE("catalogue: every rent reads") { require_all_read<ChipRentsConfig>("rents"); }
TEST_CASE("catalogue: every figure reads") { require_all_read<FigureConfig>("figures"); }
TEST_CASE("catalogue: every grid reads") { require_all_read<GridProfileConfig>("grids"); }

TEST_CASE("catalogue: every entry of failure rates reads and contradicts nothing") {
  const auto ids = EmbeddedTables().ids("failure_rates");
  REQUIRE(ids.size() >= 6);
  for (const auto& id : ids) {
    INFO(id);
    REQUIRE(contradictions(failure_rates(id)).empty());
  }
}

TEST_CASE("catalogue: every power stage reads") {
  require_all_read<ConversionStageConfig>("power_stages");
}

TEST_CASE("catalogue: every value names an existing source") {
  const EmbeddedTables tables;
  for (const auto& name : table_names) {
    const auto& table = tables.table(name);
    const Node* sources = table.find("sources");
    const Node* entries = table.find("entries");
    REQUIRE(sources != nullptr);
    REQUIRE(entries != nullptr);
    for (const auto& [id, mark, entry] : entries->members) {
      const Node* values = entry.find("values");
      REQUIRE(values != nullptr);
      if (values->find("use") != nullptr && values->members.size() == 1) {
        // Another name of an entry: the values are there.
        REQUIRE(tables.find(name, values->find("use")->text) != nullptr);
        continue;
      }
      require_sources(*values, entry.find("from"), *sources, name + "/" + id);
    }
  }
}

TEST_CASE("catalogue: every source says what, when and how sure") {
  const std::set<std::string> levels(confidence_levels().begin(), confidence_levels().end());
  const EmbeddedTables tables;
  for (const auto& name : table_names) {
    for (const auto& [id, mark, source] : tables.table(name).find("sources")->members) {
      INFO(name << ": " << id);
      REQUIRE(source.find("text") != nullptr);
      REQUIRE(source.find("text")->text.size() > 10);
      REQUIRE(source.find("date") != nullptr);
      REQUIRE(source.find("date")->text.size() >= 7);  // at least YYYY-MM
      REQUIRE(source.find("confidence") != nullptr);
      REQUIRE(levels.count(source.find("confidence")->text) == 1);
    }
  }
}

TEST_CASE("catalogue: no source is left unused") {
  const EmbeddedTables tables;
  for (const auto& name : table_names) {
    std::set<std::string> used;
    for (const auto& [id, mark, entry] : tables.table(name).find("entries")->members) {
      if (const Node* from = entry.find("from")) {
        collect_sources(*from, used);
      }
    }
    for (const auto& [id, mark, source] : tables.table(name).find("sources")->members) {
      INFO(name << ": " << id);
      REQUIRE(used.count(id) == 1);
    }
  }
}

TEST_CASE("catalogue: chips are consistent") {
  const EmbeddedTables tables;
  for (const auto& id : tables.ids("chips")) {
    INFO(id);
    const auto config = chip(id);
    REQUIRE(config.power_idle < config.power_limit);
    for (const auto& [precision, fit] : config.matmul) {
      bool is_known = false;
      for (const auto known : {Precision::Bf16, Precision::Fp8, Precision::Int8, Precision::Fp4}) {
        is_known = is_known || (name_of(known) == precision && peak(config, known));
      }
      INFO("calibration for " << precision << " without a peak");
      REQUIRE(is_known);
    }
    REQUIRE(config.matmul.count("bf16") == 1);
    REQUIRE(config.attention.count("bf16") == 1);
    REQUIRE_FALSE(config.all_reduce.latency.empty());
    // No table entry can be faster with less: fp8 peaks are at least bf16's.
    REQUIRE((!config.peak_fp8 || *config.peak_fp8 >= config.peak_bf16));
  }
}

TEST_CASE("catalogue: public model ids are found by their last part, in any case") {
  const EmbeddedTables tables;
  REQUIRE(tables.find("models", "meta-llama/Llama-3.1-70B") ==
          tables.find("models", "llama-3.1-70b"));
  REQUIRE(tables.find("models", "llama-9") == nullptr);
  REQUIRE(tables.find("no-table", "llama-3.1-70b") == nullptr);
}

TEST_CASE("catalogue: an entry is read through all that it uses, and what is no entry is told") {
  // The alias of a chip that uses another one for its kernels.
  const auto alias = catalogue_entry<ChipConfig>("chips", "ascend-910b");
  REQUIRE(alias.name == "Ascend 910B2");
  REQUIRE(alias.attention.count("bf16") == 1);
  std::vector<Problem> problems;
  catalogue_entry<ChipConfig>("chips", "ascend-910x", problems, "/here");
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().pointer.find("/here") == 0);
  REQUIRE_THROWS_AS(catalogue_entry<ChipConfig>("chips", "ascend-910x"), ConfigError);
}

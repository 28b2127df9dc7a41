// SPDX-License-Identifier: Apache-2.0
// Chips that inherit from their siblings: what they take, what they say themselves, and how a run
// tells what it took.
#include <algorithm>
#include <set>
#include <string>

#include "models/chip/kernel_time.hpp"
#include "sim/scenario/catalogue_values.hpp"
#include "sim/scenario/provenance.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

std::string text_of(const Node* node) { return node == nullptr ? std::string() : node->text; }

bool has(const std::vector<CatalogueValue>& values, const std::string& path) {
  return std::any_of(values.begin(), values.end(), [&](const auto& v) { return v.path == path; });
}

struct OneChip {
  ChipConfig chip;
};

/// Reads {"chip": TEXT} with the built-in tables.
Provenance provenance_of_chip(const std::string& text) {
  const EmbeddedTables tables;
  Schema schema;
  Describe<OneChip>(schema).object("chip", &OneChip::chip, "The chip").catalogue("chips");
  OneChip object;
  std::vector<Problem> problems;
  std::map<std::string, Mark> origins;
  std::vector<CatalogueUse> uses;
  read_object({plugin_table(), tables, {}, &origins, &uses}, schema,
              parse_document("{\"chip\": " + text + "}", "scenario"), "", &object, problems);
  REQUIRE(problems.empty());
  return provenance_of(tables, uses, origins);
}

std::set<std::string> placeholders_of(const Provenance& provenance) {
  std::set<std::string> values;
  for (const auto& use : provenance.placeholders) {
    values.insert(use.substr(0, use.find(" (")));
  }
  return values;
}

}  // namespace

TEST_CASE("chip catalogue: inherited constants are the sibling's") {
  const auto h100 = chip("h100-sxm");
  for (const auto* id : {"h800", "trn2", "mi300x", "gaudi3"}) {
    INFO(id);
    const auto heir = chip(id);
    REQUIRE(heir.matmul.at("fp8").compute_efficiency == h100.matmul.at("fp8").compute_efficiency);
    REQUIRE(heir.attention.at("bf16").decode_launch == h100.attention.at("bf16").decode_launch);
    REQUIRE(heir.serving.layer_gap == h100.serving.layer_gap);
    REQUIRE(heir.power_level.weights == h100.power_level.weights);
  }
  // A seventh of the H100's peak: the same time lost per product is a seventh of the work.
  REQUIRE(chip("h20").matmul.at("fp8").fill_outputs ==
          Approx(h100.matmul.at("fp8").fill_outputs * 296 / 1979).epsilon(1e-3));
  REQUIRE(chip("h20").matmul.at("fp8").launch == h100.matmul.at("fp8").launch);
  REQUIRE(chip("h800").collectives.name == h100.collectives.name);
  REQUIRE(chip("trn2").collectives.name != h100.collectives.name);
  const auto b300 = chip("b300");
  REQUIRE(b300.matmul.at("fp4").compute_efficiency ==
          chip("b200").matmul.at("fp4").compute_efficiency);
  REQUIRE(b300.peak_fp4->si() == 13.5e15);
  REQUIRE_FALSE(b300.peak_int8);
}

TEST_CASE("chip catalogue: an heir says all of its own data sheet") {
  const EmbeddedTables tables;
  const std::vector<std::string> keys{"name",
                                      "vendor",
                                      "origin",
                                      "launch",
                                      "memory_type",
                                      "peak_bf16",
                                      "memory_capacity",
                                      "memory_bandwidth",
                                      "scale_up_bandwidth",
                                      "scale_up_domain",
                                      "scale_out_bandwidth",
                                      "power_limit",
                                      "power_rated",
                                      "power_idle",
                                      "price",
                                      "rent"};
  for (const auto& id : tables.ids("chips")) {
    const Node& values = *tables.find("chips", id);
    const Node* use = values.find("use");
    if (use != nullptr && values.members.size() == 1) {
      continue;  // another name
    }
    for (const auto& key : keys) {
      INFO(id << " " << key);
      REQUIRE(values.find(key) != nullptr);
    }
    if (use != nullptr) {
      const auto base = catalogue_values(tables, "chips", use->text);
      for (const auto* key : {"peak_fp8", "peak_int8", "peak_fp4", "process", "status"}) {
        INFO(id << " inherits " << key);
        REQUIRE((values.find(key) != nullptr || !has(base, std::string("/") + key)));
      }
    }
    const auto origin = text_of(values.find("origin"));
    REQUIRE((origin == "US" || origin == "CN"));
  }
}

TEST_CASE("chip catalogue: values and the reader agree on what an entry resolves to") {
  const EmbeddedTables tables;
  Schema schema;
  Describe<OneChip>(schema).object("chip", &OneChip::chip, "The chip").catalogue("chips");
  for (const auto& id : tables.ids("chips")) {
    INFO(id);
    auto document = make_object({});
    add_member(document, "chip", make_text(id, {}));
    OneChip object;
    std::vector<Problem> problems;
    std::map<std::string, Mark> origins;
    read_object({plugin_table(), tables, {}, &origins}, schema, document, "", &object, problems);
    std::size_t read = 0;
    for (const auto& [pointer, mark] : origins) {
      read += *mark.file == "models/data/chips.json" ? 1 : 0;
    }
    std::size_t matching = 0;
    for (const auto& value : catalogue_values(tables, "chips", id)) {
      INFO(value.path);
      REQUIRE_FALSE(value.source.text.empty());
      if (value.path != "/collectives/use") {  // an entry of another table
        const auto& mark = origins.at("/chip" + value.path);
        REQUIRE(mark.line == value.value->mark.line);
        REQUIRE(mark.column == value.value->mark.column);
        ++matching;
      }
    }
    REQUIRE(read == matching);
  }
}

TEST_CASE("chip catalogue: the chip whose kernels were measured") {
  const EmbeddedTables tables;
  for (const auto& [id, measured] :
       std::vector<std::pair<const char*, const char*>>{{"h100-sxm", "h100-sxm"},
                                                        {"h200", "h100-sxm"},
                                                        {"h800", "h100-sxm"},
                                                        {"b300", "b200"},
                                                        {"gb300", "gb200"},
                                                        {"ascend-910b", "a100-80"},
                                                        {"ascend-910d", "a100-80"},
                                                        {"thead-m890", "h100-sxm"},
                                                        {"tpu-v5p", "a100-80"}}) {
    INFO(id);
    REQUIRE(kernels_from(tables, id) == measured);
  }
}

TEST_CASE("chip catalogue: chains of use, other names left out") {
  const EmbeddedTables tables;
  REQUIRE(use_chain(tables, "chips", "ascend-910b") ==
          std::vector<std::string>{"ascend-910b2", "a100-80"});
  REQUIRE(use_chain(tables, "chips", "thead-m890") ==
          std::vector<std::string>{"thead-m890", "ascend-950dt", "h100-sxm"});
  REQUIRE(use_chain(tables, "chips", "no-such-chip").empty());
  REQUIRE(catalogue_values(tables, "chips", "no-such-chip").empty());
}

TEST_CASE("chip catalogue: every number format of a data sheet has matrix products") {
  const EmbeddedTables tables;
  for (const auto& id : tables.ids("chips")) {
    const auto config = chip(id);
    for (const auto precision :
         {Precision::Bf16, Precision::Fp8, Precision::Int8, Precision::Fp4}) {
      INFO(id << " " << name_of(precision));
      REQUIRE(peak(config, precision).has_value() ==
              (config.matmul.count(name_of(precision)) == 1));
      if (peak(config, precision)) {
        REQUIRE(matmul_time(config, precision, 64, 8192, 8192).memory.si() > 0);
      }
    }
  }
  // Nobody has measured int8: the products of the format next to it, and said so.
  for (const auto& value : catalogue_values(tables, "chips", "mi300x")) {
    if (value.path.starts_with("/matmul/int8/")) {
      REQUIRE(value.source.confidence == "estimate");
    }
  }
}

TEST_CASE("chip catalogue: exports, announced parts and rumours are marked") {
  for (const auto* id : {"a800", "h800", "h20"}) {
    REQUIRE(chip(id).status == ChipStatus::ExportVariant);
  }
  for (const auto* id : {"vr200", "mi455x", "ascend-910d", "ascend-960", "ascend-970"}) {
    REQUIRE(chip(id).status == ChipStatus::Announced);
  }
  for (const auto* id : {"h100-sxm", "b300", "trn2", "ascend-910c", "rk3588"}) {
    REQUIRE(chip(id).status == ChipStatus::Available);
  }
}

TEST_CASE("provenance: placeholders that a scenario overrides do not count") {
  const auto plain = placeholders_of(provenance_of_chip("\"thead-m890\""));
  for (const auto* value : {"peak_bf16", "memory_bandwidth", "power_limit", "price"}) {
    REQUIRE(plain.count(std::string("chips/thead-m890: ") + value) == 1);
  }
  REQUIRE(plain.count("chips/thead-m890: memory_capacity") == 0);  // press
  const auto own = placeholders_of(
      provenance_of_chip(R"({"use": "thead-m890", "price": "9000 USD", "power_limit": "650 W"})"));
  REQUIRE(own.count("chips/thead-m890: price") == 0);
  REQUIRE(own.count("chips/thead-m890: power_limit") == 0);
  REQUIRE(own.size() == plain.size() - 2);
}

TEST_CASE("provenance: counts by confidence, inherited ones apart") {
  const auto measured = provenance_of_chip("\"a100-80\"");
  REQUIRE(measured.placeholders.empty());
  REQUIRE(measured.inherited_kernels.empty());
  const auto& counts = measured.catalogue.at("chips/a100-80");
  REQUIRE(counts.inherited == 0);
  REQUIRE(counts.press == 6);  // price, rent, and what says who made it when
  REQUIRE(measured.catalogue.count("collectives/nccl-ampere") == 1);

  const auto heir = provenance_of_chip("\"ascend-910b\"");
  REQUIRE(heir.catalogue.count("chips/ascend-910b2") == 1);  // the name of the values
  REQUIRE(heir.catalogue.at("chips/ascend-910b2").inherited > 10);
  REQUIRE(heir.inherited_kernels == std::vector<std::string>{"ascend-910b2 from a100-80"});
}

TEST_CASE("provenance: a resolved scenario keeps what it says and takes what is added") {
  std::optional<Provenance> kept;
  add_provenance(Provenance(), kept);
  REQUIRE_FALSE(kept);
  const auto m890 = provenance_of_chip("\"thead-m890\"");
  add_provenance(m890, kept);
  add_provenance(m890, kept);
  REQUIRE(kept->placeholders == m890.placeholders);
  REQUIRE(kept->inherited_kernels.size() == 1);
  add_provenance(provenance_of_chip("\"h800\""), kept);
  REQUIRE(kept->inherited_kernels.size() == 2);
  REQUIRE(kept->catalogue.count("chips/h800") == 1);
  REQUIRE(kept->catalogue.count("chips/thead-m890") == 1);
}

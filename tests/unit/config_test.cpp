// SPDX-License-Identifier: Apache-2.0
// Reader and resolved writer, on the sample configuration of tests/fuzz.
#include "sim/config/document.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/writer.hpp"
#include "tests/fuzz/sample_schema.hpp"
#undef CHECK  // ours; Catch2's is meant below

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <string>

namespace tokenfab {
namespace {

using sample::Factory;

std::vector<Problem> read_into(Factory& factory, const Node& document) {
  static const sample::Tables tables;
  static const PluginTable plugins = sample::plugins();
  std::vector<Problem> problems;
  read_object({plugins, tables, {{"CNY", 0.14}}}, schema_of<Factory>(), document, "", &factory,
              problems);
  return problems;
}

/// All problems of a scenario text, one line each.
std::string errors(std::string_view text) {
  Factory factory;
  std::string lines;
  for (const auto& problem : read_into(factory, parse_document(text, "f"))) {
    lines += (lines.empty() ? "" : "\n") + describe(problem);
  }
  return lines;
}

/// The single problem of a scenario that has one more member than its name; without the place.
std::string error_of(const std::string& member) {
  const auto all = errors("{\"name\": \"x\", " + member + "}");
  const auto start = all.find(": /");
  return start == std::string::npos ? all : all.substr(start + 2);
}

std::string json(std::string_view text) { return to_json(parse_document(text, "f"), -1); }

TEST_CASE("config: arguments are JSON if they parse and keep their text") {
  CHECK(parse_argument("{\"a\": 1}", "--set").find("a")->mark.place().file == "--set");
  CHECK(parse_argument("120 kW", "--set").kind == NodeKind::String);
  Node document = parse_document(R"({"name": "x"})", "f");
  set_pointer(document, "/name", parse_argument("123", "--set"));
  set_pointer(document, "/seed", parse_argument("123", "--set"));
  Factory factory;
  CHECK(read_into(factory, document).empty());
  CHECK(factory.name == "123");
  CHECK(factory.seed == 123);
}

TEST_CASE("config: a valid document fills the struct") {
  Factory factory;
  for (const auto& problem : read_into(factory, parse_document(sample::valid_document, "f"))) {
    FAIL(describe(problem));
  }
  CHECK(factory.series);
  CHECK(factory.load == 0.25);
  CHECK(factory.mode == sample::Mode::Exact);
  CHECK(factory.horizon.si() == 9000);
  CHECK(factory.ambient.degrees() == Approx(35));
  CHECK(factory.budget.si() == Approx(3e6 * 0.14));
  CHECK(factory.uplink.si() == 5e10);
  CHECK(factory.tags == std::vector<std::string>{"a", "b"});
  CHECK(factory.spare->name == "H800 SXM");  // over h100-sxm, which it uses
  CHECK(factory.spare->power_limit.si() == 700);
  CHECK(factory.nodes.at("n1").chip.name == "H100 SXM");  // the override keeps the entry's "use"
  CHECK(factory.nodes.at("n1").chip.power_limit.si() == 600);
  CHECK(factory.nodes.at("n1").chips == 8);
  CHECK(factory.nodes.at("n1").cooling.model == "dry_cooler");
  CHECK(factory.nodes.at("n2").cooling.model == "pue");
  CHECK(static_cast<sample::FixedPue*>(factory.nodes.at("n2").cooling.config.get())->value == 1.5);
  CHECK(factory.nodes.size() == 3);
  CHECK(factory.cooling.model == "dry_cooler");
  CHECK(static_cast<sample::Cooler*>(factory.cooling.config.get())->supply.degrees() == 18);
  CHECK(static_cast<sample::FixedTariff*>(factory.tariff.config.get())->value.si() ==
        0.38 / 3.6e6 * 0.14);
}

TEST_CASE("config: defaults are filled in and the unset stays unset") {
  Factory factory;
  CHECK(read_into(factory, parse_document(R"({"name": "x", "spare": null, "tariff": null})", "f"))
            .empty());
  CHECK(factory.horizon.si() == 3600);
  CHECK_FALSE(factory.spare);
  CHECK(factory.tariff.model.empty());
  REQUIRE(factory.cooling.config);
  CHECK(static_cast<sample::Cooler*>(factory.cooling.config.get())->fan_share == 0.02);
}

TEST_CASE("config: the resolved document reads back to itself") {
  for (const auto text : {sample::valid_document, std::string_view(R"({"name": "x"})")}) {
    Factory factory;
    REQUIRE(read_into(factory, parse_document(text, "f")).empty());
    const auto resolved = write_resolved(sample::plugins(), schema_of<Factory>(), &factory);
    Factory again;
    REQUIRE(read_into(again, parse_document(resolved, "resolved")).empty());
    CHECK(again.horizon == factory.horizon);
    CHECK(again.budget == factory.budget);
    CHECK(again.ambient == factory.ambient);
    CHECK(write_resolved(sample::plugins(), schema_of<Factory>(), &again) == resolved);
  }
}

TEST_CASE("config: the resolved document is in declaration order") {
  Factory factory;
  factory.name = "x";
  factory.fx = {{"CNY", 0.14}};
  REQUIRE(read_into(factory, parse_document(R"({"name": "x"})", "f")).empty());
  CHECK(json(write_resolved(sample::plugins(), schema_of<Factory>(), &factory)) ==
        R"({"name":"x","series":false,"seed":1,"load":0.5,"mode":"fast","horizon":"3600 s",)"
        R"("ambient":"20 degC","budget":"1000000 USD","uplink":"1000000000 B/s","tags":[],)"
        R"("fx":{"CNY":0.14},"nodes":{},"cooling":{"model":"dry_cooler","supply":"24 degC",)"
        R"("fan_share":0.02}})");
}

TEST_CASE("config: all errors at once, each with its place") {
  CHECK(errors("{\n"
               "  \"lod\": 0.5,\n"
               "  \"horizon\": 5,\n"
               "  \"nodes\": {\"a\": {\"chip\": \"h100-sxn\",\n"
               "                  \"chips\": 100}},\n"
               "  \"spare\": {\"use\": \"broken\", \"margin\": true},\n"
               "  \"cooling\": {\"supply\": \"24 K\", \"fans\": 2}\n"
               "}") ==
        "f:2:3: /lod: unknown key (did you mean \"load\"?)\n"
        "f:1:1: /name: missing; a string is required: Name of the factory\n"
        "f:3:14: /horizon: expected a time (s) like \"5 min\", found the number 5 "
        "(write a string with a unit)\n"
        "catalogue.json:5:31: /spare/power_limit: expected a power (W) like \"120 kW\", found "
        "\"700\", which is a ratio without unit\n"
        "f:6:40: /spare/margin: expected a temperature difference (K) like \"6 K\", found true\n"
        "f:4:27: /nodes/a/chip: \"h100-sxn\" is not in the catalogue of chips "
        "(did you mean \"h100-sxm\"?)\n"
        "f:5:28: /nodes/a/chips: the number 100 is out of range; allowed is 1 to 72\n"
        "f:7:33: /cooling/fans: unknown key (known keys: \"supply\", \"fan_share\")\n"
        "f:7:25: /cooling/supply: \"24 K\" is out of range; allowed is 5 degC to 60 degC");
}

TEST_CASE("config: every wrong scalar says what is expected") {
  CHECK(error_of(R"("series": 1)") == "/series: expected true or false, found the number 1");
  CHECK(error_of(R"("seed": 5.0)") ==
        "/seed: expected a whole number like 8, found the number 5.0");
  CHECK(error_of(R"("seed": -1)") == "/seed: the number -1 is out of range; allowed is at least 0");
  CHECK(error_of(R"("seed": 5000000000)") == "/seed: the number 5000000000 is too large");
  CHECK(error_of(R"("seed": null)") == "/seed: expected a whole number like 8, found null");
  CHECK(error_of(R"("load": 1.5)") == "/load: the number 1.5 is out of range; allowed is 0 to 1");
  CHECK(error_of(R"("load": "5 W")") ==
        "/load: expected a number like 0.25 or a percentage like \"25 %\", found \"5 W\", "
        "which is a power (W)");
  CHECK(error_of(R"("load": [])") ==
        "/load: expected a number like 0.25 or a percentage like \"25 %\", found an array");
  CHECK_THAT(error_of(R"("load": "x")"),
             Catch::EndsWith("(expected a number first, then the unit)"));
  CHECK(error_of(R"("mode": "exakt")") ==
        "/mode: expected one of \"fast\", \"exact\", found \"exakt\" (did you mean \"exact\"?)");
  CHECK(error_of(R"("mode": 1)") ==
        "/mode: expected one of \"fast\", \"exact\", found the number 1");
  CHECK(
      error_of(R"("horizon": "5 kw")") ==
      "/horizon: expected a time (s) like \"5 min\", found \"5 kw\" (unknown unit \"kw\"; did you "
      "mean \"kW\"? Units are case-sensitive)");
  CHECK(error_of(R"("horizon": "5 kWh")") ==
        "/horizon: expected a time (s) like \"5 min\", found \"5 kWh\", which is an energy (kWh)");
  CHECK(error_of(R"("horizon": "-1 s")") ==
        "/horizon: \"-1 s\" is out of range; allowed is at least 0 s");
  CHECK(error_of(R"("ambient": 20)") ==
        "/ambient: expected a temperature like \"35 degC\", found the number 20");
  CHECK_THAT(error_of(R"("ambient": "20")"),
             Catch::EndsWith("(expected degC or K after the number)"));
  CHECK(error_of(R"("budget": "5 CNH")").starts_with("/budget: expected an amount of money"));
  CHECK(error_of(R"("budget": "5 EUR")") ==
        "/budget: the value of one EUR is not known; add it to the scenario, like \"fx\": "
        "{\"EUR\": 0.5}");
  CHECK(error_of(R"("budget": "1.8e308 CNY")").ends_with("(the number is too large or too small)"));
  CHECK(error_of(R"("tags": "a")") ==
        "/tags: expected an array of strings like [\"a\", \"b\"], found \"a\"");
  CHECK(error_of(R"("tags": ["a", 1])") == "/tags/1: expected a string, found the number 1");
  CHECK(error_of(R"("fx": 1)") ==
        "/fx: expected an object of numbers like {\"name\": 0.5}, found the number 1");
  CHECK(error_of(R"("fx": {"note": "n", "CNY": true})").starts_with("/fx/CNY: expected a number"));
  CHECK(error_of(R"("note": 1)") == "/note: expected a string, found the number 1");
  CHECK(errors(R"({"name": 5})") == "f:1:10: /name: expected a string, found the number 5");
  CHECK(errors("[]") == "f:1:1: expected an object, found an array");
}

TEST_CASE("config: every wrong object says what is expected") {
  CHECK(error_of(R"("spare": 5)") ==
        "/spare: expected an object or a name from the catalogue of chips, found the number 5");
  CHECK(error_of(R"("spare": {})") ==
        "/spare/power_limit: missing; a power (W) like \"120 kW\" is required: Highest electric "
        "power");
  CHECK(error_of(R"("spare": {"use": 5})") == "/spare/use: expected a string, found the number 5");
  CHECK(error_of(R"("spare": {"use": "tpu"})") ==
        "/spare/use: \"tpu\" is not in the catalogue of chips "
        "(known: \"h100-sxm\", \"h800-sxm\", \"broken\", \"circle\")");
  CHECK(error_of(R"("spare": "circle")") ==
        "/spare/use: catalogue entries use each other in a circle");
  CHECK(error_of(R"("nodes": [])") ==
        "/nodes: expected an object of objects like {\"name\": {}}, found an array");
  CHECK(error_of(R"("cooling": [])") ==
        "/cooling: expected an object like {\"model\": \"...\"}, found an array");
  CHECK(error_of(R"("cooling": null)") ==
        "/cooling: expected an object like {\"model\": \"...\"}, found null");
  CHECK(error_of(R"("cooling": "dry_coler")") ==
        "/cooling/model: \"dry_coler\" is no cooling model; known cooling models: "
        "\"dry_cooler\", \"pue\" (did you mean \"dry_cooler\"?)");
  CHECK(error_of(R"("cooling": {"model": 1})") ==
        "/cooling/model: expected a string, found the number 1");
  CHECK(error_of(R"("cooling": 0.5)") ==
        "/cooling/value: the number 0.5 is out of range; allowed is 1 to 10");
  CHECK(error_of(R"("tariff": {})") ==
        "/tariff: \"model\" is missing; known tariff models: \"fixed\"");
  CHECK(error_of(R"("tariff": {"model": "fixed", "note": "n"})")
            .starts_with("/tariff/value: missing; an energy price (USD/kWh) like"));
}

TEST_CASE("config: an override that names another base replaces the old one") {
  Factory factory;
  const auto problems = read_into(factory, parse_document(R"({"name": "x", "nodes": {
    "a": {"use": "hgx-h100", "cooling": {"model": "pue", "value": 2}},
    "b": {"use": "hgx-h100", "cooling": {"fan_share": 0.1}}}})",
                                                          "f"));
  CHECK(problems.empty());
  CHECK(factory.nodes.at("a").cooling.model == "pue");
  const auto& cooler = *static_cast<sample::Cooler*>(factory.nodes.at("b").cooling.config.get());
  CHECK(cooler.supply.degrees() == 30);
  CHECK(cooler.fan_share == 0.1);
}

struct Site {
  std::string region = "here";
  PluginConfig cooling;
  static void describe(Describe<Site>& d) {
    d.field("region", &Site::region, "Where it stands");
    d.inline_plugin(&Site::cooling, "cooling", "Cooling of the site");
  }
};

TEST_CASE("config: an inline plugin's keys stand beside the owner's") {
  static const sample::Tables tables;
  const auto plugins = sample::plugins();
  const auto read = [&](std::string_view text, Site& site) {
    std::vector<Problem> problems;
    read_object({plugins, tables, {}}, schema_of<Site>(), parse_document(text, "f"), "", &site,
                problems);
    std::string lines;
    for (const auto& problem : problems) {
      lines += describe(problem) + "\n";
    }
    return lines;
  };
  Site site;
  CHECK(read(R"({"region": "there", "fan_share": 0.1, "model": "dry_cooler"})", site).empty());
  const auto resolved = write_resolved(plugins, schema_of<Site>(), &site);
  CHECK(json(resolved) ==
        R"({"region":"there","model":"dry_cooler","supply":"24 degC","fan_share":0.1})");
  Site again;
  CHECK(read(resolved, again).empty());
  CHECK(write_resolved(plugins, schema_of<Site>(), &again) == resolved);
  CHECK(read(R"({"model": "pue", "valu": 2})", site) ==
        "f:1:18: /valu: unknown key (did you mean \"value\"?)\n");
  CHECK(read(R"({"region": 1})", again = {}).starts_with("f:1:12: /region: expected a string"));
  CHECK(read(R"({"x": 1})", again = {}) ==
        "f:1:1: \"model\" is missing; known cooling models: \"dry_cooler\", \"pue\"\n");
  CHECK(read(R"({"model": 1})", site) == "f:1:11: /model: expected a string, found the number 1\n");
}

TEST_CASE("config: mutated documents raise nothing but ConfigError") {
  std::mt19937_64 random(20240101);
  constexpr std::string_view alphabet =
      "{}[]\",:0123456789.eE+-% \n\\/*^WkMsKtruefalsn\xC3\xA9\x01";
  int valid = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text(sample::valid_document);
    const auto edits = 1 + random() % 4;
    for (std::uint64_t i = 0; i < edits; ++i) {
      const auto at = random() % text.size();
      const auto length = random() % 8;
      switch (random() % 4) {
        case 0:
          text[at] = alphabet[random() % alphabet.size()];
          break;
        case 1:
          text.insert(at, 1, alphabet[random() % alphabet.size()]);
          break;
        case 2:
          text.erase(at, length);
          break;
        default:
          text.insert(random() % text.size(), text.substr(at, length));
          break;
      }
    }
    try {
      Factory factory;
      const auto problems = read_into(factory, parse_document(text, "f"));
      for (const auto& problem : problems) {
        REQUIRE(problem.place.line > 0);
        REQUIRE_FALSE(problem.message.empty());
      }
      if (problems.empty()) {
        ++valid;
        write_resolved(sample::plugins(), schema_of<Factory>(), &factory);
      }
    } catch (const ConfigError& error) {
      REQUIRE_FALSE(error.problems().empty());
    }
  }
  CHECK(valid > 0);
}

}  // namespace
}  // namespace tokenfab

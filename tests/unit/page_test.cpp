// SPDX-License-Identifier: Apache-2.0
// What the HTML report is made of: text that cannot break out, lines in few bytes, flows that
// balance, lanes that stay short.
#include <cmath>
#include <limits>

#include "sim/config/document.hpp"
#include "sim/page/event_lanes.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/flow_diagram.hpp"
#include "sim/page/markup.hpp"
#include "sim/page/page_json.hpp"
#include "sim/page/thinning.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// What flows into a node flows out of it, but at the ends.
void check_balance(const FlowDiagram& diagram) {
  REQUIRE_FALSE(diagram.links.empty());
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    INFO(diagram.nodes[i].name);
    const double in = diagram.inflow(i);
    const double out = diagram.outflow(i);
    CHECK(in + out > 0);
    if (in > 0 && out > 0) {
      CHECK(std::abs(in - out) <= 1e-9 * in);
    }
  }
  for (const auto& link : diagram.links) {
    CHECK(link.amount > 0);
    CHECK(diagram.nodes[link.from].column < diagram.nodes[link.to].column);
  }
}

RunInput run_of(const std::string& report) {
  RunInput run;
  run.name = "run";
  run.folder = "nowhere";
  run.report = parse_document(report, "report.json");
  return run;
}

double amount_into(const FlowDiagram& diagram, const std::string& name, int column) {
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    if (diagram.nodes[i].name == name && diagram.nodes[i].column == column) {
      return diagram.inflow(i);
    }
  }
  return 0;
}

/// Two sites, one with a battery that gave and one that sold; a pool and two jobs; a credit.
RunInput factory() {
  return run_of(R"({"schema_version": 1,
    "metrics": {"cost_total_usd": 95},
    "services": {"chat": {"cost_total_usd": 40, "input_tokens": 3e6, "cached_input_tokens": 1e6,
      "output_tokens": 1e6, "cost_per_mtok_input_usd": 5, "cost_per_mtok_cached_input_usd": 2,
      "cost_per_mtok_output_usd": 28}},
    "pools": {"chat/main": {"energy_it_j": 300, "cost_total_usd": 40, "input_tokens": 3e6,
      "cached_input_tokens": 1e6, "output_tokens": 1e6, "cost_per_mtok_input_usd": 5,
      "cost_per_mtok_cached_input_usd": 2, "cost_per_mtok_output_usd": 28}},
    "sites": {"a": {"energy_chillers_j": 20, "energy_pumps_j": 5}, "b": {}},
    "jobs": {"train": {"energy_site_j": 300, "training_tokens": 7, "cost_total_usd": 30},
             "rest": {"energy_site_j": 100, "cost_total_usd": 10}},
    "energy_ledger": [
      {"site": "a", "item": "grid import", "energy_j": 500},
      {"site": "a", "item": "stored", "energy_j": 50},
      {"site": "a", "item": "it", "energy_j": -500},
      {"site": "a", "item": "conversion", "energy_j": -20},
      {"site": "a", "item": "cooling and auxiliaries", "energy_j": -30},
      {"site": "b", "item": "wind", "energy_j": 300},
      {"site": "b", "item": "it", "energy_j": -200},
      {"site": "b", "item": "export", "energy_j": -90},
      {"site": "b", "item": "stored", "energy_j": -10}],
    "cost_ledger": [
      {"layer": "energy", "item": "grid energy", "site": "a", "amount_usd": 20},
      {"layer": "energy", "item": "contracts", "site": "a", "amount_usd": -5},
      {"layer": "chips", "item": "accelerator capital", "site": "a", "amount_usd": 50},
      {"layer": "chips", "item": "accelerator capital", "site": "b", "amount_usd": 30}]})");
}

}  // namespace

TEST_CASE("page: text cannot end an element or open a comment") {
  CHECK(escaped("<b a=\"c\">&'\x01") == "&lt;b a=&quot;c&quot;&gt;&amp;&#39; ");
  const auto text = script_json(
      json::object({{"</script><!--", json::text("]]>\xE2\x80\xA8\xE2\x80\xA9<script>")}}));
  for (const char* bad : {"<", ">", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    CHECK(text.find(bad) == std::string::npos);
  }
  // It still says the same.
  const auto back = parse_document(text, "data");
  REQUIRE(back.members.size() == 1);
  CHECK(back.members[0].key == "</script><!--");
  CHECK(back.members[0].value.text == "]]>\xE2\x80\xA8\xE2\x80\xA9<script>");
}

TEST_CASE("page: base64 and the hash of a policy") {
  // RFC 4648, section 10.
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64(std::string("\xFF\x00\xFE", 3)) == "/wD+");
  // FIPS 180-4 of no bytes: e3b0c442...
  CHECK(policy_hash("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
}

TEST_CASE("page: tables name their rows and columns") {
  const auto html = html_of({"a <b>", {{"x", false}, {"y", true}}, {{"1 & 2", "<3>"}}});
  for (const char* part : {"<caption>a &lt;b&gt;</caption>", "<th scope=\"col\">x</th>",
                           "<th scope=\"col\" class=\"n\">y</th>",
                           "<th scope=\"row\">1 &amp; 2</th>", "<td class=\"n\">&lt;3&gt;</td>"}) {
    INFO(part);
    CHECK(html.find(part) != std::string::npos);
  }
}

TEST_CASE("page: a line keeps its values to half a step of its range, and its gaps") {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) {
    values.push_back(i % 97 == 0 ? unknown : 1e6 * std::sin(0.1 * i) - 3e5);
  }
  const auto line = quantized(values);
  CHECK(line.scale == Approx(2e6 / 65534).epsilon(1e-3));
  const auto back = restored(line);
  REQUIRE(back.size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(std::isnan(back[i]) == std::isnan(values[i]));
    if (!std::isnan(values[i])) {
      CHECK(std::abs(back[i] - values[i]) <= 0.5001 * line.scale);
    }
  }
  const auto constant = restored(quantized(std::vector<double>{4.5, 4.5}));
  CHECK(constant == std::vector<double>{4.5, 4.5});
  CHECK(std::isnan(restored(quantized(std::vector<double>{unknown})).at(0)));
  CHECK(quantized(std::vector<double>{}).bytes.empty());
}

TEST_CASE("page: thinning keeps every extreme in its order") {
  std::vector<double> dates;
  SampledLine line{"a", {}};
  for (int i = 0; i < 1000; ++i) {
    dates.push_back(10 + i);
    line.values.push_back(i == 500 ? 99 : i == 501 ? -99 : i == 20 ? unknown : i % 7);
  }
  std::vector<SampledLine> lines{line};
  const auto as_is = thin(dates, lines, 1000);
  CHECK(as_is.count == 1000);
  CHECK(as_is.at(3) == 13);
  CHECK(lines[0].values[500] == 99);
  const auto thinned = thin(dates, lines, 100);
  CHECK(thinned.count == 100);
  CHECK(lines[0].values.size() == 100);
  // Stretch 25 of 50 holds both, the highest first: 500 and 501 of 20 rows from 500 on.
  CHECK(lines[0].values[50] == 99);
  CHECK(lines[0].values[51] == -99);
  CHECK(thinned.at(0) > 10);
  CHECK(thinned.at(99) <= 1009);
  // Rows that come unevenly are put on even dates too.
  CHECK_FALSE(are_regular(std::vector<double>{0, 1, 3, 4}));
  CHECK(are_regular(std::vector<double>{0, 1, 2, 2.5}));
  std::vector<SampledLine> uneven{{"b", {1, 2, 3, 4}}};
  CHECK(thin(std::vector<double>{0, 1, 3, 4}, uneven, 100).count == uneven[0].values.size());
}

TEST_CASE("page: figures in few digits with units of the right size") {
  CHECK(metric_text("ttft_p99_s", 0.08772513) == "87.73 ms");
  CHECK(metric_text("duration_s", 31536000) == "365 days");
  CHECK(metric_text("energy_site_j", 2542582261835918.5) == "706.3 GWh");
  CHECK(metric_text("energy_per_output_token_j", 1.2069) == "1.207 J");
  CHECK(metric_text("cost_total_usd", 1448621167.4) == "$1.449 bn");
  CHECK(metric_text("margin_usd", -10507.76) == "\u2212$10,508");
  CHECK(metric_text("chip_utilization", 0.4363) == "43.63 %");
  CHECK(metric_text("requests_completed", 19366) == "19,366");
  CHECK(metric_text("output_tokens_per_s", 66801411.6) == "66.8 M/s");
  CHECK(metric_text("chip_temperature_max_degc", 58.008) == "58.01 \u00B0C");
  CHECK(metric_text("nobody_declared_this", 2) == "2");
  CHECK(number_text(unknown) == "\u2013");
  CHECK(meaning_of("ttft_p99_s").label == "TTFT p99");
  CHECK(meaning_of("cost_per_mtok_usd").label == "Cost per million tokens");
  CHECK(meaning_of("output_tokens_per_s").label == "Output tokens per second");
  CHECK(better_sign("cost_per_mtok_usd") == -1);
  CHECK(better_sign("output_tokens_per_s") == 1);
  CHECK(better_sign("seed") == 0);
}

TEST_CASE("page: energy flows from its sources to tokens and balances") {
  const auto diagram = energy_flow(factory());
  check_balance(diagram);
  CHECK(amount_into(diagram, "a", 1) == 550);
  CHECK(amount_into(diagram, "chillers", 2) == 20);
  CHECK(amount_into(diagram, "pumps", 2) == 5);
  CHECK(amount_into(diagram, "auxiliaries", 2) == Approx(5));
  CHECK(amount_into(diagram, "into batteries", 2) == 10);
  CHECK(amount_into(diagram, "IT", 2) == 700);
  // The pool has 300, the jobs share the other 400 as 300 to 100.
  CHECK(amount_into(diagram, "train", 3) == Approx(300));
  CHECK(amount_into(diagram, "rest", 3) == Approx(100));
  // 40 dollars: 10 for input, 2 for cached input, 28 for output.
  CHECK(amount_into(diagram, "input tokens", 4) == Approx(75));
  CHECK(amount_into(diagram, "cached input tokens", 4) == Approx(15));
  CHECK(amount_into(diagram, "output tokens", 4) == Approx(210));
  CHECK(amount_into(diagram, "training tokens", 4) == Approx(300));
}

TEST_CASE("page: money flows from what is paid for to tokens and balances") {
  const auto diagram = money_flow(factory());
  check_balance(diagram);
  CHECK(amount_into(diagram, "chips", 1) == 80);
  CHECK(amount_into(diagram, "all costs", 2) == 100);
  CHECK(amount_into(diagram, "contracts received", 3) == 5);
  CHECK(amount_into(diagram, "chat", 3) == 40);
  CHECK(amount_into(diagram, "nobody's", 3) == Approx(15));
  CHECK(amount_into(diagram, "output tokens", 4) == Approx(28));
}

TEST_CASE("page: nothing flows where nothing is known") {
  CHECK(energy_flow(run_of("{}")).links.empty());
  CHECK(money_flow(run_of(R"({"cost_ledger": []})")).links.empty());
}

TEST_CASE("page: lanes stay short and keep the most at once") {
  std::vector<LaneStretch> stretches;
  for (std::size_t i = 0; i < 5000; ++i) {
    const auto begin = static_cast<double>(2 * i);
    stretches.push_back({begin, begin + 1, i == 2500 ? 7U : 1U});
  }
  CHECK(bounded(stretches, 10000, 5000).size() == 5000);
  const auto few = bounded(stretches, 10000, 100);
  CHECK(few.size() <= 100);
  std::size_t most = 0;
  for (std::size_t i = 0; i < few.size(); ++i) {
    most = std::max(most, few[i].count);
    CHECK((i == 0 || few[i - 1].end_s <= few[i].begin_s + 1e-6));
  }
  CHECK(most == 7);
  CHECK(few.front().begin_s == 0);
  CHECK(few.back().end_s == Approx(10000));
}

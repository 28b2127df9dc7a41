// SPDX-License-Identifier: Apache-2.0
#include "sim/report/svg_plot.hpp"

#include <cmath>
#include <limits>

#include "sim/report/svg_text.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

std::vector<std::string> labels(PlotRange range, bool is_log, int most) {
  std::vector<std::string> texts;
  for (const auto& tick : axis_ticks(range, is_log, most)) {
    texts.push_back(tick.label);
  }
  return texts;
}

using Labels = std::vector<std::string>;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// Nothing that an XML reader or a renderer stumbles over.
void check_well_formed(const std::string& svg) {
  INFO(svg);
  CHECK(svg.rfind("<svg ", 0) == 0);
  CHECK(svg.substr(svg.size() - 7) == "</svg>\n");
  CHECK(count(svg, "<text") == count(svg, "</text>"));
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK(svg.find("-0.0") == std::string::npos);
}

TEST_CASE("plot: linear ticks are round and as many as asked for at most") {
  CHECK(labels({0, 10}, false, 6) == Labels{"0", "2", "4", "6", "8", "10"});
  CHECK(labels({0, 0.31}, false, 8) ==
        Labels{"0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"});
  CHECK(labels({-1, 1}, false, 5) == Labels{"-1.0", "-0.5", "0.0", "0.5", "1.0"});
  CHECK(labels({1000, 3100}, false, 5) == Labels{"1,000", "1,500", "2,000", "2,500", "3,000"});
  CHECK(labels({0, 4e9}, false, 5) == Labels{"0", "1e9", "2e9", "3e9", "4e9"});
  CHECK(labels({1e9, 1e9 + 4}, false, 6) == Labels{"1.000000000e9", "1.000000001e9",
                                                   "1.000000002e9", "1.000000003e9",
                                                   "1.000000004e9"});
}

TEST_CASE("plot: logarithmic ticks are 1, 2, 5, then decades, then every so many decades") {
  CHECK(labels({0.9, 110}, true, 10) == Labels{"1", "2", "5", "10", "20", "50", "100"});
  CHECK(labels({0.01, 1e5}, true, 10) ==
        Labels{"0.01", "0.1", "1", "10", "100", "1,000", "10,000", "100,000"});
  CHECK(labels({1e-20, 1e20}, true, 5) == Labels{"1e-20", "1e-10", "1", "1e10", "1e20"});
  SECTION("less than a decade is divided evenly") {
    CHECK(labels({3, 4.1}, true, 6) == Labels{"3.0", "3.2", "3.4", "3.6", "3.8", "4.0"});
  }
}

TEST_CASE("plot: ticks of any range are few, rising and inside it") {
  const auto is_log = GENERATE(false, true);
  const auto low = GENERATE(1e-300, 1e-9, 0.3, 1.0, 77.7, 1e12);
  const auto ratio = GENERATE(1.0000001, 1.5, 9.0, 1e3, 1e40, 1e280);
  const PlotRange range{low, std::min(low * ratio, 1e300)};
  const auto ticks = axis_ticks(range, is_log, 8);
  INFO(range.low << " to " << range.high << (is_log ? " log" : ""));
  CHECK(ticks.size() >= 1);
  CHECK(ticks.size() <= 8);
  const double room = is_log ? 0 : (range.high - range.low) * 1e-6;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    CHECK(ticks[i].value >= range.low * (1 - 2e-9) - room);
    CHECK(ticks[i].value <= range.high * (1 + 2e-9) + room);
    CHECK((i == 0 || ticks[i].value > ticks[i - 1].value));
    CHECK((i == 0 || ticks[i].label != ticks[i - 1].label));
  }
}

TEST_CASE("plot: ranges leave room, and need no more than one value or none") {
  const auto none = range_of({}, false);
  CHECK((none.low == 0 && none.high == 1));
  const auto none_log = range_of({-1, 0, std::nan("")}, true);
  CHECK((none_log.low == 1 && none_log.high == 10));
  const auto equal = range_of({4, 4}, false);
  CHECK((equal.low == 2 && equal.high == 6));
  const auto equal_log = range_of({4, 4}, true);
  CHECK((equal_log.low == 2 && equal_log.high == 8));
  const auto zero = range_of({0}, false);
  CHECK((zero.low == -1 && zero.high == 1));
  SECTION("amounts begin at 0 where they come near it") {
    CHECK(range_of({1, 10}, false).low == 0);
    CHECK(range_of({100, 110}, false).low == Approx(99.5));
  }
  SECTION("what no axis can show does not count") {
    const auto range = range_of({1, 10, std::numeric_limits<double>::infinity(), 1e308}, false);
    CHECK(range.high == Approx(10.45));
  }
}

TEST_CASE("plot: text is escaped, shortened by characters and always UTF-8") {
  CHECK(svg_text("a<b & \"c\" 'd' >") == "a&lt;b &amp; &quot;c&quot; &#39;d&#39; &gt;");
  CHECK(svg_text("\xc3\xa4\xc3\xb6\xc3\xbc", 2) == "\xc3\xa4\u2026");
  CHECK(svg_text("\xff"
                 "a\x01\xc3") == "?a??");
  CHECK(svg_text("\xed\xa0\x80") == "???");  // a surrogate
}

TEST_CASE("plot: a plot of nothing and of odd values is a picture all the same") {
  Plot plot;
  const auto is_log = GENERATE(false, true);
  plot.is_x_log = is_log;
  plot.is_y_log = is_log;
  check_well_formed(svg_of(plot));
  plot.title = "a < b";
  plot.series = {{"none", {}, true, true},
                 {"one", {{5, 5}}, true, true},
                 {"odd", {{0, 1}, {-1, 2}, {std::nan(""), 3}, {1e308, 1e308}}, true, true},
                 {"huge", {{1e-12, 1e12}, {1e12, 1e-12}}, false, true}};
  plot.references = {{"equal", 1}, {"", 1.3}};
  const auto svg = svg_of(plot);
  check_well_formed(svg);
  CHECK(svg.find("a &lt; b") != std::string::npos);
  CHECK(svg == svg_of(plot));
}

TEST_CASE("plot: points lie where the axes say") {
  Plot plot;
  plot.x_range = PlotRange{0, 100};
  plot.y_range = PlotRange{1, 100};
  plot.is_y_log = true;
  plot.series = {{"line", {{0, 1}, {50, 10}, {100, 100}}, true, false}};
  const auto svg = svg_of(plot);
  // Tick labels of at most three characters put the y axis at 38 + 3 x 7 = 59; it ends 18 from
  // the right side (742), and reaches from 420 - 48 - 18 = 354 up to 14.
  CHECK(svg.find("M59.0 354.0L400.5 184.0L742.0 14.0") != std::string::npos);
}

TEST_CASE("plot: a legend of many long names adds rows") {
  Plot plot;
  for (int i = 0; i < 40; ++i) {
    plot.series.push_back({"series number " + std::to_string(i), {{1.0 * i, 1}}, false, true});
  }
  const auto svg = svg_of(plot);
  check_well_formed(svg);
  CHECK(svg.find("series number 39") != std::string::npos);
  // 18 characters with a sample need 166 of 724 pixels: four in a row, nine rows more.
  CHECK(svg.find("height=\"582\"") != std::string::npos);
  plot.series = {{std::string(500, 'w'), {{1, 1}}, true, true}};
  CHECK(svg_of(plot).find("w\u2026</text>") != std::string::npos);
}

}  // namespace
}  // namespace tokenfab

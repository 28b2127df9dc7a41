// SPDX-License-Identifier: Apache-2.0
// tokenfab report: one file that loads nothing, the same bytes every time, refusals.
#include <catch2/catch.hpp>
#include <regex>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

/// The page without its script and style, whose code names what it never loads.
std::string without_bundles(std::string html) {
  for (const auto& [open, close] : {std::pair("<style>", "</style>"), {"<script>", "</script>"}}) {
    const auto begin = html.find(open);
    REQUIRE(begin != std::string::npos);
    html.erase(begin, html.find(close, begin) - begin);
  }
  return html;
}

const char* const events = R"(time_s,site,cluster,kind,subject,detail
1,site,c,node_failed,node 1,GPU
2,site,c,grid_outage_began,grid,
3,site,c,grid_outage_ended,grid,
4,site,c,breaker_tripped,ups,<img src=x>
5,site,c,node_repaired,node 1,
)";

const char* const fleet = R"(end_s,site,cluster,pool,group,replicas,busy,kv_usage,clock,power_w
5,site,c,chat/main,0,2,0.5,0.25,1,1000
5,site,c,chat/main,1,2,1,,0.9,2000
10,site,c,chat/main,0,2,0.75,0.5,1,1500
10,site,c,chat/main,1,2,0,0.1,1,500
)";

/// The result of the small scenario, under a name that tries to break out of the page.
void run_small(const Sandbox& sandbox) {
  run_well(sandbox, replaced(small_scenario(), R"("series": "1 s")",
                             R"("series": "1 s", "requests": true)"));
  sandbox.write("out/scenario.json", replaced(sandbox.read("out/scenario.json"),
                                              R"("name": "small")", R"("name": "</script><b>")"));
  sandbox.write("out/events.csv", events);
  sandbox.write("out/fleet.csv", fleet);
}

}  // namespace

TEST_CASE("report: one file, no loads, everything in it, the same bytes again") {
  const Sandbox sandbox;
  run_small(sandbox);
  const auto finished = sandbox.run({"report", "out", "-o", "page.html"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  const auto html = sandbox.read("page.html");
  CHECK(html.size() < 1'500'000);
  CHECK(count_of(html, "<script>") == 1);
  CHECK(count_of(html, "</script>") == 2);  // the data's and the script's
  CHECK(count_of(html, "Content-Security-Policy") == 1);
  expect_words(html, {"default-src &#39;none&#39;", "script-src &#39;sha256-",
                      "style-src &#39;sha256-", "<noscript>", "Skip to the results"});
  const auto own = without_bundles(html);
  // Whatever an element could load or send stands in an attribute.
  CHECK_FALSE(std::regex_search(own, std::regex(R"((src|href|action|srcset|poster)="[^#d])")));
  CHECK(own.find("http:") == std::string::npos);
  CHECK(own.find("https:") == std::string::npos);
  CHECK(own.find(" style=") == std::string::npos);
  CHECK(own.find(" onclick") == std::string::npos);
  CHECK(own.find("<img") == std::string::npos);
  CHECK(own.find("<b>") == std::string::npos);
  expect_words(own, {"<h1>&lt;/script&gt;&lt;b&gt;</h1>", "&lt;img src=x&gt;"});
  for (const char* id : {"flow-energy", "latency-ttft", "series-power", "fleet", "events"}) {
    INFO(id);
    CHECK(count_of(own, std::string("data-chart=\"") + id + "\"") == 1);
    CHECK(own.find("\"" + std::string(id) + "\":{\"kind\"") != std::string::npos);
  }
  expect_words(own, {"Energy per output token", "All metrics", "scenario.json", "node failed",
                     "How far to trust this"});
  CHECK(sandbox.run({"report", "out", "-o", "again.html"}).code == ok);
  CHECK(sandbox.read("again.html") == html);
}

TEST_CASE("report: results beside each other") {
  const Sandbox sandbox;
  run_small(sandbox);
  const auto finished = sandbox.run({"report", "out", "out/report.json", "-o", "page.html"});
  REQUIRE(finished.code == ok);
  expect_words(sandbox.read("page.html"), {"(1)", "(2)", "(same)", "data-chart=\"points\""});
}

TEST_CASE("report: the points of a sweep") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  sandbox.write("sweep.json", R"({"sweep_version": 1, "name": "caps", "base": "scenario.json",
    "axes": {"power": {"pointer": "/sites/site/clusters/h100/node/chip/power_limit",
                       "values": ["500 W", "700 W"]}}})");
  REQUIRE(sandbox.run({"sweep", "sweep.json", "--out", "results.sqlite"}).code == ok);
  const auto finished = sandbox.run({"report", "results.sqlite", "-o", "page.html"});
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(sandbox.read("page.html"), {"data-chart=\"points\"", "power 500 W", "power 700 W"});
}

TEST_CASE("report: what is no result is refused at once and leaves no file") {
  const Sandbox sandbox;
  sandbox.write("empty/note.txt", "nothing");
  sandbox.write("other.json", R"({"a": 1})");
  const auto missing = sandbox.run({"report", "nothing", "empty", "-o", "page.html"});
  CHECK(missing.code == scenario_invalid);
  expect_words(missing.err, {"nothing: cannot be read", "empty: is the folder of no result",
                             "neither report.json nor curve.csv"});
  const auto other = sandbox.run({"report", "other.json", "-o", "page.html"});
  CHECK(other.code == data_invalid);
  expect_words(other.err, {"no report.json"});
  CHECK(sandbox.run({"report", "other.json"}).code == usage);
  CHECK(sandbox.files().empty());
}

TEST_CASE("report: a broken file of a result is told by its line") {
  const Sandbox sandbox;
  run_small(sandbox);
  sandbox.write("out/events.csv", "time_s,site,kind\n1,a,b\n");
  const auto columns = sandbox.run({"report", "out", "-o", "page.html"});
  CHECK(columns.code == data_invalid);
  expect_words(columns.err,
               {"out/events.csv:1", "has no column \"subject\"", "has no column \"detail\""});
  sandbox.write("out/events.csv", std::string(events) + "six,site,c,node_failed,x,y\n");
  const auto number = sandbox.run({"report", "out", "-o", "page.html"});
  CHECK(number.code == data_invalid);
  expect_words(number.err, {"out/events.csv:7", "\"six\" is no number in column time_s"});
  sandbox.write("out/events.csv", events);
  const auto folder = sandbox.run({"report", "out", "-o", "out/events.csv/page.html"});
  CHECK(folder.code == scenario_invalid);
  expect_words(folder.err, {"out/events.csv/page.html", "cannot be written"});
  CHECK(sandbox.run({"report", "out", "-o", "out"}).code == usage);
}

}  // namespace tokenfab::program

// SPDX-License-Identifier: Apache-2.0
#include "sim/report/cost_curves.hpp"

#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

const CurveView rental{"rental", "Rented"};
const CurveView energy{energy_view, "Site energy"};

CurvePoint point(std::int64_t users, double interactivity, double usd, double joules) {
  CurvePoint point;
  point.tensor_parallel_size = 8;
  point.concurrency = users;
  point.interactivity_tokens_per_s = interactivity;
  point.ttft_mean_s = 0.5;
  point.output_tokens_per_s_per_chip = 100;
  point.energy_per_output_token_j = joules;
  point.costs["rental"] = {usd / 10, usd, usd / 2};
  return point;
}

CurveLine line(const std::string& chip, const std::vector<CurvePoint>& points) {
  CurveLine line;
  line.label = chip;
  line.chip = chip;
  line.node = "hgx-" + chip;
  line.engine = "vLLM";
  line.engine_version = "0.12";
  line.engine_date = "2025-12";
  line.rents_usd_per_h = {{"rental", 1.5}};
  line.points = points;
  return line;
}

/// Of two chips, "a" is cheaper below 40 tokens/s per user; its slow point with two users is
/// beaten.
CostCurves two_lines() {
  CostCurves curves;
  curves.name = "two";
  curves.subject = "a model";
  curves.views = {rental, energy};
  auto odd = point(16, 0, 0, 0);
  odd.infeasible = "weights, \"all\" of them, do not fit";
  odd.costs.clear();
  curves.lines = {line("a", {point(1, 50, 8, 4), point(2, 20, 3, 3), point(4, 30, 2, 1), odd}),
                  line("b", {point(1, 60, 4, 8), point(4, 30, 4, 4)})};
  curves.lines[1].engine_version = "unversioned, 2025-12";
  return curves;
}

TEST_CASE("cost curves: the frontier of a view leaves out what is beaten and what has no price") {
  auto curves = two_lines();
  CHECK(frontier_points(curves, rental, curves.lines[0]) == std::vector<std::size_t>{2, 0});
  CHECK(frontier_points(curves, rental, curves.lines[1]) == std::vector<std::size_t>{0});
  CHECK(frontier_points(curves, energy, curves.lines[1]) == std::vector<std::size_t>{1, 0});
  curves.lines[0].points[0].costs.clear();
  CHECK(frontier_points(curves, rental, curves.lines[0]) == std::vector<std::size_t>{2});
  CHECK(frontier_points(curves, energy, curves.lines[0]) == std::vector<std::size_t>{2, 0});
}

TEST_CASE("cost curves: whose tokens are priced") {
  auto curves = two_lines();
  const auto& first = curves.lines[0].points[0];
  CHECK(*curves.value(rental, first) == 8);
  CHECK(curves.unit(rental) == "USD per million output tokens");
  curves.tokens = CurveTokens::Input;
  CHECK(*curves.value(rental, first) == 0.8);
  curves.tokens = CurveTokens::Total;
  CHECK(*curves.value(rental, first) == 4);
  CHECK(curves.unit(rental) == "USD per million tokens");
  CHECK(*curves.value(energy, first) == 4);
  CHECK(curves.unit(energy) == "joules per output token");
  CHECK_FALSE(curves.value(rental, curves.lines[0].points[3]));
}

TEST_CASE("cost curves: rows of the table of points") {
  const auto csv = cost_curve_csv(two_lines());
  const auto has = [&csv](const std::string& row) {
    INFO(csv);
    CHECK(csv.find(row + "\n") != std::string::npos);
  };
  has("a,hgx-a,rental,1.5,vLLM,0.12,2025-12,8,4,30,0.5,100,1,0.2,2,1,true,");
  has("a,hgx-a,rental,1.5,vLLM,0.12,2025-12,8,2,20,0.5,100,3,0.3,3,1.5,false,");
  has("a,hgx-a,rental,1.5,vLLM,0.12,2025-12,8,16,,,,,,,,false,"
      "\"weights, \"\"all\"\" of them, do not fit\"");
  has("b,hgx-b,energy,,vLLM,\"unversioned, 2025-12\",2025-12,8,1,60,0.5,100,8,,,,true,");
  std::size_t commas = 0;
  for (const char each : csv.substr(0, csv.find('\n'))) {
    commas += each == ',' ? 1 : 0;
  }
  CHECK(commas == 17);
}

TEST_CASE("cost curves: the text says where the cheapest changes, and what is left out") {
  auto curves = two_lines();
  const auto text = cost_curve_table(curves);
  INFO(text);
  // From (30, 2) to (50, 8) the cost doubles twice: it is 4 at 40.
  CHECK(text.find("cheapest: a below 40 tokens/s per user, b from there to 60;") !=
        std::string::npos);
  CHECK(text.find("a, tp 8 (1 points): weights, \"all\" of them, do not fit") != std::string::npos);
  for (auto& each : curves.lines[1].points) {
    each.costs.clear();
  }
  const auto one = cost_curve_table(curves);
  CHECK(one.find("left out, without a price or a point: b") != std::string::npos);
  CHECK(one.find("cheapest: a up to 50 tokens/s per user;") != std::string::npos);
}

TEST_CASE("cost curves: the picture has the frontiers and names the software with its date") {
  auto curves = two_lines();
  const auto plot = cost_curve_plot(curves, rental);
  REQUIRE(plot.series.size() == 2);
  CHECK(plot.series[0].name == "a, vLLM 0.12 (2025-12)");
  CHECK(plot.series[1].name == "b, vLLM unversioned, 2025-12");
  REQUIRE(plot.series[0].points.size() == 2);
  CHECK((plot.series[0].points[0].x == 30 && plot.series[0].points[0].y == 2));
  CHECK(plot.is_y_log);
  curves.lines.erase(curves.lines.begin());
  curves.lines[0].points.clear();
  CHECK(cost_curve_plot(curves, rental).series.empty());
}

}  // namespace
}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// Loss curves of conversion stages against published efficiencies: some points are used, the
// others are held out. Beside the loss interpolated by LossCurve stand the three coefficients
// through three points, and the efficiency interpolated linearly, as many tools do.
// No data file is needed: source beside each device.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "models/power/loss_curve.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

using Points = std::map<std::string, double>;

struct Device {
  std::string name;
  Points used;
  Points held_out;
  std::array<const char*, 3> polynomial;  // loads that the three coefficients go through
};

// Percentage points: between points, and below the first one.
constexpr double limit = 0.3;
constexpr double limit_below = 4;

/// TI TIDUF63A (2024), table 4-1: a 1.6 kW converter of 50 V, measured at nine loads; the used ones
/// are those of 80 PLUS.
const Device ti_50v{
    "TI TIDUF63A, 50 V",
    {{"0.1", 0.936}, {"0.2", 0.956}, {"0.5", 0.964}, {"1", 0.955}},
    {{"0.05", 0.899}, {"0.3", 0.962}, {"0.4", 0.965}, {"0.6", 0.963}, {"0.8", 0.961}},
    {"0.1", "0.5", "1"}};

/// TI TIDUF63 (2023), table 4-1, at 60 V.
const Device ti_60v{
    "TI TIDUF63, 60 V",
    {{"0.1", 0.941}, {"0.2", 0.952}, {"0.5", 0.963}, {"1", 0.942}},
    {{"0.05", 0.881}, {"0.3", 0.956}, {"0.4", 0.961}, {"0.6", 0.962}, {"0.8", 0.955}},
    {"0.1", "0.5", "1"}};

/// Eaton 9395XR of 1,935 kVA, double conversion and ESS; the sheet as quoted by an open model.
const Device eaton{"Eaton 9395XR, double conversion",
                   {{"0.25", 0.970}, {"0.5", 0.973}, {"1", 0.964}},
                   {{"0.75", 0.970}},
                   {"0.25", "0.5", "1"}};
const Device eaton_ess{"Eaton 9395XR, ESS",
                       {{"0.25", 0.984}, {"0.5", 0.990}, {"1", 0.992}},
                       {{"0.75", 0.992}},
                       {"0.25", "0.5", "1"}};

/// 500 kVA double conversion of Schneider Electric White Paper 108, as quoted by an open model.
const Device wp108{"WP 108, 500 kVA",
                   {{"0.25", 0.905}, {"0.5", 0.936}, {"1", 0.939}},
                   {{"0.75", 0.940}},
                   {"0.25", "0.5", "1"}};

double efficiency(double share, double loss) { return 100 * share / (share + loss); }

double loss_at(const Points& points, const char* share) {
  const double x = std::stod(share);
  return x * (1 / points.at(share) - 1);
}

/// Newton's form through three points, multiplied out.
LossCurve through(const Points& points, const std::array<const char*, 3>& shares) {
  const double x0 = std::stod(shares[0]);
  const double x1 = std::stod(shares[1]);
  const double x2 = std::stod(shares[2]);
  const double y0 = loss_at(points, shares[0]);
  const double slope = (loss_at(points, shares[1]) - y0) / (x1 - x0);
  const double second =
      ((loss_at(points, shares[2]) - loss_at(points, shares[1])) / (x2 - x1) - slope) / (x2 - x0);
  return {y0 - slope * x0 + second * x0 * x1, slope - second * (x0 + x1), second};
}

double by_efficiency(const Points& points, double share) {
  auto right = points.begin();
  while (std::next(right) != points.end() && std::stod(right->first) < share) {
    ++right;
  }
  const auto left = right == points.begin() ? right : std::prev(right);
  const double x0 = std::stod(left->first);
  const double x1 = std::stod(right->first);
  const double t = x1 > x0 ? std::max(0.0, (share - x0) / (x1 - x0)) : 0;
  return 100 * (left->second + t * (right->second - left->second));
}

void compare(const Device& device) {
  const LossCurve curve(device.used);
  const auto polynomial = through(device.used, device.polynomial);
  for (const auto& [share, published] : device.held_out) {
    const double x = std::stod(share);
    const double interpolated = efficiency(x, curve.at(x));
    const double error = interpolated - 100 * published;
    fmt::print(
        "{:<32} {:>4.0f} {:>9.1f} {:>7.2f} {:>+6.2f} {:>7.2f} {:>+6.2f} {:>7.2f} {:>+6.2f}\n",
        device.name, 100 * x, 100 * published, interpolated, error, efficiency(x, polynomial.at(x)),
        efficiency(x, polynomial.at(x)) - 100 * published, by_efficiency(device.used, x),
        by_efficiency(device.used, x) - 100 * published);
    INFO(device.name << " at " << share);
    const bool is_below = x < std::stod(device.used.begin()->first);
    CHECK(std::abs(error) < (is_below ? limit_below : limit));
  }
}

void require_published(const std::string& id, const Points& published, double tolerance) {
  const ConversionStage stage(power_stage(id), Watts(1e6));
  for (const auto& [share, value] : published) {
    const Watts output = std::stod(share) * stage.rating();
    const double simulated = 100 * (output / (output + stage.loss(output)));
    fmt::print("{:<32} {:>4.0f} {:>9.2f} {:>9.2f} {:>+6.2f}\n", id, 100 * std::stod(share),
               100 * value, simulated, simulated - 100 * value);
    INFO(id << " at " << share);
    CHECK(std::abs(simulated - 100 * value) <= tolerance);
  }
}

}  // namespace

TEST_CASE("power stages: efficiencies at loads that no curve was made from") {
  fmt::print("{:<32} load% published    loss  error   a0..a2  error  linear  error\n", "device");
  for (const auto& device : {ti_50v, ti_60v, eaton, eaton_ess, wp108}) {
    compare(device);
  }
}

TEST_CASE("power stages: the catalogue against published efficiencies") {
  fmt::print("{:<32} load% published simulated error\n", "stage");
  // 80 PLUS programme, 230 V internal redundant.
  require_published("psu-titanium", {{"0.1", 0.90}, {"0.2", 0.94}, {"0.5", 0.96}, {"1", 0.91}},
                    1e-9);
  require_published("psu-platinum", {{"0.2", 0.90}, {"0.5", 0.94}, {"1", 0.91}}, 1e-9);
  // OCP product page of Delta's Open Rack V3 shelf: above 97.5 %; Navitas: 98.5 % peak.
  require_published("orv3-rectifier", {{"0.5", 0.975}}, 0.01);
  require_published("dcdc-800v-50v", {{"0.5", 0.985}}, 0.01);
  require_published("rectifier-800vdc", {{"1", 0.98}}, 0.01);
  // 10 CFR 431.196(a), three-phase, from 2016.
  require_published("transformer-dry-type", {{"0.35", 0.9928}}, 0.01);
  require_published("pdu-transformer", {{"0.35", 0.9902}}, 0.01);
  // Schneider Electric Galaxy VX, 990-5850: 95 to 96 % in normal operation, here the middle.
  require_published("ups-double-conversion", {{"0.5", 0.955}, {"0.75", 0.955}, {"1", 0.955}}, 0.7);
}

TEST_CASE("power stages: heat of a UPS by its data sheet against its efficiencies") {
  // Eaton 9395XR of 1,875 kW: 14, 26, 40 and 66 kW of heat at 25, 50, 75 and 100 % load, whole kW.
  const ConversionStage stage(power_stage("ups-eaton-9395xr"), Watts(1875e3));
  fmt::print("{:<32} load% published simulated error%\n", "Eaton 9395XR, heat in kW");
  for (const auto& [share, heat_kw] :
       std::map<double, double>{{0.25, 14}, {0.5, 26}, {0.75, 40}, {1, 66}}) {
    const double simulated = stage.loss(share * stage.rating()).si() / 1e3;
    fmt::print("{:<32} {:>4.0f} {:>9.0f} {:>9.1f} {:>+6.1f}\n", "", 100 * share, heat_kw, simulated,
               100 * (simulated / heat_kw - 1));
    CHECK(std::abs(simulated / heat_kw - 1) < 0.1);
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "models/power/conversion_stage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace tokenfab {
namespace {

constexpr double watts_min = 1;  // of a stage that is to carry nothing
constexpr double watts_max = 1e12;

LossCurve curve_of(const ConversionStageConfig& config) {
  return config.efficiency.empty() ? LossCurve(config.no_load, config.proportional, config.square)
                                   : LossCurve(config.efficiency);
}

double units_needed(Watts rating, Watts unit_rating) {
  constexpr double slack = 1e-9;  // three units of a third carry the whole
  return std::max(1.0, std::ceil(rating / unit_rating - slack));
}

void add(std::vector<std::string>& found, const std::string& role, const char* field,
         const std::map<std::string, double>& points) {
  for (const auto& problem : problems_in(points)) {
    found.push_back(fmt::format("{}.{}: {}", role, field, problem));
  }
}

}  // namespace

void ConversionStageConfig::describe(Describe<ConversionStageConfig>& d) {
  using C = ConversionStageConfig;
  d.field("name", &C::name, "Name of the type");
  d.field("rating", &C::rating,
          "Output that the stage may carry with its redundant units out of service; absent: the "
          "design load")
      .range(watts_min, watts_max);
  d.field("unit_rating", &C::unit_rating, "Output of one unit; absent: the rating over the units")
      .range(watts_min, watts_max);
  d.field("units", &C::units,
          "Units that the rating needs, the redundant ones apart; absent: as many as it takes")
      .range(1, 1e6);
  d.choice("redundancy", &C::redundancy, {"N", "N+1", "2N"},
           "Units beyond those that the rating needs: none, one, or as many again");
  d.field("fixed_loss", &C::fixed_loss, "Loss of one unit at any load").range(0, 1e9);
  d.field("no_load", &C::no_load, "Loss at no load over the rating").range(0, 0.5);
  d.field("proportional", &C::proportional, "Loss that grows with the load, over the load")
      .range(0, 1);
  d.field("square", &C::square, "Loss that grows with the square of the load, over the rating")
      .range(0, 1);
  d.field("efficiency", &C::efficiency,
          "Published efficiencies by load share, instead of the three coefficients");
  d.field("eco_efficiency", &C::eco_efficiency,
          "Efficiencies by load share of a UPS that feeds through its bypass");
}

std::vector<std::string> contradictions(const ConversionStageConfig& config,
                                        const std::string& role) {
  std::vector<std::string> found;
  add(found, role, "efficiency", config.efficiency);
  add(found, role, "eco_efficiency", config.eco_efficiency);
  if (!config.efficiency.empty() &&
      (config.no_load > 0 || config.proportional > 0 || config.square > 0)) {
    found.push_back(
        fmt::format("{}: efficiency and the coefficients no_load {}, proportional {}, "
                    "square {} say the loss twice: leave out one of the two",
                    role, config.no_load, config.proportional, config.square));
  }
  if (config.rating && config.unit_rating && config.units) {
    const Watts carried = static_cast<double>(*config.units) * *config.unit_rating;
    const double needed = units_needed(*config.rating, *config.unit_rating);
    if (needed > static_cast<double>(*config.units)) {
      found.push_back(fmt::format(
          "{}: {} units of unit_rating {:g} W carry {:g} W, less than the rating of {:g} W: raise "
          "units to {}, or unit_rating to {:g} W, or leave one of the three out",
          role, *config.units, config.unit_rating->si(), carried.si(), config.rating->si(), needed,
          config.rating->si() / static_cast<double>(*config.units)));
    }
  }
  return found;
}

ConversionStage::ConversionStage(const ConversionStageConfig& config, Watts design)
    : curve_(curve_of(config)), fixed_loss_(config.fixed_loss) {
  if (!config.eco_efficiency.empty()) {
    eco_curve_.emplace(config.eco_efficiency);
  }
  if (config.rating) {
    rating_ = *config.rating;
  } else if (config.unit_rating && config.units) {
    rating_ = static_cast<double>(*config.units) * *config.unit_rating;
  } else {
    rating_ = std::max(design, Watts(watts_min));
  }
  double needed = 1;
  if (config.units) {
    needed = static_cast<double>(*config.units);
  } else if (config.unit_rating) {
    needed = units_needed(rating_, *config.unit_rating);
  }
  unit_rating_ = config.unit_rating.value_or(rating_ / needed);
  units_ = needed;
  if (config.redundancy == Redundancy::NPlus1) {
    units_ += 1;
  } else if (config.redundancy == Redundancy::TwoN) {
    units_ *= 2;
  }
}

double ConversionStage::load_share(Watts output, double units_lost) const {
  const double n = units_ - units_lost;
  if (n > 0) {
    return output / (n * unit_rating_);
  }
  return output > Watts(0) ? std::numeric_limits<double>::infinity() : 0;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "models/faults/repair_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {

void RepairConfig::describe(Describe<RepairConfig>& d) {
  using C = RepairConfig;
  d.choice("distribution", &C::distribution, {"fixed", "exponential", "weibull", "lognormal"},
           "How the time scatters about its mean");
  d.field("mean", &C::mean, "Until it works again, on average")
      .range(0, 1e9)
      .source("Estimate: a failed server is back a day later; hot spares are quicker");
  d.field("shape", &C::shape, "Of a Weibull distribution").range(0.1, 20);
  d.field("sigma", &C::sigma, "Of the logarithm, of a lognormal distribution").range(0.01, 5);
}

std::vector<std::string> contradictions(const RepairConfig& config, const std::string& part) {
  std::vector<std::string> found;
  const auto check = [&](bool is_given, bool is_wanted, const char* field, const char* law) {
    if (is_wanted && !is_given) {
      found.push_back(fmt::format("{}.repair: {} needs {}: give it", part, law, field));
    } else if (is_given && !is_wanted) {
      found.push_back(
          fmt::format("{}.repair.{} is of distribution {}: choose that, or leave {} out", part,
                      field, law, field));
    }
  };
  check(config.shape.has_value(), config.distribution == RepairLaw::Weibull, "shape", "weibull");
  check(config.sigma.has_value(), config.distribution == RepairLaw::Lognormal, "sigma",
        "lognormal");
  return found;
}

Duration draw_repair(const RepairConfig& config, RandomStream& random) {
  const double mean_s = config.mean.si();
  double time_s = mean_s;
  if (config.distribution == RepairLaw::Exponential) {
    time_s = mean_s * random.standard_exponential();
  } else if (config.distribution == RepairLaw::Weibull) {
    const double scale_s = mean_s / std::tgamma(1 + 1 / *config.shape);
    time_s = scale_s * std::pow(random.standard_exponential(), 1 / *config.shape);
  } else if (config.distribution == RepairLaw::Lognormal) {
    // The mean of a lognormal is exp(mu + sigma^2 / 2).
    const double sigma = *config.sigma;
    time_s = mean_s * std::exp(sigma * random.standard_normal() - sigma * sigma / 2);
  }
  constexpr double longest_s = 1e12;  // a heavy tail ends within what a Duration holds
  return Duration::from_seconds(std::min(time_s, longest_s));
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// When a synthetic workload's requests (or sessions) begin, in the words of the serving benchmarks
// (vLLM benchmarks/benchmark_serving.py): open loop with a mean rate and gamma `burstiness` (1 is
// Poisson), or closed loop with `concurrency` clients that each begin the next one when the last
// one has ended. `diurnal` makes the open loop's rate follow the local hour of the day
// (diurnal_pattern.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "models/workload/diurnal_pattern.hpp"
#include "models/workload/synthetic.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct LoadConfig {
  std::optional<PerSecond> rate;
  double burstiness = 1;
  std::map<std::string, double> diurnal;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> number;

  /// Declares the fields for a configuration made of this one: `rate_key` and `number_key` are what
  /// it calls the rate and the number of `things`.
  template <class Config>
  static void describe_in(Describe<Config>& d, const std::string& rate_key,
                          const std::string& number_key, const std::string& things);
};

template <class Config>
void LoadConfig::describe_in(Describe<Config>& d, const std::string& rate_key,
                             const std::string& number_key, const std::string& things) {
  d.template field<std::optional<PerSecond>>(rate_key, &LoadConfig::rate,
                                             "Open loop: mean arrivals of " + things)
      .range(1e-9, 1e9);
  d.template field<double>("burstiness", &LoadConfig::burstiness,
                           "Open loop: gamma shape of the gaps; 1 is Poisson")
      .range(0.02, 1e6);
  d.template field<std::map<std::string, double>>(
       "diurnal", &LoadConfig::diurnal,
       "Open loop: local hour of the day (\"0\" to below \"24\") -> factor on " + rate_key +
           ", which holds until the next hour given; scaled to a mean of 1 over the day")
      .range(0, 1e9);
  d.template field<std::optional<std::int64_t>>("concurrency", &LoadConfig::concurrency,
                                                "Closed loop: " + things + " always under way")
      .range(1, 1e7);
  d.template field<std::optional<std::int64_t>>(
       number_key, &LoadConfig::number, things + " in all; without it a horizon ends the load")
      .range(1, 1e12);
}

class Load {
 public:
  /// Throws std::invalid_argument if the configuration is neither one loop nor the other;
  /// `workload` ("a synthetic workload") and `rate_key` are for the message.
  Load(const LoadConfig& config, std::string_view workload, std::string_view rate_key);

  void open(RandomStream arrivals, Duration time_of_day);

  /// The date of the next beginning; never decreases. False: there is none that is not the answer
  /// to an end.
  bool next(Instant& date);
  /// After an end: whether another one begins in return.
  bool follows();

  bool is_closed() const { return config_.concurrency.has_value(); }
  const LoadConfig& config() const { return config_; }
  std::optional<std::uint64_t> expected() const;
  std::optional<double> rate_per_s() const;

 private:
  bool is_exhausted() const { return config_.number && given_ >= *config_.number; }

  LoadConfig config_;
  std::optional<ArrivalProcess> arrivals_;
  std::optional<DiurnalPattern> diurnal_;
  std::optional<RandomStream> stream_;
  std::int64_t given_ = 0;
  Instant last_date_;  // on the clock of the steady process
};

}  // namespace tokenfab

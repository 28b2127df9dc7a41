// SPDX-License-Identifier: Apache-2.0
// When the public grid is away: never, at dates given, or at random.
// Left out: dips too short for a plant interval, brown-outs, warnings ahead, seasons.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/site_data.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

struct GridOutage {
  Instant begin;
  Instant end;  // > begin
};

/// Source: tells one outage after another. They do not overlap.
class Outages : public SiteModel {
 public:
  virtual std::optional<GridOutage> next() = 0;
};

struct NoOutagesConfig {
  static void describe(Describe<NoOutagesConfig>&) {}
};

class NoOutages : public Outages {
 public:
  explicit NoOutages(const NoOutagesConfig&) {}
  std::optional<GridOutage> next() override { return std::nullopt; }
};

struct ScheduledOutageConfig {
  std::optional<Seconds> at;
  std::optional<std::string> date;
  Seconds duration;
  static void describe(Describe<ScheduledOutageConfig>& d);
};

struct ScheduledOutagesConfig {
  std::map<std::string, ScheduledOutageConfig> outages;
  static void describe(Describe<ScheduledOutagesConfig>& d);
};

class ScheduledOutages : public Outages {
 public:
  /// std::invalid_argument: an outage with both `at` and `date` or neither, or no date.
  explicit ScheduledOutages(const ScheduledOutagesConfig& config);
  /// std::invalid_argument: outages that overlap.
  void open(const SiteInputs& inputs) override;
  std::optional<GridOutage> next() override;

 private:
  ScheduledOutagesConfig config_;
  std::vector<GridOutage> outages_;  // by date
  std::size_t given_ = 0;
};

struct RandomOutagesConfig {
  double per_year = 1;
  Seconds mean_duration{7200};
  static void describe(Describe<RandomOutagesConfig>& d);
};

/// The time between outages and their duration are exponential (the constant failure and repair
/// rates of power system reliability: Billinton and Allan, Reliability Evaluation of Power Systems,
/// 2nd ed., ch. 7).
class RandomOutages : public Outages {
 public:
  explicit RandomOutages(const RandomOutagesConfig& config) : config_(config) {}
  void open(const SiteInputs& inputs) override;
  std::optional<GridOutage> next() override;

 private:
  RandomOutagesConfig config_;
  std::optional<RandomStream> random_;
  Instant end_;  // of the last one
};

}  // namespace tokenfab

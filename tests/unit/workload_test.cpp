// SPDX-License-Identifier: Apache-2.0
// Dates of requests: traces played faster, and the daily pattern of synthetic load.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "models/workload/synthetic_workload.hpp"
#include "models/workload/trace_workload.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Duration seconds(std::int64_t count) {
  return Duration::from_ticks(Int128{count} * Duration::ticks_per_second);
}
Duration hours(double count) { return Duration::from_seconds(3600 * count); }

/// Rows of the given dates; the number is the priority.
class Rows : public RequestReader {
 public:
  explicit Rows(std::vector<Duration> dates) : dates_(std::move(dates)) {}
  bool next(RequestRow& row) override {
    if (given_ == dates_.size()) {
      return false;
    }
    row = {dates_[given_], 1, 1, "", static_cast<std::int32_t>(given_), "", {}};
    ++given_;
    return true;
  }

 private:
  std::vector<Duration> dates_;
  std::size_t given_ = 0;
};

std::vector<Arrival> play(Workload& workload, WorkloadInputs inputs, std::size_t most = 1'000'000) {
  inputs.stream = [](std::string_view purpose) { return RandomStream(1, 0, "w", purpose); };
  workload.open(std::move(inputs));
  std::vector<Arrival> arrivals;
  for (Arrival arrival; arrivals.size() < most && workload.next(arrival);) {
    arrivals.push_back(arrival);
  }
  return arrivals;
}

std::vector<Duration> played(double speedup, std::vector<Duration> dates) {
  TraceWorkloadConfig config;
  config.speedup = speedup;
  TraceWorkload workload(config);
  WorkloadInputs inputs;
  inputs.trace = std::make_unique<Rows>(std::move(dates));
  std::vector<Duration> result;
  for (const auto& arrival : play(workload, std::move(inputs))) {
    REQUIRE(arrival.priority == static_cast<std::int32_t>(result.size()));
    result.push_back(arrival.date.since_start());
  }
  return result;
}

std::unique_ptr<SyntheticWorkload> synthetic(SyntheticWorkloadConfig config) {
  const auto fixed = [] {
    auto length = std::make_shared<FixedLengthConfig>();
    length->value = 1;
    return length;
  };
  config.isl = {"fixed", fixed()};
  config.osl = {"fixed", fixed()};
  return std::make_unique<SyntheticWorkload>(config, plugin_table());
}

std::vector<Duration> dates_of(SyntheticWorkloadConfig config, Duration time_of_day = {}) {
  const auto workload = synthetic(std::move(config));
  WorkloadInputs inputs;
  inputs.time_of_day = time_of_day;
  std::vector<Duration> dates;
  for (const auto& arrival : play(*workload, std::move(inputs))) {
    dates.push_back(arrival.date.since_start());
  }
  return dates;
}

SyntheticWorkloadConfig open_loop(double rate, std::int64_t requests) {
  SyntheticWorkloadConfig config;
  config.rate = PerSecond(rate);
  config.number = requests;
  return config;
}

std::string complaint(const std::map<std::string, double>& diurnal) {
  auto config = open_loop(1, 1);
  config.diurnal = diurnal;
  try {
    synthetic(config);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("workload: a whole speedup divides dates exactly, down to the tick") {
  const auto tick = Duration::from_ticks(1);
  const std::vector<Duration> dates{Duration(), seconds(3), seconds(3), seconds(10) + 2 * tick,
                                    seconds(1'000'000'000'000)};
  REQUIRE(played(1, dates) == dates);
  REQUIRE(played(3, dates) ==
          std::vector<Duration>{
              Duration(), seconds(1), seconds(1),
              Duration::from_ticks((10 * Duration::ticks_per_second + 2) / 3),
              Duration::from_ticks(Int128{1'000'000'000'000} * Duration::ticks_per_second / 3)});
}

TEST_CASE("workload: any speedup keeps order, equal dates and 3e-16 of the date") {
  std::vector<Duration> dates;
  for (std::int64_t i = 0; i < 3000; ++i) {
    dates.push_back(Duration::from_ticks(Int128{i / 3} * 1'234'567'890'123'457));
  }
  for (const double speedup : {0.1, 0.5, 1.7, 12.5, 1e-6, 1e6}) {
    const auto result = played(speedup, dates);
    REQUIRE(std::is_sorted(result.begin(), result.end()));
    for (std::size_t i = 0; i < result.size(); ++i) {
      REQUIRE(result[i] == result[i - i % 3]);
      REQUIRE(std::abs(result[i].seconds() * speedup - dates[i].seconds()) <=
              1e-15 * dates[i].seconds() + 1e-15 * speedup);
    }
  }
}

TEST_CASE("workload: a pattern of one factor is no pattern") {
  auto config = open_loop(2, 1000);
  const auto plain = dates_of(config);
  config.diurnal = {{"0", 7.0}};
  const auto constant = dates_of(config, hours(13.5));
  REQUIRE(plain.size() == constant.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    REQUIRE(std::abs((plain[i] - constant[i]).seconds()) < 1e-9);
  }
}

// Factors 3 from 6 to 18 h and 1 otherwise have the mean 2, so the scaled ones are 1.5 and 0.5.
// From 0 h the steady clock has run 3 h at 6 h, 21 h at 18 h and 24 h at 24 h.
TEST_CASE("workload: the pattern's integral is inverted by the hour") {
  const std::map<std::string, double> factors{{"6", 3}, {"18.0", 1}};
  const auto at = [&](double start, double steady) {
    return DiurnalPattern(factors, hours(start)).date_of(hours(steady)).seconds() / 3600;
  };
  REQUIRE(at(0, 0) == 0);
  REQUIRE(at(0, 1.5) == Approx(3));
  REQUIRE(at(0, 3) == Approx(6));
  REQUIRE(at(0, 12) == Approx(12));
  REQUIRE(at(0, 21) == Approx(18));
  REQUIRE(at(0, 24) == Approx(24));
  REQUIRE(at(0, 10 * 24 + 12) == Approx(10 * 24 + 12));
  REQUIRE(at(12, 9) == Approx(6));      // noon to 18 h
  REQUIRE(at(12, 13.5) == Approx(15));  // and on to 3 h: 9 + 3 + 1.5
  REQUIRE(at(23.5, 0.25) == Approx(0.5));
}

TEST_CASE("workload: nothing arrives in hours of factor 0") {
  const DiurnalPattern office({{"0", 0}, {"8", 1}, {"20", 0}}, hours(0));
  REQUIRE(office.date_of(Duration()) == hours(8));
  REQUIRE(office.date_of(hours(18)).seconds() == Approx(17 * 3600));  // twice as fast from 8 h
  REQUIRE(office.date_of(hours(24) + hours(0.002)).seconds() == Approx(32 * 3600 + 3.6));
  REQUIRE(DiurnalPattern({{"0", 0}, {"8", 1}, {"20", 0}}, hours(21)).date_of(hours(2)).seconds() ==
          Approx(12 * 3600));
}

TEST_CASE("workload: hourly counts follow the pattern, bursty or not, and order holds") {
  const std::map<std::string, double> factors{{"0", 0.4}, {"7", 0.2}, {"14", 2}, {"20", 1}};
  const double mean = (7 * 0.4 + 7 * 0.2 + 6 * 2 + 4 * 1) / 24;
  for (const double burstiness : {0.2, 1.0, 4.0}) {
    auto config = open_loop(1, 10 * 86'400);
    config.burstiness = burstiness;
    config.diurnal = factors;
    const auto dates = dates_of(config, hours(9));
    REQUIRE(std::is_sorted(dates.begin(), dates.end()));
    std::map<int, double> by_hour;
    for (const auto& date : dates) {
      by_hour[(static_cast<int>(date.seconds() / 3600) + 9) % 24] += 1;
    }
    for (const auto& [hour, count] : by_hour) {
      const double factor = hour < 7 ? 0.4 : hour < 14 ? 0.2 : hour < 20 ? 2 : 1;
      const double expected = 36'000 * factor / mean;
      const double deviation = std::sqrt(expected / burstiness);
      INFO("hour " << hour << " burstiness " << burstiness);
      REQUIRE(std::abs(count - expected) < 5 * deviation + 0.01 * expected);
    }
  }
}

TEST_CASE("workload: patterns that make no sense are refused") {
  REQUIRE(complaint({{"0", 1}, {"23.99", 2}}).empty());
  REQUIRE(complaint({{"24", 1}}).find("the key \"24\" is not an hour") != std::string::npos);
  REQUIRE(complaint({{"noon", 1}}).find("the key \"noon\"") != std::string::npos);
  REQUIRE(complaint({{"-1", 1}}).find("the key \"-1\"") != std::string::npos);
  REQUIRE(complaint({{"", 1}}).find("the key \"\"") != std::string::npos);
  REQUIRE(complaint({{"3", 1}, {"3.0", 1}}).find("hour 3 is given twice") != std::string::npos);
  REQUIRE(complaint({{"3", 0}}).find("no factor is positive") != std::string::npos);
  REQUIRE(complaint({{"3", -1}}).find("factor -1 at \"3\"") != std::string::npos);
  SyntheticWorkloadConfig closed;
  closed.concurrency = 1;
  closed.diurnal = {{"0", 1}};
  REQUIRE_THROWS_WITH(synthetic(closed), "diurnal varies request_rate; a closed loop has none");
}

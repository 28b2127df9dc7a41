// SPDX-License-Identifier: Apache-2.0
// Carbon intensity hour by hour: of a file, or made up from monthly statistics. Every value holds
// through its step.
#pragma once

#include "models/energy/grid_profile.hpp"
#include "sim/api/data_file_config.hpp"
#include "sim/api/grid.hpp"

namespace tokenfab {

enum class CarbonBasis {
  Direct,    // what the power stations emit
  LifeCycle  // with construction and fuel supply
};

struct FileCarbonConfig : DataFileConfig {
  CarbonBasis basis = CarbonBasis::Direct;
  static void describe(Describe<FileCarbonConfig>& d);
};

class FileCarbon : public CarbonIntensity {
 public:
  explicit FileCarbon(const FileCarbonConfig& config) : config_(config) {}

  std::optional<DataFile> data_file() const override { return config_.file(DataKind::Carbon); }
  /// Throws std::invalid_argument if the file lacks the column of the basis.
  void open(const SiteInputs& inputs) override;
  KilogramsPerJoule intensity(Instant at) const override {
    return KilogramsPerJoule(series_.at(calendar_, at));
  }
  std::optional<double> renewable_share(Instant at) const override;
  std::optional<Instant> holds_until(Instant at) const override;

 private:
  FileCarbonConfig config_;
  Calendar calendar_;
  AnnualSeries series_;
  AnnualSeries renewable_share_;
};

struct MonthlyCarbonConfig {
  GridProfileConfig grid;
  static void describe(Describe<MonthlyCarbonConfig>& d);
};

class MonthlyCarbon : public CarbonIntensity {
 public:
  explicit MonthlyCarbon(const MonthlyCarbonConfig& config) : config_(config) {}

  /// Throws std::invalid_argument as generate_carbon().
  void open(const SiteInputs& inputs) override;
  KilogramsPerJoule intensity(Instant at) const override {
    return KilogramsPerJoule(series_.at(calendar_, at));
  }
  std::optional<double> renewable_share(Instant) const override {
    return config_.grid.carbon->renewable_share;
  }
  std::optional<Instant> holds_until(Instant at) const override {
    return series_.holds_until(calendar_, at);
  }

 private:
  MonthlyCarbonConfig config_;
  Calendar calendar_;
  AnnualSeries series_;
};

}  // namespace tokenfab

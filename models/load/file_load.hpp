// SPDX-License-Identifier: Apache-2.0
// How busy nodes are, from a file of shares by the hour.
#pragma once

#include <variant>

#include "sim/api/cluster_load.hpp"
#include "sim/api/data_file_config.hpp"

namespace tokenfab {

struct FileLoadConfig : DataFileConfig {
  static void describe(Describe<FileLoadConfig>& d) {
    describe_data_file(d, "File of utilizations from 0 to 1 over a year");
  }
};

class FileLoad final : public ClusterLoad {
 public:
  explicit FileLoad(const FileLoadConfig& config) : config_(config) {}
  std::optional<DataFile> data_file() const override { return config_.file(DataKind::Fraction); }
  void open(const SiteInputs& inputs) override {
    const auto* series = std::get_if<AnnualSeries>(&inputs.data);
    CHECK(series != nullptr, "{}: opened without its file", inputs.path);
    series_ = *series;
    calendar_ = inputs.calendar;
  }
  double utilization(Instant at) const override { return series_.at(calendar_, at); }
  std::optional<Instant> holds_until(Instant at) const override {
    return series_.holds_until(calendar_, at);
  }

 private:
  FileLoadConfig config_;
  AnnualSeries series_;
  Calendar calendar_;
};

}  // namespace tokenfab

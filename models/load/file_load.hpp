// SPDX-License-Identifier: Apache-2.0
// How busy nodes are, from a file of shares by the hour.
#pragma once

#include <variant>

#include "sim/api/cluster_load.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct FileLoadConfig {
  std::string path;
  std::string format = "auto";
  Seconds fill_gaps{0};
  static void describe(Describe<FileLoadConfig>& d) {
    using C = FileLoadConfig;
    d.field("path", &C::path, "File of utilizations from 0 to 1 over a year").required();
    d.field("format", &C::format, "Format of the file; \"auto\": told by its head");
  }
};

class FileLoad final : public ClusterLoad {
 public:
  explicit FileLoad(const FileLoadConfig& config) : config_(config) {}
  std::optional<DataFile> data_file() const override {
    return DataFile{DataKind::Fraction, config_.path, config_.format,
                    config_.fill_gaps.si() / 3600};
  }
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

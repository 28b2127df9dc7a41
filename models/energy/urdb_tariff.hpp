// SPDX-License-Identifier: Apache-2.0
// A tariff from a file of the OpenEI Utility Rate Database.
#pragma once

#include "models/energy/utility_tariff.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct UrdbConfig {
  std::string path;
  std::string format = "auto";
  static void describe(Describe<UrdbConfig>& d);
};

class UrdbTariff final : public UtilityTariff {
 public:
  explicit UrdbTariff(const UrdbConfig& config) : config_(config) {}
  std::optional<DataFile> data_file() const override {
    return DataFile{DataKind::UtilityRate, config_.path, config_.format};
  }
  /// std::invalid_argument: a rate that cannot be metered.
  void open(const SiteInputs& inputs) override;

 private:
  UrdbConfig config_;
};

}  // namespace tokenfab

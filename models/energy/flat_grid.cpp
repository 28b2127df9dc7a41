// SPDX-License-Identifier: Apache-2.0
#include "models/energy/flat_grid.hpp"

namespace tokenfab {
namespace {

class FlatBill : public BillMeter {
 public:
  explicit FlatBill(DollarsPerJoule price) : price_(price) {}
  void meter(Instant, Duration span, Watts import, Watts) override {
    import_ += import * Seconds(span.seconds());
  }
  Bill due() const override { return {import_ * price_, Dollars(0), Dollars(0), Dollars(0)}; }

 private:
  DollarsPerJoule price_;
  Joules import_;
};

}  // namespace

std::unique_ptr<BillMeter> FlatTariff::open_bill() const {
  return std::make_unique<FlatBill>(config_.price);
}

void FlatTariffConfig::describe(Describe<FlatTariffConfig>& d) {
  d.field("price", &FlatTariffConfig::price,
          "Price of energy at the site's meter, all charges included")
      .required()
      .range(-1e-6, 1e-5);
}

void FlatCarbonConfig::describe(Describe<FlatCarbonConfig>& d) {
  d.field("intensity", &FlatCarbonConfig::intensity,
          "Operational emissions of grid energy, location-based")
      .required()
      .range(0, 1e-5);
}

}  // namespace tokenfab

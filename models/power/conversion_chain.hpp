// SPDX-License-Identifier: Apache-2.0
// Power chain of fixed roles, each optional, solved from the racks up to the site's connection:
//
//   connection - main breaker - transformer - switchgear -+- cooling plant (or behind the UPS)
//                                                         +- UPS or rectifier (800 V DC)
//                                                            - distribution (PDU, busway)
//                                                            - rack breakers - racks
//
// A UPS has its battery on its DC link: the battery supplies the output and the loss of double
// conversion (efficiencies on battery equal those on the mains within half a percent, e.g. Salicru
// SLC CUBE3). A rectifier has it on its output, and stands still while the battery feeds. In eco
// mode a UPS feeds through its bypass, and by double conversion while it charges (Eaton 93PM
// manual, P-164000227, 5.2.2). Without a source, or with the main breaker open, the battery feeds
// until it is empty; with nothing left to feed the UPS is switched off. What is asked for beyond
// that is drawn from a source that is not there: a shortfall of the supply.
//
// The loss for the racks from the UPS or rectifier down is heat indoors. All else goes to the
// outside air: transformers and switchgear, and what charging and the cooling plant lose on their
// way (battery and plant rooms are ventilated). So indoor_loss() depends on nothing that cooling
// decides, and does not jump when the battery is full.
//
// Ratings not given follow from the design load: racks x margin / oversubscription, cooling x
// margin, and the losses at these. More load than a rating is legal: overloads() shows it, and the
// breakers trip in time. units_lost are units of the UPS or rectifier.
//
// Left out: transfer times (milliseconds, within the hold-up of power supplies), a UPS that goes to
// bypass or gives up on overload, phases and power factor.
#pragma once

#include <optional>

#include "models/power/breaker.hpp"
#include "models/power/chain_battery.hpp"
#include "models/power/conversion_stage.hpp"
#include "sim/api/power_chain.hpp"

namespace tokenfab {

enum class UpsMode { DoubleConversion, Eco };

struct ConversionChainConfig {
  std::optional<ConversionStageConfig> transformer;
  std::optional<ConversionStageConfig> switchgear;
  std::optional<ConversionStageConfig> ups;
  std::optional<ConversionStageConfig> rectifier;
  std::optional<ConversionStageConfig> distribution;
  UpsMode ups_mode = UpsMode::DoubleConversion;
  std::optional<ChainBatteryConfig> battery;
  std::optional<BreakerConfig> main_breaker;
  std::optional<BreakerConfig> rack_breakers;
  bool cooling_on_ups = false;
  double margin = 1;
  double oversubscription = 1;

  static void describe(Describe<ConversionChainConfig>& d);
};

/// What contradicts itself, each with the nearest fix.
std::vector<std::string> contradictions(const ConversionChainConfig& config);

class ConversionChain : public PowerChain {
 public:
  /// Throws std::invalid_argument with all contradictions.
  explicit ConversionChain(const ConversionChainConfig& config);

  void size_for(Watts racks_design, Watts cooling_design) override;
  Watts indoor_loss(const ChainInputs& inputs) const override {
    return flows_at(inputs, source_feeds(inputs)).indoor;
  }
  /// Cut where the battery is full or empty. A breaker that trips on the way takes effect at the
  /// end of the span: who wants it exact stops at time_to_change().
  ChainOutcome advance(Duration span, const ChainInputs& inputs) override;
  bool can_feed(const ChainInputs& inputs) const override;
  bool can_cool(const ChainInputs& inputs) const override;
  /// The battery is empty or a breaker trips.
  std::optional<Duration> time_to_change(const ChainInputs& inputs) const override;
  std::vector<Overload> overloads(const ChainInputs& inputs) const override;
  void reset_breakers() override;
  Joules stored() const override;

 private:
  /// Power at every place, constant until the battery is full or empty.
  struct Flows {
    Watts drawn;
    Watts indoor;
    Watts outdoor;
    Watts stored;
    Watts conditioned;  // out of the UPS or rectifier
    Watts switched;     // out of the switchgear
    Watts transformed;  // out of the transformer
  };
  Flows flows_at(const ChainInputs& inputs, bool from_source) const;
  void feed_from_source(Flows& flows, const ChainInputs& inputs, Watts rack_output) const;
  void feed_from_battery(Flows& flows, const ChainInputs& inputs, Watts rack_output) const;
  Watts conditioner_loss(Watts output, double units_lost, bool is_eco) const;
  void size_conditioner(Watts output);
  void pass(double seconds, const Flows& flows, Watts through_main, Watts racks);
  const ConversionStage* conditioner() const;
  bool conditioner_works(const ChainInputs& inputs) const;
  bool battery_feeds(const ChainInputs& inputs) const;
  bool source_feeds(const ChainInputs& inputs) const {
    return inputs.has_source && !(main_breaker_ && main_breaker_->is_tripped());
  }
  /// The main breaker is closed and stays so.
  bool main_holds(const ChainInputs& inputs) const;

  ConversionChainConfig config_;
  bool is_sized_ = false;
  std::optional<ConversionStage> transformer_;
  std::optional<ConversionStage> switchgear_;
  std::optional<ConversionStage> ups_;
  std::optional<ConversionStage> rectifier_;
  std::optional<ConversionStage> distribution_;
  std::optional<ChainBattery> battery_;
  std::optional<Breaker> main_breaker_;
  std::optional<Breaker> rack_breakers_;
};

}  // namespace tokenfab

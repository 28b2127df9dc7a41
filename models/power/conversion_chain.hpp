// SPDX-License-Identifier: Apache-2.0
// Power chain of fixed roles, each optional, solved from the racks up to the site's connection:
//
//   connection - main breaker - transformer - switchgear -+- cooling plant (or behind the UPS)
//                                                         +- UPS or rectifier (800 V DC)
//                                                            - distribution (PDU, busway)
//                                                            - rack breakers - racks
//
// Losses from the UPS or rectifier down are heat indoors, those above it are outdoors. A UPS has
// its battery on its DC link: the battery supplies the output and the loss of double conversion
// (efficiencies on battery equal those on the mains within half a percent, e.g. Salicru SLC CUBE3).
// A rectifier has it on its output, and stands still while the battery feeds. In eco mode a UPS
// feeds through its bypass, and by double conversion while it charges (Eaton 93PM manual,
// P-164000227, 5.2.2). Without a source, or after the main breaker has tripped, the battery feeds
// until it is empty.
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
  Watts indoor_loss(const ChainInputs& inputs) const override { return flows_at(inputs).indoor; }
  /// Exact within the span: cut where the battery is full and where a breaker trips. The racks are
  /// served all through: it is for the caller to stop at time_to_change().
  ChainOutcome advance(Duration span, const ChainInputs& inputs) override;
  bool can_feed(const ChainInputs& inputs) const override;
  bool can_cool(const ChainInputs& inputs) const override;
  /// Also until the losses jump: the battery is full, the main breaker trips.
  std::optional<Duration> time_to_change(const ChainInputs& inputs) const override;
  std::vector<Overload> overloads(const ChainInputs& inputs) const override;
  void reset_breakers() override;
  Joules stored() const override;

 private:
  /// Power at every place, constant until the battery is full or empty or the main breaker trips.
  struct Flows {
    Watts drawn;
    Watts indoor;
    Watts outdoor;
    Watts stored;
    Watts conditioned;    // out of the UPS or rectifier
    Watts switched;       // out of the switchgear
    Watts transformed;    // out of the transformer
    Watts main_load;      // asked of the main breaker, also if that opens it at once
    bool is_fed = false;  // by the source or by the battery
    bool has_source = false;
  };
  Flows flows_at(const ChainInputs& inputs) const;
  void add_source(Flows& flows, const ChainInputs& inputs) const;
  void add_battery(Flows& flows, double units_lost) const;
  void size_conditioner(Watts output);
  std::optional<double> time_to_jump(const Flows& flows) const;
  void pass(double seconds, const Flows& flows, Watts racks);
  const ConversionStage* conditioner() const;
  bool conditioner_works(const ChainInputs& inputs) const;

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

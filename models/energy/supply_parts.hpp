// SPDX-License-Identifier: Apache-2.0
// The parts of a site's supply and their state; SiteSupply is the interface to them.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "models/energy/outages.hpp"
#include "models/energy/power_source.hpp"
#include "models/energy/site_supply.hpp"
#include "models/energy/supply_balance.hpp"

namespace tokenfab {

/// The outages of a grid as time goes by. Asked for dates that never go back.
class GridPresence {
 public:
  explicit GridPresence(std::unique_ptr<Outages> source) : source_(std::move(source)) {}
  bool at(Instant now);
  /// When the grid next goes or returns; nullopt: never.
  std::optional<Instant> next_change(Instant now);

 private:
  void seek(Instant now);

  std::unique_ptr<Outages> source_;
  std::optional<GridOutage> outage_;  // under way or next
  bool is_over_ = false;              // there are no more
};

/// A plant and its power, kept until the weather or its step changes.
class KeptSource {
 public:
  KeptSource() = default;
  explicit KeptSource(std::unique_ptr<PowerSource> source) : source_(std::move(source)) {}
  Watts power(Instant at, const Weather& weather);
  std::optional<Instant> holds_until(Instant at);
  const PowerSource* get() const { return source_.get(); }

 private:
  std::unique_ptr<PowerSource> source_;
  bool is_known_ = false;
  Instant since_;
  std::optional<Instant> until_;
  Weather weather_;
  Watts power_;
};

class SiteSupply::Parts {
 public:
  Parts(const EnergyConfig& config, const PluginTable& table, const OpenSiteModel& open,
        const std::optional<SitePlace>& place);

  /// What is at hand at one date.
  SupplyMoment moment(Instant now, const SupplyInputs& inputs, bool genset_runs);
  void settle_genset(Instant now, const SupplyInputs& inputs);
  /// The same with generators as they will be from `now` on. They settle in advance(): here a copy
  /// does, for inputs that may only be considered.
  SupplyMoment settled_moment(Instant now, const SupplyInputs& inputs, std::optional<Genset>& copy);
  /// The first date after `now` at which the flows change by themselves.
  std::optional<Instant> next_change(Instant now, const Genset* generator,
                                     const SupplyFlows& flows);
  SupplyOutcome advance(Instant from, Duration span, const SupplyInputs& inputs);

  struct Contract {
    KeptSource solar;
    KeptSource wind;
    DollarsPerJoule price;
  };

  Watts import_limit = no_limit;
  Watts export_limit = no_limit;
  std::optional<GridPresence> grid;
  KeptSource solar;
  KeptSource wind;
  std::optional<Battery> battery;
  std::optional<Genset> genset;
  std::unique_ptr<DispatchPolicy> policy;
  std::vector<Contract> contracts;
  Watts command;      // of the policy, since decide()
  Watts last_import;  // mean between the two decisions before
  Joules imported;    // since decide()
  Seconds decided_for;
  Duration outage_time;

 private:
  bool is_plain_grid() const;
  SupplyOutcome plain_grid(const SupplyInputs& inputs);
};

}  // namespace tokenfab

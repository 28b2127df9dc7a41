// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// Constant over a stretch of time.
struct ChainInputs {
  Watts racks;             // at the rack PSU inputs
  Watts cooling;           // electric power of the cooling plant
  bool has_source = true;  // utility, generators or site battery feed the chain
  double units_lost = 0;   // UPS (or rectifier) units out of service
};

/// Means over the stretch. racks + cooling + indoor_loss + outdoor_loss + stored = drawn.
struct ChainOutcome {
  Watts drawn;         // from the source; without one: what nobody feeds
  Watts indoor_loss;   // heat in the electrical rooms: from the UPS down
  Watts outdoor_loss;  // transformers and switchgear, cooled by the outside air
  Watts stored;        // into UPS or rack batteries; negative: they feed the racks
};

/// A device beyond its rating: what it is and by how much (1.2: 20 % over).
struct Overload {
  std::string stage;
  double ratio = 0;
};

/// From the site's connection to the rack PSU inputs. State machine: the charge of its batteries
/// and the heat in its breakers.
/// Law: advancing in two calls with equal inputs equals advancing in one. Second law: no stage
/// gives more than it takes.
class PowerChain {
 public:
  virtual ~PowerChain() = default;
  /// Called once, first: what the stages are to be built for where their ratings are not given.
  virtual void size_for(Watts racks_design, Watts cooling_design) {
    static_cast<void>(racks_design);
    static_cast<void>(cooling_design);
  }
  /// Heat that the racks' share of the chain gives off indoors: what cooling must know before the
  /// whole is solved. Const: changes no state; advance() must report the same for a span that
  /// begins now, whatever the cooling plant draws in it.
  virtual Watts indoor_loss(const ChainInputs& inputs) const = 0;
  /// Needs can_feed() where there is no source.
  virtual ChainOutcome advance(Duration span, const ChainInputs& inputs) = 0;
  /// Whether the racks have power now: false after a breaker has tripped or the batteries are
  /// empty without a source.
  virtual bool can_feed(const ChainInputs& inputs) const { return inputs.has_source; }
  /// Whether the cooling plant has power: by default only with a source.
  virtual bool can_cool(const ChainInputs& inputs) const { return inputs.has_source; }
  /// Span until can_feed() changes if the inputs stay; nullopt: never.
  virtual std::optional<Duration> time_to_change(const ChainInputs&) const { return std::nullopt; }
  /// Stages beyond their rating at these inputs.
  virtual std::vector<Overload> overloads(const ChainInputs&) const { return {}; }
  /// Breakers are closed again by hand.
  virtual void reset_breakers() {}
  /// Energy in UPS and rack batteries.
  virtual Joules stored() const { return Joules(0); }
};

}  // namespace tokenfab

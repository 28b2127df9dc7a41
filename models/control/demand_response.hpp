// SPDX-License-Identifier: Apache-2.0
// Lowers the site's power at dates agreed on, and while energy is dear or dirty: a cap, a clock, or
// both. What several events and rules ask for, and a cap that always holds, add up to the
// strictest.
#pragma once

#include "models/control/power_cap.hpp"

namespace tokenfab {

/// What is asked of the site for a time.
struct DemandResponseEvent {
  Seconds start{0};
  Seconds duration{0};
  std::optional<Watts> cap;
  double clock = 1;
  static void describe(Describe<DemandResponseEvent>& d);
};

/// Begins above a threshold and ends below another.
struct DemandResponseRule {
  std::optional<DollarsPerJoule> price_above;
  std::optional<DollarsPerJoule> price_resume;
  std::optional<KilogramsPerJoule> carbon_above;
  std::optional<KilogramsPerJoule> carbon_resume;
  std::optional<Watts> cap;
  double clock = 1;
  static void describe(Describe<DemandResponseRule>& d);
};

struct DemandResponseConfig {
  PowerCapConfig base;
  std::map<std::string, DemandResponseEvent> events;
  std::map<std::string, DemandResponseRule> rules;
  static void describe(Describe<DemandResponseConfig>& d);
};

class DemandResponse final : public PowerControl {
 public:
  /// std::invalid_argument: an event or rule that asks for nothing, a rule without a threshold or
  /// that resumes above it.
  explicit DemandResponse(const DemandResponseConfig& config);
  void decide(const ControlView& view, std::span<double> clocks) override;
  std::optional<Instant> next_change(Instant now) const override;
  std::vector<std::string> named_clusters() const override { return base_.named_clusters(); }
  std::uint64_t unreachable_caps() const override { return unreachable_; }

 private:
  struct Event {
    Instant start;
    Instant end;
    std::optional<Watts> cap;
    double clock;
  };
  struct Rule {
    DemandResponseRule config;
    bool is_dear = false;
    bool is_dirty = false;
  };

  PowerCapConfig base_;
  std::vector<Event> events_;
  std::vector<Rule> rules_;
  std::uint64_t unreachable_ = 0;
};

}  // namespace tokenfab

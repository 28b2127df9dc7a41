// SPDX-License-Identifier: Apache-2.0
#include "models/control/demand_response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

/// Above a threshold: active. At or below the resumption: not. Between: as before.
template <class Quantity>
bool is_active_now(bool was_active, Quantity value, const std::optional<Quantity>& above,
                   const std::optional<Quantity>& resume) {
  return above && (value > *above || (was_active && value > resume.value_or(*above)));
}

void tighten(PowerLimits& limits, const std::optional<Watts>& cap, double clock) {
  if (cap && (!limits.site || *cap < *limits.site)) {
    limits.site = cap;
  }
  limits.clock = std::min(limits.clock, clock);
}

void check(const std::string& name, const DemandResponseRule& rule) {
  if (!rule.price_above && !rule.carbon_above) {
    throw std::invalid_argument(fmt::format(
        "demand_response: rule {} has no threshold; give price_above or carbon_above", name));
  }
  const bool is_odd =
      (rule.price_resume && !(rule.price_above && *rule.price_resume <= *rule.price_above)) ||
      (rule.carbon_resume && !(rule.carbon_above && *rule.carbon_resume <= *rule.carbon_above));
  if (is_odd) {
    throw std::invalid_argument(
        fmt::format("demand_response: rule {} resumes above its threshold", name));
  }
}

void check_effect(const char* what, const std::string& name, const std::optional<Watts>& cap,
                  double clock) {
  if (!cap && clock >= 1) {
    throw std::invalid_argument(fmt::format(
        "demand_response: {} {} asks for nothing; give cap or a clock below 1", what, name));
  }
}

}  // namespace

void DemandResponseEvent::describe(Describe<DemandResponseEvent>& d) {
  using C = DemandResponseEvent;
  d.field("start", &C::start, "From the scenario's start").required().range(0, 1e12);
  d.field("duration", &C::duration, "How long it lasts").required().range(1, 1e9);
  d.field("cap", &C::cap, "Most that the site may draw meanwhile").range(1, 1e13);
  d.field("clock", &C::clock, "Highest clock meanwhile, as a share of full clock").range(0, 1);
}

void DemandResponseRule::describe(Describe<DemandResponseRule>& d) {
  using C = DemandResponseRule;
  d.field("price_above", &C::price_above, "Energy price above which it begins").range(-1e-5, 1e-4);
  d.field("price_resume", &C::price_resume, "Energy price at which it ends; price_above if absent")
      .range(-1e-5, 1e-4);
  d.field("carbon_above", &C::carbon_above, "Carbon intensity above which it begins")
      .range(0, 1e-5);
  d.field("carbon_resume", &C::carbon_resume,
          "Carbon intensity at which it ends; carbon_above if absent")
      .range(0, 1e-5);
  d.field("cap", &C::cap, "Most that the site may draw meanwhile").range(1, 1e13);
  d.field("clock", &C::clock, "Highest clock meanwhile, as a share of full clock").range(0, 1);
}

void DemandResponseConfig::describe(Describe<DemandResponseConfig>& d) {
  using C = DemandResponseConfig;
  d.object("base", &C::base, "What holds at all times, as in power_cap");
  d.map("events", &C::events, "Agreed in advance, by name");
  d.map("rules", &C::rules, "On present price or carbon intensity, by name");
}

DemandResponse::DemandResponse(const DemandResponseConfig& config) : base_(config.base) {
  for (const auto& [name, event] : config.events) {
    check_effect("event", name, event.cap, event.clock);
    const Instant start(Duration::from_seconds(event.start.si()));
    events_.push_back(
        {start, start + Duration::from_seconds(event.duration.si()), event.cap, event.clock});
  }
  for (const auto& [name, rule] : config.rules) {
    check_effect("rule", name, rule.cap, rule.clock);
    check(name, rule);
    rules_.push_back({rule});
  }
}

void DemandResponse::decide(const ControlView& view, std::span<double> clocks) {
  PowerLimits limits{base_.site_power_cap, 1, base_.margin, base_.importance};
  for (const auto& event : events_) {
    if (view.now >= event.start && view.now < event.end) {
      tighten(limits, event.cap, event.clock);
    }
  }
  for (auto& [rule, is_dear, is_dirty] : rules_) {
    is_dear = is_active_now(is_dear, view.price, rule.price_above, rule.price_resume);
    is_dirty = is_active_now(is_dirty, view.carbon, rule.carbon_above, rule.carbon_resume);
    if (is_dear || is_dirty) {
      tighten(limits, rule.cap, rule.clock);
    }
  }
  if (!limit_power(view, limits, clocks)) {
    ++unreachable_;
  }
}

std::optional<Instant> DemandResponse::next_change(Instant now) const {
  std::optional<Instant> next;
  for (const auto& event : events_) {
    for (const Instant date : {event.start, event.end}) {
      if (date > now && (!next || date < *next)) {
        next = date;
      }
    }
  }
  return next;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "models/faults/component_faults.hpp"

namespace tokenfab {
namespace {

struct LawFields {
  const char* law;
  bool mtbf;
  bool shape;  // and scale
  bool ends;   // infant and wear_out
};

LawFields fields_of(FailureLaw law) {
  switch (law) {
    case FailureLaw::Weibull:
      return {"weibull", false, true, false};
    case FailureLaw::Bathtub:
      return {"bathtub", true, false, true};
    case FailureLaw::Exponential:
      break;
  }
  return {"exponential", true, false, false};
}

void check_law(const std::string& part, const ComponentConfig& config,
               std::vector<std::string>& found) {
  const auto fields = fields_of(config.process);
  const auto check = [&](const char* field, bool is_given, bool is_wanted) {
    if (is_wanted && !is_given) {
      found.push_back(fmt::format("{}: process {} needs {}: give it", part, fields.law, field));
    } else if (is_given && !is_wanted) {
      found.push_back(fmt::format("{}.{}: process {} has none: leave it out or change the process",
                                  part, field, fields.law));
    }
  };
  check("mtbf", config.mtbf.has_value(), fields.mtbf);
  check("shape", config.shape.has_value(), fields.shape);
  check("scale", config.scale.has_value(), fields.shape);
  check("infant", config.infant.has_value(), fields.ends);
  check("wear_out", config.wear_out.has_value(), fields.ends);
  if (config.age && config.process == FailureLaw::Exponential) {
    found.push_back(fmt::format("{}.age: exponential lifetimes do not age: leave it out", part));
  }
  if (fields.ends && config.infant && config.infant->shape >= 1) {
    found.push_back(fmt::format("{}.infant.shape ({:g}): a hazard that falls has one below 1", part,
                                config.infant->shape));
  }
  if (fields.ends && config.wear_out && config.wear_out->shape <= 1) {
    found.push_back(fmt::format("{}.wear_out.shape ({:g}): a hazard that grows has one above 1",
                                part, config.wear_out->shape));
  }
}

void check_effect(const std::string& part, const ComponentConfig& config,
                  std::vector<std::string>& found) {
  const bool slows = config.effect == FaultEffect::Slows;
  const auto check = [&](const char* field, bool is_given) {
    if (slows && !is_given) {
      found.push_back(fmt::format("{}: effect slows needs {}: give it", part, field));
    } else if (is_given && !slows) {
      found.push_back(fmt::format(
          "{}.{}: only effect slows has one: choose that effect, or leave it out", part, field));
    }
  };
  check("slowdown", config.slowdown.has_value());
  check("detection", config.detection.has_value());
}

}  // namespace

void WeibullConfig::describe(Describe<WeibullConfig>& d) {
  using C = WeibullConfig;
  d.field("shape", &C::shape, "Below 1 the hazard falls with age, above 1 it grows")
      .required()
      .range(0.1, 20);
  d.field("scale", &C::scale, "Age that 63 % of them do not reach").required().range(1, 1e15);
}

void ComponentConfig::describe(Describe<ComponentConfig>& d) {
  using C = ComponentConfig;
  d.field("count", &C::count, "Of them in a node, or for `scope` nodes").range(1, 1024);
  d.field("scope", &C::scope, "Nodes that one takes along: those of a rack, a CDU, a switch")
      .range(1, 1e6);
  d.choice("process", &C::process, {"exponential", "weibull", "bathtub"},
           "How its failures come: at a constant hazard, or one that changes with its age");
  d.field("mtbf", &C::mtbf, "Mean time between failures of one; of a bathtub, of its flat middle")
      .range(1, 1e15);
  d.field("shape", &C::shape, "Of a Weibull lifetime").range(0.1, 20);
  d.field("scale", &C::scale, "Of a Weibull lifetime: what 63 % of them do not reach")
      .range(1, 1e15);
  d.object("infant", &C::infant, "Falling hazard of a bathtub, shape below 1");
  d.object("wear_out", &C::wear_out, "Growing hazard of a bathtub, shape above 1");
  d.field("age", &C::age,
          "Of all of them at the start; absent: all ages, as where they were always replaced")
      .range(0, 1e10);
  d.choice("effect", &C::effect, {"stops_node", "stops_job", "slows"},
           "Whether its nodes are down until repaired, only the job stops, or it silently slows");
  d.field("slowdown", &C::slowdown, "Factor on the time that its nodes take").range(1.0001, 1e3);
  d.field("detection", &C::detection, "Until the slowdown is noticed; then the repair begins")
      .range(0, 1e9);
  d.object("repair", &C::repair, "Until its nodes are back");
}

void ComponentFaultsConfig::describe(Describe<ComponentFaultsConfig>& d) {
  using C = ComponentFaultsConfig;
  d.map("components", &C::components, "What breaks, by name").required();
  d.field("rate_scale", &C::rate_scale, "Factor on all failure rates").range(1e-6, 1e6);
}

std::vector<std::string> contradictions(const ComponentFaultsConfig& config) {
  std::vector<std::string> found;
  for (const auto& [name, component] : config.components) {
    const auto part = "components/" + name;
    check_law(part, component, found);
    check_effect(part, component, found);
    for (const auto& problem : contradictions(component.repair, part)) {
      found.push_back(problem);
    }
  }
  if (config.components.empty()) {
    found.emplace_back("components: there are none: name one, or use the model none");
  }
  return found;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/plan/plan_text.hpp"
#include "sim/scenario/base_scenario.hpp"

namespace tokenfab {
namespace {

/// As a shell takes it: in single quotes where it reads more than plain letters.
std::string quoted(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:";
  if (!text.empty() && text.find_first_not_of(plain) == text.npos) {
    return text;
  }
  std::string result = "'";
  for (const char letter : text) {
    result += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  }
  return result + "'";
}

std::vector<std::pair<std::string, std::string>> settings_of_trial(const Plan& plan,
                                                                   const Trial& trial) {
  return settings_of(plan.context.layouts[trial.layout], trial.units, plan.context.subject);
}

}  // namespace

Node merge_patch_between(const Node& from, const Node& to) {
  if (from.kind != NodeKind::Object || to.kind != NodeKind::Object) {
    return to;
  }
  auto patch = make_object({});
  for (const auto& member : from.members) {
    if (to.find(member.key) == nullptr) {
      add_member(patch, member.key, make_node(NodeKind::Null, {}));
    }
  }
  for (const auto& member : to.members) {
    const Node* old = from.find(member.key);
    if (old == nullptr) {
      add_member(patch, member.key, member.value);
    } else if (to_json(*old, -1) != to_json(member.value, -1)) {
      add_member(patch, member.key, merge_patch_between(*old, member.value));
    }
  }
  return patch;
}

std::string run_line(const Plan& plan, const Trial& trial) {
  auto line = fmt::format("tokenfab run {}", quoted(plan.context.request.scenario.path));
  const auto add = [&line](const std::string& pointer, const std::string& value) {
    line += fmt::format(" --set {}", quoted(pointer + "=" + value));
  };
  const auto& request = plan.context.request.scenario;
  for (const auto& [pointer, value] : request.overrides) {
    add(pointer, value);
  }
  for (const auto& [pointer, value] : settings_of_trial(plan, trial)) {
    add(pointer, value);
  }
  return request.seed ? line + fmt::format(" --seed {}", *request.seed) : line;
}

std::string winner_scenario(const Plan& plan, const std::string& base) {
  const auto& winner = *plan.result.layouts[*plan.result.winner].best;
  auto target = plan.context.subject.document;
  for (const auto& [pointer, value] : settings_of_trial(plan, winner)) {
    set_pointer(target, pointer, parse_argument(value, pointer));
  }
  if (const auto& seed = plan.context.request.scenario.seed) {
    set_pointer(target, "/seed", make_integer(*seed, {}));
  }
  // A result of its own beside that of the scenario.
  set_pointer(target, "/name", make_text(plan.context.name + "-winner", {}));
  const auto from = load_with_bases(plan.context.request.scenario.path).document;
  auto patch = merge_patch_between(from, target);
  auto scenario = make_object({});
  add_member(scenario, extends_key, make_text(base, {}));
  for (auto& member : patch.members) {
    add_member(scenario, member.key, std::move(member.value));
  }
  return to_json(scenario, 2) + "\n";
}

}  // namespace tokenfab

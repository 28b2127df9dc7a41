// SPDX-License-Identifier: Apache-2.0
// The outcome as JSON, and as the JSON of github-action-benchmark.
#include <cmath>
#include <optional>

#include "sim/config/document.hpp"
#include "sim/gate/outcome_texts.hpp"
#include "sim/gate/policy.hpp"
#include "sim/gate/policy_rules.hpp"
#include "sim/metrics/declarations.hpp"

namespace tokenfab {
namespace {

const char* word_of(CheckKind kind) {
  switch (kind) {
    case CheckKind::Metric:
      return "metric";
    case CheckKind::Cost:
      return "cost";
    case CheckKind::Gap:
      return "gap";
    case CheckKind::Reach:
      return "reach";
    case CheckKind::BreakEven:
      return "break_even";
    case CheckKind::Front:
      return "front";
  }
  return "";
}

void add_text(Node& object, const char* key, const std::string& text) {
  add_member(object, key, make_text(text, {}));
}

/// An infinite change has no place in JSON.
void add_number(Node& object, const char* key, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) {
    add_member(object, key, make_number(*value, {}));
  }
}

void add_count(Node& object, const char* key, std::size_t count) {
  add_member(object, key, make_integer(static_cast<std::int64_t>(count), {}));
}

Node check_node(const GateCheck& check) {
  auto node = make_object({});
  add_text(node, "subject", check.name.subject);
  add_text(node, "item", check.name.item);
  add_text(node, "kind", word_of(check.kind));
  add_text(node, "verdict", word_of(check.verdict));
  add_number(node, "baseline", check.baseline);
  add_number(node, "now", check.now);
  add_number(node, "relative", check.relative);
  add_text(node, "message", check.message);
  if (!check.waiver.empty()) {
    add_text(node, "waiver", check.waiver);
  }
  return node;
}

Node cost_node(const CostChange& cost) {
  auto node = make_object({});
  add_text(node, "result", cost.result);
  add_text(node, "item", cost.item);
  add_number(node, "baseline_usd", cost.baseline);
  add_number(node, "now_usd", cost.now);
  return node;
}

template <class Items, class Make>
Node array_of(const Items& items, Make make) {
  auto array = make_node(NodeKind::Array, {});
  for (const auto& item : items) {
    array.items.push_back(make(item));
  }
  return array;
}

/// "USD" of costs, the declared unit of metrics.
std::string unit_of(const std::string& item) {
  if (item.starts_with("cost/")) {
    return "USD";
  }
  const auto name = item.substr(item.rfind('/') + 1);
  for (const auto& each : metric_declarations()) {
    if (each.name == name) {
      return std::string(each.unit);
    }
  }
  return "";
}

bool is_for_benchmark(const GateCheck& check, const std::vector<std::string>& listed) {
  const bool has_value = check.kind == CheckKind::Metric || check.kind == CheckKind::Cost;
  if (!has_value || !check.now || harmful_direction(check.name.item) != Direction::LowerIsBetter) {
    return false;
  }
  if (listed.empty()) {
    return true;
  }
  for (const auto& pattern : listed) {
    if (pattern_covers(pattern, check.name)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string outcome_json(const GateOutcome& outcome) {
  auto root = make_object({});
  add_member(root, "gate_version", make_integer(1, {}));
  add_member(root, "passed", make_boolean(outcome.passed(), {}));
  auto counts = make_object({});
  for (const auto verdict :
       {Verdict::Passed, Verdict::Improved, Verdict::Warned, Verdict::Waived, Verdict::Failed}) {
    add_count(counts, word_of(verdict), outcome.count(verdict));
  }
  add_member(root, "counts", std::move(counts));
  add_member(root, "checks", array_of(outcome.checks, check_node));
  add_member(root, "costs", array_of(outcome.costs, cost_node));
  add_member(root, "notes",
             array_of(outcome.notes, [](const std::string& note) { return make_text(note, {}); }));
  return to_json(root, 2) + "\n";
}

std::string outcome_benchmark(const GateOutcome& outcome, const std::vector<std::string>& listed) {
  auto array = make_node(NodeKind::Array, {});
  for (const auto& check : outcome.checks) {
    if (!is_for_benchmark(check, listed)) {
      continue;
    }
    auto entry = make_object({});
    add_text(entry, "name", check.name.text());
    add_text(entry, "unit", unit_of(check.name.item));
    add_number(entry, "value", check.now);
    if (!check.message.empty()) {
      add_text(entry, "extra", check.message);
    }
    array.items.push_back(std::move(entry));
  }
  return to_json(array, 2) + "\n";
}

}  // namespace tokenfab

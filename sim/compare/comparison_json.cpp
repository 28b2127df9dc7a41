// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/comparison_json.hpp"

#include <cmath>

#include "sim/config/document.hpp"

namespace tokenfab {
namespace {

Node json_of(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? make_number(*value, {}) : make_node(NodeKind::Null, {});
}

Node json_of(const TTest& test) {
  auto json = make_object({});
  add_member(json, "test", make_text(test.is_paired ? "paired" : "welch", {}));
  add_member(json, "half_width_95", make_number(test.half_width_95, {}));
  add_member(json, "t", json_of(test.t));
  add_member(json, "degrees", make_number(test.degrees, {}));
  add_member(json, "p", make_number(test.p, {}));
  add_member(json, "p_adjusted", make_number(test.p_adjusted, {}));
  add_member(json, "significant", make_boolean(test.is_significant(), {}));
  return json;
}

Node json_of(const Subject& subject) {
  auto json = make_object({});
  add_member(json, "name", make_text(subject.name, {}));
  add_member(json, "version", make_text(subject.stamp.version, {}));
  add_member(json, "commit", make_text(subject.stamp.commit, {}));
  add_member(json, "scenario_sha256", make_text(subject.stamp.scenario_sha256, {}));
  auto seeds = make_node(NodeKind::Array, {});
  for (const auto seed : subject.seeds) {
    seeds.items.push_back(make_integer(seed, {}));
  }
  add_member(json, "seeds", std::move(seeds));
  return json;
}

Node json_of(const ComparedValue& value) {
  auto json = make_object({});
  add_member(json, "name", make_text(value.name, {}));
  auto values = make_node(NodeKind::Array, {});
  auto changes = make_node(NodeKind::Array, {});
  auto relative = make_node(NodeKind::Array, {});
  auto tests = make_node(NodeKind::Array, {});
  for (std::size_t i = 0; i < value.values.size(); ++i) {
    values.items.push_back(json_of(value.values[i]));
    if (i > 0) {
      changes.items.push_back(json_of(value.change(i)));
      relative.items.push_back(json_of(value.relative_change(i)));
    }
  }
  for (const auto& test : value.tests) {
    tests.items.push_back(test ? json_of(*test) : make_node(NodeKind::Null, {}));
  }
  add_member(json, "values", std::move(values));
  add_member(json, "changes", std::move(changes));
  add_member(json, "relative_changes", std::move(relative));
  add_member(json, "differs", make_boolean(value.differs, {}));
  if (!value.tests.empty()) {
    add_member(json, "tests", std::move(tests));
  }
  return json;
}

}  // namespace

std::string comparison_json(const ComparedResults& results) {
  auto json = make_object({});
  add_member(json, "comparison_version", make_integer(1, {}));
  auto subjects = make_node(NodeKind::Array, {});
  for (const auto& subject : results.subjects) {
    subjects.items.push_back(json_of(subject));
  }
  add_member(json, "subjects", std::move(subjects));
  add_member(json, "tolerance", make_number(results.tolerance, {}));
  add_member(json, "equal", make_boolean(results.difference_count() == 0, {}));
  auto values = make_node(NodeKind::Array, {});
  for (const auto& value : results.values) {
    values.items.push_back(json_of(value));
  }
  add_member(json, "values", std::move(values));
  return to_json(json, 2) + "\n";
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/config/reader.hpp"
#include "sim/core/calendar.hpp"
#include "sim/sweep/glob.hpp"

namespace tokenfab {
namespace {

constexpr std::int64_t known_policy_version = 1;
// A tolerance of a million times the baseline allows everything; beyond it is a slip.
constexpr double largest_share = 1e6;
constexpr double largest_amount = 1e300;

/// A policy names no catalogue entries.
class NoTables : public CatalogueTables {
 public:
  const Node* find(std::string_view, std::string_view) const override { return nullptr; }
  std::vector<std::string> ids(std::string_view) const override { return {}; }
};

[[noreturn]] void refuse_version(const Node& place, const std::string& message) {
  throw ConfigError({{place.mark.place(), "/policy_version", message, ""}});
}

void check_version(const Node& document) {
  const Node* version = document.find("policy_version");
  if (version == nullptr) {
    refuse_version(document, "this is no policy of a gate: it has no policy_version");
  }
  if (version->kind == NodeKind::Integer && version->integer != known_policy_version) {
    refuse_version(*version, fmt::format("policy_version {} is not known; this program reads {}",
                                         version->integer, known_policy_version));
  }
}

void check_waivers(const Node& document, const GatePolicy& policy, std::vector<Problem>& problems) {
  const auto add = [&](const std::string& pattern, const char* key, std::string message,
                       std::string fix) {
    const auto pointer = child_pointer(child_pointer("/waivers", pattern), key);
    const Node* node = find_pointer(document, pointer);
    problems.push_back({(node == nullptr ? document : *node).mark.place(), pointer,
                        std::move(message), std::move(fix)});
  };
  for (const auto& [pattern, waiver] : policy.waivers) {
    if (std::all_of(waiver.reason.begin(), waiver.reason.end(),
                    [](unsigned char each) { return std::isspace(each) != 0; })) {
      add(pattern, "reason", "a waiver needs a reason", "say what is known and who decided");
    }
    if (!is_day(waiver.expires)) {
      add(pattern, "expires", fmt::format("\"{}\" is no date", waiver.expires),
          "write year-month-day: 2027-01-31");
    }
  }
}

}  // namespace

void GateRule::describe(Describe<GateRule>& d) {
  d.choice("direction", &GateRule::direction,
           {"inherit", "lower_is_better", "higher_is_better", "both"},
           "Which changes harm; both: every change");
  d.choice("severity", &GateRule::severity, {"inherit", "error", "warning", "ignore"},
           "What a harmful change beyond the tolerance does; ignore: there is no such check");
  d.field("relative", &GateRule::relative, "Tolerated change as a share of the baseline's size")
      .range(0, largest_share);
  d.field("absolute", &GateRule::absolute,
          "Tolerated change in the metric's unit; the larger of the two tolerances counts")
      .range(0, largest_amount);
  d.field("required", &GateRule::required, "Whether what the baseline has must be there");
  d.field("fail_on_improvement", &GateRule::fail_on_improvement,
          "Whether a change for the better beyond the tolerance fails, so that the baseline is "
          "renewed");
}

void GateWaiver::describe(Describe<GateWaiver>& d) {
  d.field("reason", &GateWaiver::reason, "Why the change is accepted for now").required();
  d.field("expires", &GateWaiver::expires, "Last day on which it is: 2027-01-31").required();
  d.field("limit", &GateWaiver::limit, "Largest relative change that is; any if absent")
      .range(0, largest_share);
}

void GatePolicy::describe(Describe<GatePolicy>& d) {
  d.field("policy_version", &GatePolicy::policy_version, "Version of this file's form")
      .required()
      .range(known_policy_version, known_policy_version);
  d.map("rules", &GatePolicy::rules, "Rules by pattern; the most exact one that sets a value wins");
  d.map("waivers", &GatePolicy::waivers, "Failures that are accepted for a time, by pattern");
  d.field("tie", &GatePolicy::tie,
          "Two lines of a curve that differ by less, as a share, count as equal: no break-even")
      .range(0, 1);
  d.field("record", &GatePolicy::record,
          "Patterns of the numbers that go into a baseline; all if empty");
  d.field("benchmark", &GatePolicy::benchmark,
          "Patterns of the checks that go into benchmark files; all if empty");
}

bool is_day(const std::string& text) {
  constexpr std::string_view form = "0000-00-00";
  const bool has_form =
      text.size() == form.size() &&
      std::equal(text.begin(), text.end(), form.begin(), [](unsigned char each, char like) {
        return like == '0' ? std::isdigit(each) != 0 : each == static_cast<unsigned char>(like);
      });
  return has_form && local_date(text + "T00:00").has_value();
}

bool is_listed(const std::vector<std::string>& patterns, std::string_view name) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return matches_glob(pattern, name); });
}

GatePolicy read_policy(std::string_view text, const std::string& file) {
  const auto document = parse_document(text, file);
  if (document.kind == NodeKind::Object) {
    check_version(document);
  }
  const NoTables tables;
  const PluginTable plugins{std::span<const PluginEntry>()};
  GatePolicy policy;
  std::vector<Problem> problems;
  read_object({plugins, tables, {}}, schema_of<GatePolicy>(), document, "", &policy, problems);
  if (problems.empty()) {
    check_waivers(document, policy, problems);
  }
  if (!problems.empty()) {
    throw ConfigError(problems);
  }
  return policy;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// What a scenario claims of its results: NAME OP VALUE. NAME is a metric of the whole factory, or
// section/name/metric: "services/chat/ttft_p99_s", "pools/chat/main/mfu", "sites/a/pue". OP is one
// of < <= > >= == !=. VALUE is a number in the metric's unit, or one with a unit of the same
// dimension: "2 s", "99 %", "1.8 CNY".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/metrics/summary.hpp"

namespace tokenfab {

enum class Comparison { Less, AtMost, Greater, AtLeast, Equal, Unequal };

struct Assertion {
  std::string expression;  // as written
  std::string section;     // empty: the whole factory
  std::string object;      // "chat", "chat/main"
  std::string metric;
  Comparison comparison = Comparison::Less;
  double value = 0;  // in the metric's unit
};

struct AssertionFault {
  std::string message;
  std::string fix;
};

struct AssertionOutcome {
  std::string expression;
  std::optional<double> value;  // absent: the metric had no meaning in this run
  bool holds = false;           // never without a value
};

/// What an assertion may name.
struct AssertionScope {
  /// Objects by section. Those of a section that is not listed are known only after the run.
  std::map<std::string, std::vector<std::string>> objects;
  std::map<std::string, double> usd_per_currency;
};

std::variant<Assertion, AssertionFault> parse_assertion(const std::string& text,
                                                        const AssertionScope& scope);

AssertionOutcome check_assertion(const Assertion& assertion, const Summary& summary);

}  // namespace tokenfab

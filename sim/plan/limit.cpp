// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/limit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

namespace tokenfab {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

AssertionScope scope_of(const ScenarioConfig& config, const std::string& service) {
  AssertionScope scope;
  scope.objects["services"] = {service};
  auto& sites = scope.objects["sites"];
  for (const auto& [name, site] : config.sites) {
    sites.push_back(name);
  }
  const auto own = config.fx.find("USD");
  const double per_usd = own == config.fx.end() ? 1 : own->second;
  scope.usd_per_currency[config.currency] = 1 / per_usd;
  for (const auto& [code, rate] : config.fx) {
    scope.usd_per_currency[code] = rate / per_usd;
  }
  return scope;
}

/// capex_usd is no metric of a run; any other in USD reads like it.
std::string as_metric(const std::string& text) {
  const auto at = text.find(capex_metric);
  auto known = text;
  return at == text.npos ? text
                         : known.replace(at, std::string(capex_metric).size(), "cost_total_usd");
}

class LimitReader {
 public:
  LimitReader(const ScenarioConfig& config, const std::string& service)
      : scope_(scope_of(config, service)) {}

  void read(const std::vector<std::string>& texts, const char* option, bool is_budget) {
    for (const auto& text : texts) {
      read_one(text, option, is_budget);
    }
  }
  PlanLimits take() { return std::move(found_); }

 private:
  void read_one(const std::string& text, const char* option, bool is_budget) {
    auto outcome = parse_assertion(is_budget ? as_metric(text) : text, scope_);
    if (const auto* fault = std::get_if<AssertionFault>(&outcome)) {
      refuse(option, fault->message, fault->fix);
      return;
    }
    const auto& read = std::get<Assertion>(outcome);
    if (read.comparison == Comparison::Equal || read.comparison == Comparison::Unequal) {
      refuse(option, fmt::format("\"{}\": a limit is an upper or a lower one", text),
             "write <, <=, > or >=");
      return;
    }
    Limit limit{text, read.metric, read.comparison, read.value, is_budget};
    if (!read.section.empty()) {
      limit.metric = fmt::format("{}/{}/{}", read.section, read.object, read.metric);
    }
    if (is_budget && text.find(capex_metric) != text.npos) {
      limit.metric = capex_metric;
    }
    if (is_budget && !limit.is_upper()) {
      refuse(option, fmt::format("\"{}\": a budget is an upper limit", text),
             "write < or <=, or give it as --slo");
      return;
    }
    found_.limits.push_back(limit);
  }
  void refuse(const char* option, const std::string& message, const std::string& fix) {
    found_.problems.push_back({{option, 0, 0}, "", message, fix});
  }

  AssertionScope scope_;
  PlanLimits found_;
};

bool limits_waiting(const Limit& limit) {
  const auto name = limit.metric.substr(limit.metric.rfind('/') + 1);
  return name.starts_with("ttft") || name.starts_with("e2el") || name == "slo_attainment" ||
         name == "goodput_requests_per_s";
}

}  // namespace

PlanLimits plan_limits(const PlanRequest& request, const Scenario& scenario,
                       const std::string& service) {
  LimitReader reader(*scenario.config, service);
  auto slo = request.slo;
  const bool has_level = scenario.config->services.at(service).slo.has_value();
  if (slo.empty() && has_level) {
    slo.emplace_back("slo_attainment >= 0.99");
  }
  reader.read(slo, "--slo", false);
  reader.read(request.budget, "--budget", true);
  auto found = reader.take();
  if (slo.empty()) {
    found.problems.push_back({{"--slo", 0, 0},
                              "",
                              fmt::format("nothing says how well {} has to serve", service),
                              "give --slo \"ttft_p99_s < 2 s\", or the service an \"slo\""});
  }
  if (found.problems.empty() &&
      std::none_of(found.limits.begin(), found.limits.end(), limits_waiting)) {
    found.warnings.emplace_back(
        "no limit speaks of waiting (ttft, e2el, slo_attainment): a service with an ever longer "
        "queue may be called feasible");
  }
  found.limits.push_back(
      {"99 % of the requests served", served_metric, Comparison::AtLeast, 0.99, false});
  return found;
}

std::optional<double> metric_of(const RunAnswer& answer, const std::string& service,
                                const std::string& metric) {
  const double* found = nullptr;
  if (metric.find('/') == metric.npos) {
    found = answer.find(fmt::format("services/{}/{}", service, metric));
  }
  found = found == nullptr ? answer.find(metric) : found;
  return found == nullptr ? std::nullopt : std::optional(*found);
}

double miss_of(const Limit& limit, const std::optional<double>& value) {
  if (!value) {
    return infinite;
  }
  const double over = limit.is_upper() ? *value - limit.value : limit.value - *value;
  const bool is_open =
      limit.comparison == Comparison::Less || limit.comparison == Comparison::Greater;
  if (over < 0 || (over == 0 && !is_open)) {
    return 0;
  }
  // A value on an open limit misses it by the least there is.
  const double least = std::numeric_limits<double>::min();
  return limit.value == 0 ? infinite : std::max(over / std::abs(limit.value), least);
}

std::string miss_text(const Limit& limit, double miss) {
  if (std::isinf(miss)) {
    return fmt::format("has no value for {}", limit.text);
  }
  const double percent = 100 * miss;
  return percent < 10 ? fmt::format("misses {} by {:.2g} %", limit.text, percent)
                      : fmt::format("misses {} by {:.0f} %", limit.text, percent);
}

std::string misses_text(const std::vector<Limit>& limits, const std::vector<double>& misses) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    if (misses[i] > 0) {
      texts.push_back(miss_text(limits[i], misses[i]));
    }
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace tokenfab

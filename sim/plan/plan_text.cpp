// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/plan_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/metrics/request_metrics.hpp"
#include "sim/plan/unbeaten.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t front_rows_max = 16;
constexpr std::size_t cost_rows_max = 6;
constexpr std::size_t near_rows_max = 3;
constexpr double tie_share_max = 1e-4;    // of the objective; more is worse
constexpr double cost_share_min = 0.001;  // of the objective; less says nothing

class PlanText {
 public:
  explicit PlanText(const Plan& plan) : plan_(plan), context_(plan.context) {}

  std::string text() {
    table_.line(title());
    add_winner();
    add_front();
    add_runner_up();
    add_cheaper();
    add_search();
    return table_.take();
  }

 private:
  const Verdict& verdict(const Trial& trial) const { return plan_.trials.verdict(trial); }
  const Trial& best(std::size_t layout) const { return *plan_.result.layouts[layout].best; }
  std::optional<double> metric(const Trial& trial, const std::string& name) const {
    return metric_of(verdict(trial).answer, context_.subject.service, name);
  }
  std::string label(const Trial& trial) const {
    return label_of(context_.layouts[trial.layout], trial.units);
  }
  /// The metric through `text`, "-" if the run has none.
  template <class Text>
  std::string shown(const Trial& trial, const std::string& name, const Text& text) const {
    const auto value = metric(trial, name);
    return value ? text(*value) : "-";
  }

  std::string title() const {
    std::vector<std::string> limits;
    for (const auto& limit : context_.limits) {
      limits.push_back(limit.text);
    }
    return fmt::format("{}: {} ({}) with the least {} under {}", context_.name,
                       context_.subject.service, context_.subject.model, context_.request.objective,
                       fmt::join(limits, ", "));
  }

  std::string objective_text(double value) const {
    const bool is_money = context_.request.objective.ends_with("_usd");
    return is_money ? money(value) : fmt::format("{:.4g}", value);
  }

  void add_winner() {
    const auto& trial = best(*plan_.result.winner);
    const auto& layout = context_.layouts[trial.layout];
    table_.heading("Winner");
    table_.row("configuration", label(trial));
    const auto nodes = layout.nodes(trial.units);
    table_.row("servers",
               fmt::format("{} of {} chips, {} of {} chips in use", nodes, layout.node.chips,
                           trial.units * layout.chips_per_unit(), nodes * layout.node.chips));
    table_.row(context_.request.objective, objective_text(*verdict(trial).objective));
    for (const auto& limit : context_.limits) {
      table_.row(limit.text, shown(trial, limit.metric,
                                   [&limit](double value) { return figure(value, limit.metric); }));
    }
    if (const auto smaller = one_less(trial); !smaller.empty()) {
      table_.row("one unit less", smaller);
    }
    table_.row("run it", run_line(plan_, trial));
  }

  /// Why the size below does not do; empty where it was never tried.
  std::string one_less(const Trial& trial) const {
    const Trial less{trial.layout, trial.units - 1, 1};
    return plan_.trials.has(less) && !verdict(less).is_feasible() ? why_not(less) : "";
  }

  std::string why_not(const Trial& trial) const {
    const auto& found = verdict(trial);
    if (!found.reason.empty()) {
      return found.reason;
    }
    return misses_text(context_.limits, found.misses);
  }

  /// With the unit of the metric, if it has one.
  static std::string figure(double value, const std::string& metric) {
    const auto name = metric.substr(metric.rfind('/') + 1);
    const auto known = metric_declarations();
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&name](const auto& each) { return each.name == name; });
    const auto unit = found == known.end() ? std::string_view("1") : found->unit;
    if (unit == "s") {
      return duration(value);
    }
    if (unit == "USD" || name == capex_metric) {
      return money(value);
    }
    return (value >= 1e4 ? grouped(value) : fmt::format("{:.4g}", value)) +
           (unit == "1" ? "" : fmt::format(" {}", unit));
  }

  void add_front() {
    const auto& front = plan_.result.front;
    table_.heading("Front of cost against interactivity, each layout at its smallest size");
    table_.line(fmt::format("{:<36}{:>10}{:>12}{:>11}{:>10}{:>9}{:>7}", "configuration",
                            "objective", "tok/s/user", "TTFT p99", "peak", "gCO2/Mt", "chips"));
    for (std::size_t i = 0; i < std::min(front.size(), front_rows_max); ++i) {
      add_front_row(best(front[i]));
    }
    if (front.size() > front_rows_max) {
      table_.line(fmt::format("and {} more (plan.csv)", front.size() - front_rows_max));
    }
    add_unbeaten();
  }
  /// What stands on the front of all five columns, but not on that of cost and speed.
  void add_unbeaten() {
    std::vector<std::size_t> others;
    for (const auto layout : unbeaten_layouts(context_, plan_.result, plan_.trials)) {
      const auto& front = plan_.result.front;
      if (std::find(front.begin(), front.end(), layout) == front.end()) {
        others.push_back(layout);
      }
    }
    if (!others.empty()) {
      table_.line("also unbeaten, for TTFT, power or carbon:");
    }
    for (std::size_t i = 0; i < std::min(others.size(), front_rows_max); ++i) {
      add_front_row(best(others[i]));
    }
  }
  void add_front_row(const Trial& trial) {
    const auto plain = [](double value) { return fmt::format("{:.3g}", value); };
    const auto& layout = context_.layouts[trial.layout];
    table_.line(fmt::format(
        "{:<36}{:>10}{:>12}{:>11}{:>10}{:>9}{:>7}", label(trial),
        objective_text(*verdict(trial).objective),
        shown(trial, "interactivity_tokens_per_s_per_user", plain),
        shown(trial, "ttft_p99_s", [](double value) { return duration(value); }),
        shown(trial, "peak_site_power_w", [](double value) { return power(value); }),
        shown(trial, "carbon_per_mtok_g", plain), layout.nodes(trial.units) * layout.node.chips));
  }

  /// Lines of the money ledger per million tokens, by layer and item.
  std::map<std::string, double> cost_lines(const Trial& trial) const {
    const double tokens =
        metric(trial, "input_tokens").value_or(0) + metric(trial, "output_tokens").value_or(0);
    std::map<std::string, double> lines;
    for (const auto& entry : verdict(trial).answer.costs) {
      lines[entry.layer + ": " + entry.item] +=
          tokens > 0 ? entry.amount_usd / tokens * tokens_per_mtok : 0;
    }
    return lines;
  }

  void add_runner_up() {
    if (!plan_.result.runner_up) {
      return;
    }
    const auto& winner = best(*plan_.result.winner);
    const auto& other = best(*plan_.result.runner_up);
    table_.heading("Why not the runner-up");
    const double own = *verdict(winner).objective;
    const double more = *verdict(other).objective - own;
    const auto costs =
        fmt::format("{} against {}", objective_text(own + more), objective_text(own));
    table_.row(label(other), more < tie_share_max * own
                                 ? "as good: " + costs
                                 : fmt::format("{:.2g} % more: {}", 100 * more / own, costs));
    auto lines = cost_lines(other);
    for (const auto& [name, usd] : cost_lines(winner)) {
      lines[name] -= usd;
    }
    std::vector<std::pair<std::string, double>> sorted(lines.begin(), lines.end());
    std::erase_if(sorted,
                  [own](const auto& line) { return std::abs(line.second) < cost_share_min * own; });
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return std::abs(a.second) > std::abs(b.second);
    });
    for (std::size_t i = 0; i < std::min(sorted.size(), cost_rows_max); ++i) {
      table_.row(sorted[i].first,
                 fmt::format("{}{} per million tokens", sorted[i].second < 0 ? "" : "+",
                             money(sorted[i].second)));
    }
    if (const auto smaller = one_less(other); !smaller.empty()) {
      table_.row("one unit less of it", smaller);
    }
  }

  /// Full runs that would have been cheaper, had they met the limits: of each layout the nearest.
  void add_cheaper() {
    const double own = *verdict(best(*plan_.result.winner)).objective;
    std::map<std::size_t, Trial> nearest;
    for (const auto& [trial, found] : plan_.trials.all()) {
      const bool counts = trial.fraction == 1 && found.is_played && !found.is_feasible() &&
                          found.objective && *found.objective < own;
      if (counts) {
        const auto at = nearest.try_emplace(trial.layout, trial).first;
        at->second = miss(trial) < miss(at->second) ? trial : at->second;
      }
    }
    std::vector<Trial> trials;
    for (const auto& [layout, trial] : nearest) {
      trials.push_back(trial);
    }
    std::stable_sort(trials.begin(), trials.end(),
                     [this](const Trial& a, const Trial& b) { return miss(a) < miss(b); });
    if (!trials.empty()) {
      table_.heading("Cheaper, but beyond a limit");
    }
    for (std::size_t i = 0; i < std::min(trials.size(), near_rows_max); ++i) {
      table_.row(
          label(trials[i]),
          fmt::format("{}, {}", objective_text(*verdict(trials[i]).objective), why_not(trials[i])));
    }
  }
  double miss(const Trial& trial) const {
    return std::max(verdict(trial).slo_miss, verdict(trial).budget_miss);
  }

  void add_search() {
    table_.heading("Search");
    std::map<Fate, std::size_t> fates;
    std::map<std::string, std::vector<std::size_t>> alike;  // layouts by kind of reason
    for (std::size_t i = 0; i < plan_.result.layouts.size(); ++i) {
      const auto& layout = plan_.result.layouts[i];
      ++fates[layout.fate];
      if (layout.fate == Fate::DoesNotFit) {
        alike[reason_kind(layout.reason)].push_back(i);
      }
    }
    for (const auto& [reason, count] : context_.nonsense) {
      table_.row("no layout", fmt::format("{:>6}  {}", count, reason));
    }
    table_.row("layouts", fmt::format("{:>6}", plan_.result.layouts.size()));
    for (const auto& [fate, count] : fates) {
      const bool has_unproven = fate == Fate::LostOnStretch && plan_.result.unproven > 0;
      table_.row(name_of(fate),
                 fmt::format("{:>6}{}", count, has_unproven ? unproven_text() : std::string()));
    }
    for (const auto& [kind, layouts] : alike) {
      const auto first = layouts.front();
      table_.line(fmt::format(
          "  {}: {}{}", label_of(context_.layouts[first]), plan_.result.layouts[first].reason,
          layouts.size() > 1 ? fmt::format("; {} more like it", layouts.size() - 1) : ""));
    }
    for (const auto& round : plan_.result.rounds) {
      table_.row(round.fraction < 1 ? fmt::format("on {:g} of the load", round.fraction)
                                    : std::string("on the whole load"),
                 fmt::format("{:>6}  layouts in {} runs", round.layouts, round.runs));
    }
  }
  std::string unproven_text() const {
    return fmt::format("  of which {} are not ruled out by their bounds", plan_.result.unproven);
  }
  /// Without its numbers, so that alike reasons are one.
  static std::string reason_kind(const std::string& reason) {
    std::string kind;
    bool in_number = false;
    for (const char letter : reason) {
      const bool is_digit = letter >= '0' && letter <= '9';
      const bool goes_on = in_number && (is_digit || letter == '.' || letter == ',');
      if (is_digit && !in_number) {
        kind += 'N';
      } else if (!goes_on) {
        kind += letter;
      }
      in_number = is_digit || goes_on;
    }
    return kind;
  }

  const Plan& plan_;
  const PlanContext& context_;
  TextTable table_;
};

}  // namespace

std::string plan_text(const Plan& plan) { return PlanText(plan).text(); }

std::vector<std::string> nearest_texts(const Plan& plan) {
  std::vector<std::pair<double, std::string>> found;
  for (std::size_t i = 0; i < plan.result.layouts.size(); ++i) {
    const auto& nearest = plan.result.layouts[i].nearest;
    if (nearest && plan.trials.verdict(*nearest).reason.empty()) {
      const auto& verdict = plan.trials.verdict(*nearest);
      found.emplace_back(std::max(verdict.slo_miss, verdict.budget_miss),
                         fmt::format("{} {}", label_of(plan.context.layouts[i], nearest->units),
                                     misses_text(plan.context.limits, verdict.misses)));
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(found.size(), near_rows_max); ++i) {
    texts.push_back(found[i].second);
  }
  return texts;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "sim/plan/bracket.hpp"
#include "sim/plan/layout_bounds.hpp"
#include "sim/report/frontier.hpp"

namespace tokenfab {
namespace {

constexpr const char* speed_metric = "interactivity_tokens_per_s_per_user";

/// By how much a layout may miss a limit on a stretch and still be played on a longer one.
constexpr double near_miss = 0.25;
/// By how much two layouts must differ on a stretch to be told apart. Estimate: what an eighth of
/// the load of scenarios/main.json differs from the whole.
constexpr double stretch_tolerance = 0.02;
/// Layouts that are sized together in full; between them bounds are looked at.
constexpr std::size_t chunk = 8;

Size size_of(const Verdict& verdict) {
  if (verdict.is_feasible()) {
    return Size::Right;
  }
  if (!verdict.reason.empty()) {
    return Size::TooLarge;
  }
  if (verdict.slo_miss > 0) {
    return verdict.budget_miss > 0 ? Size::Hopeless : Size::TooSmall;
  }
  return Size::TooLarge;
}

double miss_of(const Verdict& verdict) {
  return verdict.reason.empty() ? std::max(verdict.slo_miss, verdict.budget_miss)
                                : std::numeric_limits<double>::infinity();
}

class Search {
 public:
  Search(const PlanContext& context, Trials& trials) : context_(context), trials_(trials) {
    result_.layouts.resize(context.layouts.size());
    estimates_.resize(context.layouts.size());
    starts_.resize(context.layouts.size(), 1);
  }

  PlanResult run() {
    screen_out();
    auto alive = alive_by_estimate();
    if (context_.request.is_exhaustive) {
      play_all(alive);
    } else if (!alive.empty()) {
      auto first = std::vector{alive.front()};
      play_some(first);
      finish(halved(rule_out(alive)));
    }
    conclude();
    return std::move(result_);
  }

 private:
  const Verdict& verdict(const Trial& trial) const { return trials_.verdict(trial); }
  double objective(const Trial& trial) const { return *verdict(trial).objective; }
  double speed(const Trial& trial) const {
    return metric_of(verdict(trial).answer, context_.subject.service, speed_metric).value_or(0);
  }
  double bound(std::size_t layout) const {
    return layout_bound_usd(context_, layout, trials_.tokens_per_s());
  }

  void screen_out() {
    for (std::size_t i = 0; i < context_.layouts.size(); ++i) {
      const auto& screened = context_.screened[i];
      auto& layout = result_.layouts[i];
      if (!screened.obstacle.empty()) {
        layout.fate = Fate::DoesNotFit;
        layout.reason = screened.obstacle;
      } else if (const auto miss = speed_miss(context_, i); !miss.empty()) {
        layout.fate = Fate::TooSlow;
        layout.reason = miss;
      } else {
        starts_[i] = first_units(context_, i);
        estimates_[i] = cost_bound_usd(screened, context_.layouts[i], context_.subject.demand,
                                       offered_tokens_per_s(context_.subject.demand), starts_[i]);
      }
    }
  }

  std::vector<std::size_t> alive_by_estimate() const {
    std::vector<std::size_t> alive;
    for (std::size_t i = 0; i < result_.layouts.size(); ++i) {
      if (result_.layouts[i].fate == Fate::Infeasible) {
        alive.push_back(i);
      }
    }
    std::stable_sort(alive.begin(), alive.end(), [this](std::size_t a, std::size_t b) {
      return estimates_[a] < estimates_[b];
    });
    return alive;
  }

  /// Sizes layouts on a stretch, all of them side by side. False: it was ended.
  bool size_at(double fraction, const std::vector<std::size_t>& layouts) {
    const auto runs_before = trials_.run_count();
    std::vector<Bracket> brackets;
    for (const auto layout : layouts) {
      const auto [least, most] = unit_range(context_, layout);
      brackets.emplace_back(least, most, starts_[layout]);
    }
    for (bool is_open = true; is_open;) {
      std::vector<Trial> wanted;
      for (std::size_t i = 0; i < layouts.size(); ++i) {
        if (const auto units = brackets[i].next()) {
          wanted.push_back({layouts[i], *units, fraction});
        }
      }
      if (!trials_.play(wanted)) {
        return false;
      }
      for (std::size_t i = 0; i < layouts.size(); ++i) {
        if (const auto units = brackets[i].next()) {
          brackets[i].hear(*units, size_of(verdict({layouts[i], *units, fraction})));
        }
      }
      is_open = !wanted.empty();
    }
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      starts_[layouts[i]] = brackets[i].answer().value_or(starts_[layouts[i]]);
    }
    const bool is_whole = fraction < 1 || fill_nodes(layouts, brackets);
    note_round(fraction, layouts.size(), trials_.run_count() - runs_before);
    return is_whole;
  }

  /// Units that the last server has room for cost little more, or nothing.
  bool fill_nodes(const std::vector<std::size_t>& layouts, const std::vector<Bracket>& brackets) {
    std::vector<Trial> fuller;
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      const auto units = brackets[i].answer();
      const auto full = units ? context_.layouts[layouts[i]].units_of_full_nodes(*units) : 0;
      if (units && full > *units && full <= unit_range(context_, layouts[i]).second) {
        fuller.push_back({layouts[i], full, 1});
      }
    }
    return trials_.play(fuller);
  }

  void note_round(double fraction, std::size_t layouts, std::size_t runs) {
    auto& rounds = result_.rounds;
    auto round = std::find_if(rounds.begin(), rounds.end(), [fraction](const PlanRound& each) {
      return each.fraction >= fraction;
    });
    if (round == rounds.end() || round->fraction != fraction) {
      round = rounds.insert(round, {fraction, 0, 0});
    }
    round->layouts += layouts;
    round->runs += runs;
  }

  /// The cheapest feasible of a layout's trials on a stretch; of equals the smallest.
  std::optional<Trial> cheapest(std::size_t layout, double fraction) const {
    std::optional<Trial> best;
    for (const auto& [trial, found] : trials_.all()) {
      const bool counts =
          trial.layout == layout && trial.fraction == fraction && found.is_feasible();
      if (counts && (!best || *found.objective < objective(*best))) {
        best = trial;
      }
    }
    return best;
  }
  std::optional<Trial> nearest(std::size_t layout, double fraction) const {
    std::optional<Trial> best;
    for (const auto& [trial, found] : trials_.all()) {
      const bool counts = trial.layout == layout && trial.fraction == fraction;
      if (counts && (!best || miss_of(found) < miss_of(verdict(*best)))) {
        best = trial;
      }
    }
    return best;
  }

  void settle(const std::vector<std::size_t>& layouts) {
    for (const auto i : layouts) {
      auto& layout = result_.layouts[i];
      layout.best = cheapest(i, 1);
      layout.fate = layout.best ? Fate::Feasible : Fate::Infeasible;
      layout.nearest = layout.best ? std::nullopt : nearest(i, 1);
    }
  }

  /// Those that a feasible layout does not beat by both of their bounds.
  std::vector<std::size_t> rule_out(const std::vector<std::size_t>& layouts) {
    std::vector<std::size_t> kept;
    for (const auto i : layouts) {
      if (result_.layouts[i].fate == Fate::Feasible || !is_beaten(i)) {
        kept.push_back(i);
      } else {
        result_.layouts[i].fate = Fate::RuledOut;
      }
    }
    return kept;
  }
  bool is_beaten(std::size_t layout) const {
    const double least_usd = bound(layout) * (1 - context_.request.margin);
    return std::any_of(
        result_.layouts.begin(), result_.layouts.end(), [&](const LayoutResult& other) {
          return other.best && objective(*other.best) < least_usd &&
                 speed(*other.best) >= context_.screened[layout].interactivity_max_per_s;
        });
  }

  /// The rounds on stretches.
  std::vector<std::size_t> halved(std::vector<std::size_t> alive) {
    for (const double fraction : context_.stretches.fractions()) {
      if (alive.size() <= context_.request.finalists || !result_.is_whole) {
        break;
      }
      result_.is_whole = size_at(fraction, alive);
      if (result_.is_whole) {
        alive = better_half(alive, fraction);
      }
    }
    return alive;
  }

  /// How a layout did on a stretch.
  struct Standing {
    std::size_t layout;
    bool is_feasible;
    double value;  // the objective, or by how much a limit is missed
    double speed;  // of a feasible one

    auto rank() const { return std::tuple(!is_feasible, value); }
    /// No worse in both, and better by more than a stretch can be trusted in one.
    bool clearly_beats(const Standing& other) const {
      return is_feasible && value <= other.value && speed >= other.speed &&
             (value * (1 + stretch_tolerance) < other.value ||
              speed > other.speed * (1 + stretch_tolerance));
    }
  };

  Standing standing(std::size_t layout, double fraction) const {
    if (const auto best = cheapest(layout, fraction)) {
      return {layout, true, objective(*best), speed(*best)};
    }
    const auto close = nearest(layout, fraction);
    return {layout, false, close ? miss_of(verdict(*close)) : HUGE_VAL, 0};
  }

  std::vector<std::size_t> better_half(const std::vector<std::size_t>& alive, double fraction) {
    std::vector<Standing> standings;
    for (const auto i : alive) {
      standings.push_back(standing(i, fraction));
    }
    std::stable_sort(standings.begin(), standings.end(),
                     [](const Standing& a, const Standing& b) { return a.rank() < b.rank(); });
    const auto places = std::max(context_.request.finalists, (standings.size() + 1) / 2);
    const auto& last = standings[std::min(places, standings.size()) - 1];
    std::vector<std::size_t> kept;
    std::vector<std::size_t> lost;
    for (const auto& own : standings) {
      const bool is_beaten =
          std::any_of(standings.begin(), standings.end(),
                      [&own](const Standing& other) { return other.clearly_beats(own); });
      const bool is_far = !own.is_feasible && own.value > near_miss;
      auto& dropped = is_far ? far_ : lost;
      if (!is_far && (own.rank() <= last.rank() || (own.is_feasible && !is_beaten))) {
        kept.push_back(own.layout);
      } else if (result_.layouts[own.layout].fate != Fate::Feasible) {
        result_.layouts[own.layout].fate = Fate::LostOnStretch;
        dropped.push_back(own.layout);
      }
    }
    // Who lost on a longer stretch did better.
    lost_.insert(lost_.begin(), lost.begin(), lost.end());
    return kept;
  }

  void finish(std::vector<std::size_t> alive) {
    std::stable_sort(alive.begin(), alive.end(),
                     [this](std::size_t a, std::size_t b) { return bound(a) < bound(b); });
    while (!alive.empty() && result_.is_whole) {
      play_some(alive = rule_out(alive));
    }
    // Without any feasible one, those get their chance that lost on a stretch.
    lost_.insert(lost_.end(), far_.begin(), far_.end());
    while (!lost_.empty() && result_.is_whole && !has_feasible()) {
      play_some(lost_);
    }
  }

  /// Sizes the first of them in full and takes them off the list.
  void play_some(std::vector<std::size_t>& layouts) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(chunk, layouts.size()));
    const std::vector<std::size_t> next(layouts.begin(), layouts.begin() + count);
    layouts.erase(layouts.begin(), layouts.begin() + count);
    result_.is_whole = size_at(1, next);
    if (result_.is_whole) {
      settle(next);
    }
  }
  bool has_feasible() const {
    return std::any_of(result_.layouts.begin(), result_.layouts.end(),
                       [](const LayoutResult& layout) { return layout.best.has_value(); });
  }

  void play_all(const std::vector<std::size_t>& alive) {
    std::vector<Trial> wanted;
    for (const auto i : alive) {
      const auto [least, most] = unit_range(context_, i);
      for (auto units = least; units <= most; ++units) {
        wanted.push_back({i, units, 1});
      }
    }
    result_.is_whole = trials_.play(wanted);
    note_round(1, alive.size(), trials_.run_count());
    if (result_.is_whole) {
      settle(alive);
    }
  }

  void conclude() {
    std::vector<std::size_t> feasible;
    std::vector<PlotPoint> points;
    for (std::size_t i = 0; i < result_.layouts.size(); ++i) {
      auto& layout = result_.layouts[i];
      layout.bound_usd = layout.fate == Fate::DoesNotFit ? 0 : bound(i);
      if (layout.best) {
        feasible.push_back(i);
        points.push_back({speed(*layout.best), objective(*layout.best)});
      }
    }
    for (const auto i : frontier_of(points)) {
      result_.front.push_back(feasible[i]);
    }
    std::stable_sort(feasible.begin(), feasible.end(), [this](std::size_t a, std::size_t b) {
      return objective(*result_.layouts[a].best) < objective(*result_.layouts[b].best);
    });
    if (!feasible.empty()) {
      result_.winner = feasible.front();
    }
    if (feasible.size() > 1) {
      result_.runner_up = feasible[1];
    }
    count_unproven();
  }

  void count_unproven() {
    for (const auto& layout : result_.layouts) {
      const double least_usd = layout.bound_usd * (1 - context_.request.margin);
      const bool may_win =
          !result_.winner || least_usd <= objective(*result_.layouts[*result_.winner].best);
      result_.unproven += layout.fate == Fate::LostOnStretch && may_win ? 1 : 0;
    }
  }

  const PlanContext& context_;
  Trials& trials_;
  PlanResult result_;
  std::vector<std::size_t> lost_;     // on stretches, the better ones first
  std::vector<std::size_t> far_;      // missed a limit by far
  std::vector<double> estimates_;     // of cost, by layout
  std::vector<std::int64_t> starts_;  // units, by layout
};

}  // namespace

const char* name_of(Fate fate) {
  switch (fate) {
    case Fate::DoesNotFit:
      return "does not fit";
    case Fate::TooSlow:
      return "too slow";
    case Fate::RuledOut:
      return "ruled out by its bounds";
    case Fate::LostOnStretch:
      return "lost on a stretch";
    case Fate::Infeasible:
      return "infeasible";
    case Fate::Feasible:
      return "feasible";
  }
  return "";
}

PlanResult search(const PlanContext& context, Trials& trials) {
  return Search(context, trials).run();
}

}  // namespace tokenfab

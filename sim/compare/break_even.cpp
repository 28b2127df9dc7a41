// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/break_even.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double precision = 1e-3;    // of a crossing, of its own size
constexpr double straight = 1e-9;     // largest bend of a straight line, of the values' size
constexpr std::size_t intervals = 8;  // of the grid

/// The range as the search walks along it: x itself, or its logarithm.
class Scale {
 public:
  explicit Scale(const BreakEvenRange& range) : range_(range) {}
  double from(double x) const { return range_.is_log() ? std::log(x) : x; }
  double to(double u) const {
    const double x = range_.is_log() ? std::exp(u) : u;
    return range_.is_count ? std::round(x) : std::clamp(x, range_.low, range_.high);
  }
  bool is_narrow(double low, double high) const {
    // Near zero of the range, not of x.
    const double size = std::max({std::abs(low), std::abs(high),
                                  (range_.high - range_.low) / static_cast<double>(intervals)});
    return high - low <= (range_.is_count ? 1 : precision * size);
  }

 private:
  BreakEvenRange range_;
};

/// The interpolate-truncate-project step of one bracket, with the paper's recommended k2 = 2 and
/// n0 = 1, and k1 = 0.2 / width.
class Bracket {
 public:
  Bracket(double low, double gap_low, double high, double gap_high, double width_final)
      : low_(low),
        high_(high),
        gap_low_(gap_low),
        gap_high_(gap_high),
        width_(high - low),
        first_jump_(std::abs(gap_high - gap_low)),
        width_final_(width_final) {
    steps_max_ = std::ceil(std::log2(std::max(1.0, width_ / width_final_))) + 1;
  }

  double low() const { return low_; }
  double high() const { return high_; }
  double gap_low() const { return gap_low_; }

  double next() const {
    const double width = high_ - low_;
    const double middle = low_ + width / 2;
    const double secant = low_ + width * gap_low_ / (gap_low_ - gap_high_);
    const double sign = middle >= secant ? 1 : -1;
    const double truncation = 0.2 / width_ * width * width;
    const double truncated =
        truncation <= std::abs(middle - secant) ? secant + sign * truncation : middle;
    const double radius =
        std::max(0.0, width_final_ / 2 * std::exp2(steps_max_ - steps_) - width / 2);
    return std::abs(truncated - middle) <= radius ? truncated : middle - sign * radius;
  }
  void take(double u, double gap) {
    ++steps_;
    if (std::signbit(gap) == std::signbit(gap_low_)) {
      low_ = u;
      gap_low_ = gap;
    } else {
      high_ = u;
      gap_high_ = gap;
    }
  }
  /// Most of the change over the first interval is still there within the last one.
  bool is_jump() const { return std::abs(gap_high_ - gap_low_) > first_jump_ / 2; }
  double root() const { return low_ + (high_ - low_) * gap_low_ / (gap_low_ - gap_high_); }

 private:
  double low_;
  double high_;
  double gap_low_;
  double gap_high_;
  double width_;
  double first_jump_;
  double width_final_;
  double steps_max_ = 0;
  double steps_ = 0;
};

class Search {
 public:
  Search(const BreakEvenRange& range, const EvaluatePlaces& evaluate)
      : range_(range), scale_(range), evaluate_(evaluate) {}

  BreakEven run() {
    if (range_.is_count || !solve_straight()) {
      evaluate_grid();
      find_crossings();
    }
    sort();
    return std::move(found_);
  }

 private:
  void sort() {
    const auto by_x = [](const auto& a, const auto& b) { return a.x < b.x; };
    std::sort(found_.points.begin(), found_.points.end(), by_x);
    std::sort(found_.crossings.begin(), found_.crossings.end(), by_x);
  }

  /// Those that are not known yet.
  void evaluate(std::vector<double> places) {
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::erase_if(places, [this](double x) { return find(x) != nullptr; });
    if (!places.empty()) {
      auto points = evaluate_(places);
      CHECK(points.size() == places.size(), "{} answers to {} places", points.size(),
            places.size());
      found_.points.insert(found_.points.end(), points.begin(), points.end());
    }
  }
  const BreakEvenPoint* find(double x) const {
    const auto at = std::find_if(found_.points.begin(), found_.points.end(),
                                 [x](const auto& point) { return point.x == x; });
    return at == found_.points.end() ? nullptr : &*at;
  }

  /// True where both values lie on straight lines, whether they cross or not.
  bool solve_straight() {
    const double middle = range_.low + (range_.high - range_.low) / 2;
    evaluate({range_.low, middle, range_.high});
    const auto low = *find(range_.low);
    const auto high = *find(range_.high);
    if (!is_straight_line(low.a, find(middle)->a, high.a) ||
        !is_straight_line(low.b, find(middle)->b, high.b)) {
      return false;
    }
    const double gap_low = *low.gap();
    const double gap_high = *high.gap();
    if (gap_low != 0 && gap_high != 0 && std::signbit(gap_low) == std::signbit(gap_high)) {
      return found_.is_straight = true;
    }
    if (gap_low == gap_high) {
      return found_.is_straight = true;  // equal all along
    }
    const double x = range_.low + (range_.high - range_.low) * (gap_low / (gap_low - gap_high));
    evaluate({x});
    const auto at = *find(x);
    if (!at.gap() || std::abs(*at.gap()) > straight * std::max(std::abs(*at.a), std::abs(*at.b))) {
      return false;
    }
    found_.crossings.push_back({x, x, x, false, false, gap_low > 0 || gap_high < 0, at});
    return found_.is_straight = true;
  }

  static bool is_straight_line(const std::optional<double>& low,
                               const std::optional<double>& middle,
                               const std::optional<double>& high) {
    if (!low || !middle || !high) {
      return false;
    }
    const double size = std::max({std::abs(*low), std::abs(*middle), std::abs(*high)});
    return std::abs(*middle - (*low + (*high - *low) / 2)) <= straight * size;
  }

  void evaluate_grid() {
    std::vector<double> places{range_.low, range_.high};
    const double first = scale_.from(range_.low);
    const double last = scale_.from(range_.high);
    for (std::size_t i = 1; i < intervals; ++i) {
      const auto share = static_cast<double>(i) / static_cast<double>(intervals);
      places.push_back(scale_.to(first + (last - first) * share));
    }
    evaluate(places);
    sort();
  }

  void find_crossings() {
    std::vector<Bracket> brackets;
    const auto& points = found_.points;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto gap = points[i].gap();
      if (gap && *gap == 0) {
        add_touch(i);
      }
      const auto next = i + 1 < points.size() ? points[i + 1].gap() : std::nullopt;
      if (gap && next && *gap != 0 && *next != 0 && std::signbit(*gap) != std::signbit(*next)) {
        const double low = scale_.from(points[i].x);
        const double high = scale_.from(points[i + 1].x);
        const double width =
            range_.is_log() ? precision : precision * std::max(std::abs(low), std::abs(high));
        brackets.emplace_back(low, *gap, high, *next, range_.is_count ? 1 : width);
      }
    }
    refine(std::move(brackets));
  }

  /// Exactly equal at a point of the grid: a crossing unless the gap has one sign on both sides.
  void add_touch(std::size_t index) {
    const auto& points = found_.points;
    const auto before = index > 0 ? points[index - 1].gap() : std::nullopt;
    const auto after = index + 1 < points.size() ? points[index + 1].gap() : std::nullopt;
    const double below = before.value_or(-after.value_or(0));
    const double above = after.value_or(-below);
    if (below != 0 && above != 0 && std::signbit(below) != std::signbit(above)) {
      const double x = points[index].x;
      found_.crossings.push_back({x, x, x, false, false, below > 0, points[index]});
    }
  }

  /// All brackets at once, a place in each: the runs of a round do not wait for each other.
  void refine(std::vector<Bracket> brackets) {
    constexpr int rounds_max = 64;
    for (int round = 0; round < rounds_max && !brackets.empty(); ++round) {
      std::vector<Bracket> open;
      std::vector<double> places;
      for (const auto& bracket : brackets) {
        if (scale_.is_narrow(scale_.to(bracket.low()), scale_.to(bracket.high()))) {
          close(bracket);
        } else {
          open.push_back(bracket);
          places.push_back(place_in(bracket));
        }
      }
      evaluate(places);
      brackets.clear();
      for (std::size_t i = 0; i < open.size(); ++i) {
        const auto at = *find(places[i]);
        if (!at.gap()) {
          close_gap(open[i]);
        } else if (*at.gap() == 0) {
          found_.crossings.push_back({at.x, at.x, at.x, false, false, open[i].gap_low() > 0, at});
        } else {
          open[i].take(scale_.from(at.x), *at.gap());
          brackets.push_back(open[i]);
        }
      }
    }
  }

  /// Inside the bracket, also after rounding to a whole number.
  double place_in(const Bracket& bracket) const {
    const double x = scale_.to(bracket.next());
    if (!range_.is_count) {
      return x;
    }
    return std::clamp(x, scale_.to(bracket.low()) + 1, scale_.to(bracket.high()) - 1);
  }

  Crossing between(const Bracket& bracket) const {
    Crossing crossing;
    crossing.low = scale_.to(bracket.low());
    crossing.high = scale_.to(bracket.high());
    crossing.a_is_less_below = bracket.gap_low() > 0;
    return crossing;
  }

  void close_gap(const Bracket& bracket) {
    auto crossing = between(bracket);
    crossing.is_gap = true;
    crossing.x = crossing.high;
    evaluate({crossing.x});
    crossing.at = *find(crossing.x);
    found_.crossings.push_back(crossing);
  }

  void close(const Bracket& bracket) {
    auto crossing = between(bracket);
    crossing.is_jump = range_.is_count || bracket.is_jump();
    crossing.x = crossing.is_jump ? crossing.high : scale_.to(bracket.root());
    evaluate({crossing.x});
    crossing.at = *find(crossing.x);
    found_.crossings.push_back(crossing);
  }

  BreakEvenRange range_;
  Scale scale_;
  const EvaluatePlaces& evaluate_;
  BreakEven found_;
};

}  // namespace

BreakEven find_break_even(const BreakEvenRange& range, const EvaluatePlaces& evaluate) {
  CHECK(range.low < range.high, "from {} to {}", range.low, range.high);
  return Search(range, evaluate).run();
}

}  // namespace tokenfab

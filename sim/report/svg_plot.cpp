// SPDX-License-Identifier: Apache-2.0
#include "sim/report/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/report/svg_text.hpp"

namespace tokenfab {
namespace {

// Okabe and Ito's colours without yellow, which is faint on white.
constexpr std::array<const char*, 7> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                             "#56b4e9", "#e69f00", "#000000"};
constexpr std::array<const char*, 3> dashes{"", "7 3", "2 3"};  // one more round of colours each

// In pixels.
constexpr double character_width = 7;  // mean of a wide sans-serif font of 12 pixels
constexpr double row_height = 18;
constexpr double right_margin = 18;
constexpr double bottom_margin = 48;  // tick labels and the title of the axis
constexpr double mark_size = 3.2;     // half of it, on a line
constexpr double point_size = 2.4;    // without one, where points are many
constexpr double legend_sample = 30;
constexpr double legend_gap = 10;

/// Coordinates in tenths of a pixel; no "-0.0".
std::string pixels(double value) {
  const double tenths = std::round(value * 10);
  return fmt::format("{:.1f}", tenths == 0 ? 0 : tenths / 10);
}

/// One axis: values to pixels.
struct Axis {
  PlotRange range;
  bool is_log = false;
  double begin = 0;  // pixel of range.low
  double end = 0;

  double at(double value) const {
    const double share = is_log ? std::log(value / range.low) / std::log(range.high / range.low)
                                : (value - range.low) / (range.high - range.low);
    // Far outside the picture is outside; renderers stumble over huge coordinates.
    return std::clamp(begin + share * (end - begin), -1e4, 1e4);
  }
  double between(double share) const {
    return is_log ? range.low * std::pow(range.high / range.low, share)
                  : range.low + share * (range.high - range.low);
  }
};

std::string colour_of(std::size_t number) { return colours[number % colours.size()]; }

std::string dash_of(std::size_t number) {
  const std::string dash = dashes[number / colours.size() % dashes.size()];
  return dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash);
}

/// A closed mark around a point: disc, square, triangle or diamond.
std::string mark_path(std::size_t shape, double r, double x, double y) {
  switch (shape % 4) {
    case 0:
      return fmt::format("M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z", pixels(x - r),
                         pixels(y), fmt::arg("r", r), fmt::arg("d", 2 * r));
    case 1:
      return fmt::format("M{} {}h{d}v{d}h-{d}z", pixels(x - r), pixels(y - r),
                         fmt::arg("d", 2 * r));
    case 2:
      return fmt::format("M{} {}l{a} {b}h-{c}z", pixels(x), pixels(y - 1.2 * r),
                         fmt::arg("a", pixels(1.2 * r)), fmt::arg("b", pixels(2.1 * r)),
                         fmt::arg("c", pixels(2.4 * r)));
    default:
      return fmt::format("M{} {}l{a} {a}l-{a} {a}l-{a} -{a}z", pixels(x), pixels(y - 1.3 * r),
                         fmt::arg("a", pixels(1.3 * r)));
  }
}

class Picture {
 public:
  explicit Picture(const Plot& plot) : plot_(plot) { lay_out(); }

  std::string draw() {
    open();
    grid();
    references();
    for (std::size_t i = 0; i < plot_.series.size(); ++i) {
      series(plot_.series[i], i);
    }
    frame();
    legend();
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  void lay_out() {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const auto& each : plot_.series) {
      for (const auto& point : each.points) {
        if (is_shown(point)) {
          xs.push_back(point.x);
          ys.push_back(point.y);
        }
      }
    }
    x_ = {plot_.x_range.value_or(range_of(xs, plot_.is_x_log)), plot_.is_x_log, 0, 0};
    y_ = {plot_.y_range.value_or(range_of(ys, plot_.is_y_log)), plot_.is_y_log, 0, 0};
    y_ticks_ = axis_ticks(y_.range, y_.is_log, 9);
    std::size_t widest = 0;
    for (const auto& tick : y_ticks_) {
      widest = std::max(widest, tick.label.size());
    }
    x_.begin = 38 + character_width * static_cast<double>(widest);
    x_.end = plot_.width - right_margin;
    x_ticks_ = axis_ticks(x_.range, x_.is_log, 10);
    lay_out_legend();
    y_.begin = plot_.height - bottom_margin - row_height;
    y_.end = plot_.title.empty() ? 14 : (plot_.subtitle.empty() ? 34 : 52);
  }

  void lay_out_legend() {
    std::size_t longest = 1;
    std::size_t entries = 0;
    for (const auto& each : plot_.series) {
      longest = std::max(longest, characters_of(each.name).size());
      ++entries;
    }
    for (const auto& each : plot_.references) {
      longest = std::max(longest, characters_of(each.name).size());
      entries += each.name.empty() ? 0 : 1;
    }
    const double room = plot_.width - 2 * right_margin;
    const auto most = std::max(1.0, (room - legend_sample - legend_gap) / character_width);
    name_limit_ = static_cast<std::size_t>(most);
    const double width = legend_sample + legend_gap +
                         character_width * static_cast<double>(std::min(longest, name_limit_));
    legend_columns_ = static_cast<std::size_t>(std::max(1.0, std::floor(room / width)));
    legend_width_ = width;
    const auto rows = (entries + legend_columns_ - 1) / legend_columns_;
    picture_height_ = plot_.height + row_height * static_cast<double>(rows > 1 ? rows - 1 : 0);
  }

  bool is_shown(const PlotPoint& point) const {
    return is_drawable(point.x, plot_.is_x_log) && is_drawable(point.y, plot_.is_y_log);
  }

  void open() {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0} {1:.0f}\" font-family=\"sans-serif\" font-size=\"12\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        "<clipPath id=\"area\"><rect x=\"{2}\" y=\"{3}\" width=\"{4}\" height=\"{5}\"/>"
        "</clipPath>\n",
        plot_.width, picture_height_, pixels(x_.begin), pixels(y_.end), pixels(x_.end - x_.begin),
        pixels(y_.begin - y_.end));
    text(x_.begin, 21, "start", plot_.title, " font-size=\"14\" font-weight=\"bold\"");
    text(x_.begin, 40, "start", plot_.subtitle, " fill=\"#444444\"");
  }

  void text(double x, double y, const char* anchor, const std::string& words,
            const std::string& more = "") {
    if (!words.empty()) {
      const auto room = static_cast<std::size_t>(plot_.width / character_width);
      out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>\n", pixels(x),
                          pixels(y), anchor, more, svg_text(words, std::max<std::size_t>(room, 1)));
    }
  }

  void grid() {
    std::string lines;
    for (const auto& tick : x_ticks_) {
      lines +=
          fmt::format("M{} {}V{}", pixels(x_.at(tick.value)), pixels(y_.begin), pixels(y_.end));
      text(x_.at(tick.value), y_.begin + 17, "middle", tick.label);
    }
    for (const auto& tick : y_ticks_) {
      lines +=
          fmt::format("M{} {}H{}", pixels(x_.begin), pixels(y_.at(tick.value)), pixels(x_.end));
      text(x_.begin - 7, y_.at(tick.value) + 4, "end", tick.label);
    }
    out_ += fmt::format("<path d=\"{}\" stroke=\"#dddddd\" fill=\"none\"/>\n", lines);
    text((x_.begin + x_.end) / 2, y_.begin + 38, "middle", plot_.x_title);
    const auto turned =
        fmt::format(" transform=\"rotate(-90 16 {})\"", pixels((y_.begin + y_.end) / 2));
    text(16, (y_.begin + y_.end) / 2, "middle", plot_.y_title, turned);
  }

  void references() {
    for (const auto& each : plot_.references) {
      std::string path;
      // Straight where both axes are of one kind, else a curve.
      const int pieces = x_.is_log == y_.is_log ? 1 : 48;
      for (int i = 0; i <= pieces; ++i) {
        const double x = x_.between(static_cast<double>(i) / pieces);
        if (is_shown({x, each.factor * x})) {
          path += fmt::format("{}{} {}", path.empty() ? "M" : "L", pixels(x_.at(x)),
                              pixels(y_.at(each.factor * x)));
        }
      }
      out_ += fmt::format("<path d=\"{}\" {} clip-path=\"url(#area)\"/>\n", path,
                          reference_style(each));
    }
  }

  static std::string reference_style(const ReferenceLine& line) {
    return fmt::format("stroke=\"#777777\" fill=\"none\"{}",
                       line.factor == 1 ? "" : " stroke-dasharray=\"5 4\"");
  }

  void series(const PlotSeries& each, std::size_t number) {
    std::string line;
    std::string marks;
    const double size = size_of(each);
    for (const auto& point : each.points) {
      if (is_shown(point)) {
        const double x = x_.at(point.x);
        const double y = y_.at(point.y);
        line += fmt::format("{}{} {}", line.empty() ? "M" : "L", pixels(x), pixels(y));
        marks += mark_path(number, size, x, y);
      }
    }
    sample(each, number, line, marks, " clip-path=\"url(#area)\"");
  }

  static double size_of(const PlotSeries& each) { return each.line ? mark_size : point_size; }

  void sample(const PlotSeries& each, std::size_t number, const std::string& line,
              const std::string& marks, const std::string& more) {
    if (each.line && !line.empty()) {
      out_ += fmt::format("<path d=\"{}\" stroke=\"{}\" stroke-width=\"2\" fill=\"none\"{}{}/>\n",
                          line, colour_of(number), dash_of(number), more);
    }
    if (each.marks && !marks.empty()) {
      out_ += fmt::format("<path d=\"{}\" fill=\"{}\"{}{}/>\n", marks, colour_of(number),
                          each.line ? "" : " fill-opacity=\"0.6\"", more);
    }
  }

  void frame() {
    out_ += fmt::format("<path d=\"M{} {}V{}H{}\" stroke=\"#444444\" fill=\"none\"/>\n",
                        pixels(x_.begin), pixels(y_.end), pixels(y_.begin), pixels(x_.end));
  }

  void legend() {
    std::size_t position = 0;
    for (std::size_t i = 0; i < plot_.series.size(); ++i) {
      const auto [x, y] = legend_place(position++);
      sample(plot_.series[i], i, fmt::format("M{} {}h{}", pixels(x), pixels(y), legend_sample - 6),
             mark_path(i, size_of(plot_.series[i]), x + (legend_sample - 6) / 2, y), "");
      legend_name(x, y, plot_.series[i].name);
    }
    for (const auto& each : plot_.references) {
      if (!each.name.empty()) {
        const auto [x, y] = legend_place(position++);
        out_ += fmt::format("<path d=\"M{} {}h{}\" {}/>\n", pixels(x), pixels(y), legend_sample - 6,
                            reference_style(each));
        legend_name(x, y, each.name);
      }
    }
  }

  PlotPoint legend_place(std::size_t position) const {
    const auto column = static_cast<double>(position % legend_columns_);
    const auto row = static_cast<double>(position / legend_columns_);
    return {right_margin + column * legend_width_, plot_.height - 10 + row * row_height};
  }

  void legend_name(double x, double y, const std::string& name) {
    out_ += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", pixels(x + legend_sample),
                        pixels(y + 4), svg_text(name, name_limit_));
  }

  const Plot& plot_;
  Axis x_;
  Axis y_;
  std::vector<AxisTick> x_ticks_;
  std::vector<AxisTick> y_ticks_;
  std::size_t name_limit_ = 1;
  std::size_t legend_columns_ = 1;
  double legend_width_ = 1;
  double picture_height_ = 0;
  std::string out_;
};

}  // namespace

std::string svg_of(const Plot& plot) { return Picture(plot).draw(); }

}  // namespace tokenfab

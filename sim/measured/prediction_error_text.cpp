// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "sim/measured/prediction_errors.hpp"
#include "sim/report/svg_plot.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t name_width = 44;

std::string counts_text(const PredictionErrors& errors, std::string_view line_end) {
  auto text = fmt::format("{} rows, {} predicted{}", errors.rows, errors.rows_predicted, line_end);
  for (const auto& [reason, count] : errors.skipped) {
    text += fmt::format("skipped {:>5}  {}{}", count, reason, line_end);
  }
  for (const auto& [reason, count] : errors.failed) {
    text += fmt::format("failed  {:>5}  {}{}", count, reason, line_end);
  }
  return text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char letter : text) {
    quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  }
  return quoted + "\"";
}

std::string markdown_row(const std::string& name, const ErrorSample& sample) {
  return fmt::format("| {} | {} | {:.1f} | {:.1f} | {:+.1f} |\n", name, sample.size(),
                     sample.median(), sample.p90(), sample.bias());
}

}  // namespace

std::string error_text(const PredictionErrors& errors, const std::vector<ErrorTable>& tables) {
  std::string text;
  for (const auto& table : tables) {
    text += fmt::format("{:<{}} {}\n", title_of(table.quantity), name_width, ErrorSample::header());
    text += fmt::format("{:<{}} {}\n", "  all", name_width, table.all.row());
    for (const auto& [label, samples] : table.by) {
      for (const auto& [value, sample] : samples) {
        text +=
            fmt::format("{:<{}} {}\n", fmt::format("  {} {}", label, value).substr(0, name_width),
                        name_width, sample.row());
      }
    }
    text += '\n';
  }
  return text + counts_text(errors, "\n");
}

std::string error_markdown(const PredictionErrors& errors, const std::vector<ErrorTable>& tables) {
  std::string text;
  for (const auto& table : tables) {
    text += fmt::format(
        "## {}\n\n| group | rows | median % | p90 % | bias % |\n|---|---|---|---|---|\n",
        title_of(table.quantity));
    text += markdown_row("**all**", table.all);
    for (const auto& [label, samples] : table.by) {
      for (const auto& [value, sample] : samples) {
        text += markdown_row(fmt::format("{}: {}", label, value), sample);
      }
    }
    text += '\n';
  }
  text += "## Rows\n\n```\n" + counts_text(errors, "\n") + "```\n";
  return text;
}

std::string error_rows(const PredictionErrors& errors) {
  std::string text = "file,line";
  for (const auto& name : label_names()) {
    text += name == "concurrency" ? "" : "," + name;
  }
  text += ",concurrency,context_tokens,date,quantity,measured,predicted,error_percent\n";
  for (const auto& each : errors.predictions) {
    const auto& labels = each.row->labels;
    text += fmt::format("{},{}", csv_field(std::filesystem::path(each.file->path).filename()),
                        each.row->line);
    for (const auto& name : label_names()) {
      text += name == "concurrency" ? "" : "," + csv_field(label_of(labels, name));
    }
    text += fmt::format(",{},{},{},{},{},{},{:.2f}\n", labels.concurrency, labels.context_tokens,
                        csv_field(labels.date), name_of(each.quantity), each.measured,
                        each.predicted, 100 * (each.predicted / each.measured - 1));
  }
  return text;
}

std::string error_plot(const PredictionErrors& errors, Observable quantity) {
  std::map<std::string, PlotSeries> by_chip;
  ErrorSample all;
  for (const auto& each : errors.predictions) {
    if (each.quantity == quantity) {
      auto& series = by_chip[label_of(each.row->labels, "chip")];
      series.points.push_back({each.measured, each.predicted});
      all.add(each.predicted, each.measured);
    }
  }
  Plot plot;
  plot.title = fmt::format("{}: predicted and measured", title_of(quantity));
  plot.subtitle = fmt::format("{} rows, median error {:.1f} %, p90 {:.1f} %", all.size(),
                              all.median(), all.p90());
  plot.x_title = fmt::format("measured, {}", unit_of(quantity));
  plot.y_title = fmt::format("predicted, {}", unit_of(quantity));
  plot.is_x_log = plot.is_y_log = true;
  plot.references = {{"equal", 1}, {"within 30 %", 1.3}, {"", 0.7}};
  for (auto& [chip, series] : by_chip) {
    series.name = chip;
    series.line = false;
    plot.series.push_back(std::move(series));
  }
  return svg_of(plot);
}

}  // namespace tokenfab

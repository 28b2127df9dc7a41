// SPDX-License-Identifier: Apache-2.0
#include "sim/report/validation_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace tokenfab {
namespace {

constexpr std::size_t lines_max = 16;

const char* word_of(BandStatus status) {
  switch (status) {
    case BandStatus::Validated:
      return "validated";
    case BandStatus::Sibling:
      return "sibling";
    case BandStatus::NotValidated:
      break;
  }
  return "not_validated";
}

/// Errors to a tenth of a percent as long as that says something.
std::string percent(double value) {
  return value < 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

std::string statement(const PredictionBand& band) {
  if (band.status == BandStatus::NotValidated) {
    return fmt::format("not validated here ({})", band.reason);
  }
  const bool is_sibling = band.status == BandStatus::Sibling;
  return fmt::format("{}+-{} % (median of {} points, {}), p90 {} %{}", is_sibling ? "about " : "",
                     percent(band.median_pct), band.rows, band.basis, percent(band.p90_pct),
                     is_sibling ? "; sibling, " + band.reason : "");
}

struct Line {
  std::string subject;  // service or job
  std::string quantity;
  std::string statement;
  std::vector<std::string> pools;
};

std::vector<Line> lines_of(const std::vector<PredictionBand>& bands) {
  std::vector<Line> lines;
  for (const auto& band : bands) {
    const Line line{band.service + band.job, band.quantity, statement(band), {}};
    auto same = std::find_if(lines.begin(), lines.end(), [&](const Line& each) {
      return each.subject == line.subject && each.quantity == line.quantity &&
             each.statement == line.statement;
    });
    if (same == lines.end()) {
      same = lines.insert(lines.end(), line);
    }
    if (!band.pool.empty()) {
      same->pools.push_back(band.pool);
    }
  }
  return lines;
}

std::string subject_of(const Line& line) {
  return line.pools.empty()       ? line.subject
         : line.pools.size() == 1 ? line.subject + "/" + line.pools.front()
                                  : fmt::format("{} ({} pools)", line.subject, line.pools.size());
}

}  // namespace

nlohmann::ordered_json validation_json(const std::vector<PredictionBand>& bands) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& band : bands) {
    nlohmann::ordered_json line;
    if (band.job.empty()) {
      line["service"] = band.service;
      line["pool"] = band.pool;
    } else {
      line["job"] = band.job;
    }
    line["quantity"] = band.quantity;
    line["status"] = word_of(band.status);
    if (band.status != BandStatus::NotValidated) {
      line["band_median_pct"] = band.median_pct;
      line["band_p90_pct"] = band.p90_pct;
      line["bias_pct"] = band.bias_pct;
      line["rows"] = band.rows;
      line["basis"] = band.basis;
    }
    if (!band.reason.empty()) {
      line["reason"] = band.reason;
    }
    list.push_back(std::move(line));
  }
  return list;
}

void add_validation(TextTable& table, const std::vector<PredictionBand>& bands) {
  const auto lines = lines_of(bands);
  if (lines.empty()) {
    return;
  }
  table.heading("How far to trust this (docs/uncertainty.md)");
  for (std::size_t i = 0; i < std::min(lines.size(), lines_max); ++i) {
    table.line(
        fmt::format("{:<21} {}: {}", lines[i].quantity, subject_of(lines[i]), lines[i].statement));
  }
  if (lines.size() > lines_max) {
    table.line(fmt::format("and {} more in report.json", lines.size() - lines_max));
  }
}

}  // namespace tokenfab

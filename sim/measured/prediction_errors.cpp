// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/prediction_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tokenfab {
namespace {

std::string range_of_users(std::int64_t users) {
  constexpr std::array<std::int64_t, 5> ends{8, 32, 128, 512, 4096};
  std::int64_t begin = 1;
  for (const auto end : ends) {
    if (users <= end) {
      return users == 0 ? "not of this kind" : fmt::format("{:>4} to {}", begin, end);
    }
    begin = end + 1;
  }
  return fmt::format("{:>4} and more", begin);
}

void add(const MeasuredFile& file, const MeasuredCase& row, const CaseAnswer& answer,
         PredictionErrors& errors) {
  if (!answer.failure.empty()) {
    ++errors.failed[answer.failure.substr(0, answer.failure.find('\n'))];
    return;
  }
  ++errors.rows_predicted;
  for (std::size_t i = 0; i < row.measured.size(); ++i) {
    const auto& [quantity, measured] = row.measured[i];
    if (measured > 0) {
      errors.predictions.push_back({&file, &row, quantity, measured, answer.predicted[i].value});
    }
  }
}

}  // namespace

const std::vector<std::string>& label_names() {
  static const std::vector<std::string> names{"chip",      "model",  "engine", "software",
                                              "precision", "regime", "layout", "concurrency"};
  return names;
}

std::string label_of(const CaseLabels& labels, const std::string& name) {
  if (name == "concurrency") {
    return range_of_users(labels.concurrency);
  }
  const auto& text = name == "chip"        ? labels.chip
                     : name == "model"     ? labels.model
                     : name == "engine"    ? labels.engine
                     : name == "software"  ? labels.software
                     : name == "precision" ? labels.precision
                     : name == "regime"    ? labels.regime
                                           : labels.layout;
  return text.empty() ? "not of this kind" : text;
}

PredictionErrors predict_all(const std::vector<MeasuredFile>& files, int processes,
                             const std::function<void(std::size_t done, std::size_t all)>& watch) {
  PredictionErrors errors;
  std::vector<CaseJob> jobs;
  std::vector<const MeasuredFile*> file_of_job;
  for (const auto& file : files) {
    errors.rows += file.cases.size();
    for (const auto& row : file.cases) {
      if (!row.skipped.empty()) {
        ++errors.skipped[row.skipped];
        continue;
      }
      jobs.push_back({&row, {}});
      file_of_job.push_back(&file);
    }
  }
  const auto answers = run_cases(jobs, processes, [&](std::size_t done) {
    if (watch) {
      watch(done, jobs.size());
    }
  });
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    add(*file_of_job[i], *jobs[i].measured, answers[i], errors);
  }
  return errors;
}

std::vector<ErrorTable> error_tables(const PredictionErrors& errors,
                                     const std::vector<std::string>& by) {
  std::vector<ErrorTable> tables;
  for (std::size_t i = 0; i < observable_count; ++i) {
    ErrorTable table;
    table.quantity = static_cast<Observable>(i);
    for (const auto& each : errors.predictions) {
      if (each.quantity != table.quantity) {
        continue;
      }
      table.all.add(each.predicted, each.measured);
      for (const auto& label : by) {
        table.by[label][label_of(each.row->labels, label)].add(each.predicted, each.measured);
      }
    }
    if (table.all.size() > 0) {
      tables.push_back(std::move(table));
    }
  }
  return tables;
}

std::vector<BandSample> band_samples(const PredictionErrors& errors) {
  std::vector<BandSample> samples;
  for (const auto& each : errors.predictions) {
    const auto& labels = each.row->labels;
    samples.push_back({each.quantity, labels.chip, labels.engine, labels.model, labels.precision,
                       labels.regime, labels.concurrency, labels.context_tokens, each.predicted,
                       each.measured, false});
  }
  return samples;
}

}  // namespace tokenfab

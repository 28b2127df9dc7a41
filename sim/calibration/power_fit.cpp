// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/power_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>

#include "sim/calibration/folds.hpp"
#include "sim/measured/case_runner.hpp"
#include "sim/measured/case_scenario.hpp"
#include "sim/scenario/catalogue_entry.hpp"

namespace tokenfab {
namespace {

/// Of a logarithm: rows further off have little say.
constexpr double loss_scale = 0.05;
/// Estimate: how far a level may be off where the rows say nothing.
constexpr double prior_width = 0.1;
/// The level of communication stays within this of its prior: steps whose experts are spread over
/// chips are predicted too short by waits at little power, and a free level goes to 0 for them.
constexpr double communication_room = 0.02;
/// Fewer rows do not tell seven levels, whatever the priors.
constexpr std::size_t rows_min = 2 * time_part_count;

Overrides override_of(const PartNumbers& levels) {
  std::string text;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    text += fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ", power_level_names()[i], levels[i]);
  }
  return {{case_chip + "/power_level", "{" + text + "}"}};
}

std::optional<std::size_t> power_index(const MeasuredCase& row) {
  for (std::size_t i = 0; i < row.measured.size(); ++i) {
    if (row.measured[i].quantity == Observable::PowerPerChip) {
      return i;
    }
  }
  return std::nullopt;
}

using Rows = std::vector<const PowerRow*>;

PartNumbers levels_of(const Values& values) {
  PartNumbers levels{};
  std::copy(values.begin(), values.end(), levels.begin());
  return levels;
}

void add_errors(const Rows& rows, const PartNumbers& levels, ErrorSample& errors) {
  for (const auto* row : rows) {
    errors.add(row->predicted_w(levels), row->measured_w);
  }
}

ErrorSample errors_of(const Rows& rows, const PartNumbers& levels) {
  ErrorSample errors;
  add_errors(rows, levels, errors);
  return errors;
}

FitResult fit_rows(const Rows& rows, const PartNumbers& prior) {
  std::vector<Parameter> levels;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    // A level of 1 draws the limit, which no mean over milliseconds exceeds.
    const bool is_held = i == static_cast<std::size_t>(TimePart::Communication);
    const double room = is_held ? communication_room : 1;
    levels.push_back({power_level_names()[i], std::clamp(prior[i], 0.0, 1.0),
                      std::max(0.0, prior[i] - room), std::min(1.0, prior[i] + room), false});
  }
  const auto residuals = [&](const Values& values) {
    const auto point = levels_of(values);
    Values off;
    for (const auto* row : rows) {
      off.push_back(std::log(row->predicted_w(point) / row->measured_w));
    }
    for (std::size_t i = 0; i < time_part_count; ++i) {
      off.push_back(loss_scale * (values[i] - prior[i]) / prior_width);
    }
    return off;
  };
  FitOptions options;
  options.loss = Loss::Cauchy;
  options.loss_scale = loss_scale;
  return least_squares(levels, residuals, options);
}

void hold_out_models(const Rows& rows, const PartNumbers& prior, PowerFit& fit) {
  std::vector<std::string> models;
  for (const auto* row : rows) {
    models.push_back(row->model);
  }
  ErrorSample every_model;
  for (const auto& fold : leave_one_label_out(models)) {
    Rows others;
    Rows held_out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      (models[i] == fold.name ? held_out : others).push_back(rows[i]);
    }
    if (others.size() < rows_min) {
      continue;
    }
    const auto levels = levels_of(fit_rows(others, prior).values);
    fit.held_out.push_back({"without model " + fold.name, errors_of(held_out, levels)});
    add_errors(held_out, levels, every_model);
  }
  if (every_model.size() > 0) {
    fit.held_out.push_back({"every model, from the others", every_model});
  }
}

/// Either half of the rows, in turns, from a fit of the other.
void hold_out_halves(const Rows& rows, const PartNumbers& prior, PowerFit& fit) {
  std::array<Rows, 2> halves;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    halves[i % 2].push_back(rows[i]);
  }
  ErrorSample errors;
  for (std::size_t half = 0; half < halves.size(); ++half) {
    add_errors(halves[half], levels_of(fit_rows(halves[1 - half], prior).values), errors);
  }
  fit.held_out.push_back({"every other row", errors});
}

}  // namespace

double PowerRow::predicted_w(const PartNumbers& levels) const {
  double watts = idle_w;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    watts += levels[i] * response_w[i];
  }
  return watts;
}

const std::vector<std::string>& power_level_names() {
  static const std::vector<std::string> names{"weights",       "kv_cache", "matmul",  "attention",
                                              "communication", "overhead", "sampling"};
  return names;
}

std::vector<PowerRow> power_rows(const std::vector<MeasuredCase>& cases, int processes) {
  constexpr std::size_t plays = 1 + time_part_count;
  std::vector<CaseJob> jobs;
  for (const auto& row : cases) {
    if (!row.skipped.empty() || !power_index(row)) {
      continue;
    }
    jobs.push_back({&row, override_of({})});
    for (std::size_t i = 0; i < time_part_count; ++i) {
      PartNumbers one{};
      one[i] = 1;
      jobs.push_back({&row, override_of(one)});
    }
  }
  const auto answers = run_cases(jobs, processes);
  std::vector<PowerRow> rows;
  for (std::size_t first = 0; first < jobs.size(); first += plays) {
    const auto& of = *jobs[first].measured;
    const auto quantity = *power_index(of);
    const auto watts = [&](std::size_t play) {
      return answers[first + play].predicted[quantity].value;
    };
    const bool is_played =
        std::all_of(answers.begin() + static_cast<std::ptrdiff_t>(first),
                    answers.begin() + static_cast<std::ptrdiff_t>(first + plays),
                    [](const CaseAnswer& answer) { return answer.failure.empty(); });
    if (!is_played) {
      continue;
    }
    PowerRow row{of.labels.chip, of.labels.model, of.measured[quantity].value, watts(0), {}};
    for (std::size_t i = 0; i < time_part_count; ++i) {
      row.response_w[i] = watts(1 + i) - row.idle_w;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

PowerFit fit_power_levels(const std::string& chip, const std::vector<PowerRow>& rows,
                          const PartNumbers& prior, bool holds_out) {
  Rows own;
  for (const auto& row : rows) {
    if (row.chip == chip) {
      own.push_back(&row);
    }
  }
  if (own.size() < rows_min) {
    throw std::invalid_argument(
        fmt::format("{} rows of {} do not tell its {} power levels: at "
                    "least {}",
                    own.size(), chip, time_part_count, rows_min));
  }
  PowerFit fit;
  fit.chip = chip;
  fit.before = prior;
  fit.fit = fit_rows(own, prior);
  fit.errors_before = errors_of(own, prior);
  fit.errors = errors_of(own, levels_of(fit.fit.values));
  if (holds_out) {
    hold_out_halves(own, prior, fit);
    hold_out_models(own, prior, fit);
  }
  return fit;
}

std::vector<PowerFit> fit_power(const std::vector<PowerRow>& rows, bool holds_out) {
  std::map<std::string, std::size_t> chips;
  for (const auto& row : rows) {
    ++chips[row.chip];
  }
  std::vector<PowerFit> fits;
  for (const auto& [chip, count] : chips) {
    std::vector<Problem> problems;
    const auto entry = catalogue_entry<ChipConfig>("chips", chip, problems);
    if (count >= rows_min && problems.empty()) {
      fits.push_back(fit_power_levels(chip, rows, by_part(entry.power_level), holds_out));
    }
  }
  return fits;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/training_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <thread>

#include "models/interconnect/network_collectives.hpp"
#include "models/training/training_step.hpp"
#include "sim/calibration/folds.hpp"
#include "sim/measured/training_case.hpp"
#include "sim/scenario/training_plan.hpp"

namespace tokenfab {
namespace {

/// Of a logarithm: beyond it a row counts with its distance, not with the square.
constexpr double loss_scale = 0.05;
constexpr std::size_t prices_kept = 256;

bool depends(const MeasuredCase& row, const TrainingParameter& parameter) {
  const auto entry =
      parameter.is_of_chip() ? training_generation(row.labels.chip) : row.labels.engine;
  const auto& entries = parameter.entries;
  const auto* product = std::get_if<0>(&parameter.place);
  // Heads and routers stay in bf16 beside 8-bit products.
  const bool is_used = product == nullptr || *product == name_of(Precision::Bf16) ||
                       *product == calibration_key(row.trained->config.precision);
  return is_used && std::find(entries.begin(), entries.end(), entry) != entries.end();
}

/// A row's step, ready to be priced with other constants.
class PricedStep {
 public:
  PricedStep(const MeasuredCase& row, const std::vector<TrainingParameter>& parameters)
      : row_(&row), scenario_(training_scenario(*row.trained, {})) {
    const auto& plan = *scenario_.trainings.at("train");
    const auto& chip = plan.cluster().node.chip;
    catalogue_ = {chip.training, plan.config().layout.engine};
    times_ = std::make_unique<NetworkCollectives>(make_network(plan.cluster())->levels(),
                                                  chip.collectives);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (depends(row, parameters[i])) {
        used_.push_back(i);
      }
    }
  }

  const MeasuredCase& row() const { return *row_; }
  const StepConstants& catalogue() const { return catalogue_; }
  double measured() const { return row_->measured.front().value; }

  /// Tokens per second.
  double rate(const std::vector<TrainingParameter>& parameters, const Values& values) {
    Values own;
    for (const auto i : used_) {
      own.push_back(values[i]);
    }
    if (const auto known = rates_.find(own); known != rates_.end()) {
      return known->second;
    }
    auto constants = catalogue_;
    for (const auto i : used_) {
      parameters[i].set(constants, values[i]);
    }
    if (rates_.size() >= prices_kept) {
      rates_.clear();
    }
    return rates_[own] = rate(constants);
  }

  double rate(const StepConstants& constants) const {
    const auto& plan = *scenario_.trainings.at("train");
    auto chip = plan.cluster().node.chip;
    auto layout = plan.config().layout;
    chip.training = constants.chip;
    layout.engine = constants.engine;
    const auto step = TrainingStepModel(plan.model(), chip, layout, *times_).step();
    return step.tokens / step.total.si();
  }

 private:
  const MeasuredCase* row_;
  Scenario scenario_;
  StepConstants catalogue_;
  std::unique_ptr<NetworkCollectives> times_;
  std::vector<std::size_t> used_;
  std::map<Values, double> rates_;
};

using Steps = std::vector<PricedStep*>;

/// As strong as one row at the edge of the loss where the parameter is one width off.
Values prior_residuals(const std::vector<TrainingParameter>& parameters, const Values& values) {
  Values residuals;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& parameter = parameters[i];
    double prior = parameter.prior;
    for (std::size_t j = 0; j < parameters.size(); ++j) {
      prior = parameters[j].range.name == parameter.like ? values[j] : prior;
    }
    const double off = parameter.range.is_log ? std::log(values[i] / prior) : values[i] - prior;
    residuals.push_back(loss_scale * off / parameter.prior_width);
  }
  return residuals;
}

/// Rows of one layout, whatever the number of its copies, weigh together as the root of their
/// number: their errors are next to the same.
Values weights_of(const Steps& steps) {
  std::map<std::string, double> count;
  const auto key = [](const PricedStep& step) {
    const auto& l = step.row().labels;
    return fmt::format("{}|{}|{}|{}|{}", l.chip, l.model, l.software, l.precision, l.layout);
  };
  for (const auto* step : steps) {
    ++count[key(*step)];
  }
  Values weights;
  for (const auto* step : steps) {
    weights.push_back(1 / std::sqrt(std::sqrt(count[key(*step)])));
  }
  return weights;
}

FitResult fit_steps(const Steps& steps, const std::vector<TrainingParameter>& parameters,
                    int threads) {
  const auto weights = weights_of(steps);
  const auto count = static_cast<std::size_t>(std::max(1, threads));
  const BatchResiduals residuals = [&](const std::vector<Values>& points) {
    std::vector<Values> all(points.size(), Values(steps.size()));
    const auto work = [&](std::size_t first) {
      for (std::size_t r = first; r < steps.size(); r += count) {
        for (std::size_t p = 0; p < points.size(); ++p) {
          all[p][r] =
              weights[r] * std::log(steps[r]->rate(parameters, points[p]) / steps[r]->measured());
        }
      }
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < count; ++i) {
      others.emplace_back(work, i);
    }
    work(0);
    for (auto& other : others) {
      other.join();
    }
    for (std::size_t p = 0; p < points.size(); ++p) {
      const auto priors = prior_residuals(parameters, points[p]);
      all[p].insert(all[p].end(), priors.begin(), priors.end());
    }
    return all;
  };
  std::vector<Parameter> ranges;
  for (const auto& parameter : parameters) {
    ranges.push_back(parameter.range);
    ranges.back().start = parameter.prior;
  }
  FitOptions options;
  options.loss_scale = loss_scale;
  options.tolerance = 1e-7;
  options.max_iterations = 60;
  // Unlike under a Cauchy loss, the valley the fit ends in does not hang on the rows held out.
  options.loss = Loss::SoftL1;
  return least_squares(ranges, residuals, options);
}

ErrorSample errors_of(const Steps& steps, const std::vector<TrainingParameter>& parameters,
                      const Values& values) {
  ErrorSample errors;
  for (auto* step : steps) {
    errors.add(step->rate(parameters, values), step->measured());
  }
  return errors;
}

using Label = std::string (*)(const MeasuredCase& row);

std::vector<std::string> labels_of(const Steps& steps, Label label) {
  std::vector<std::string> labels;
  for (const auto* step : steps) {
    labels.push_back(label(step->row()));
  }
  return labels;
}

void add_groups(const std::string& kind, const Steps& steps, Label label, TrainingFit& fit) {
  for (const auto& fold : leave_one_label_out(labels_of(steps, label))) {
    Steps group;
    for (const auto i : fold.held_out) {
      group.push_back(steps[i]);
    }
    fit.groups.push_back({kind, fold.name, errors_of(group, fit.parameters, fit.fit.values)});
  }
}

void leave_out(const std::string& kind, const Steps& steps, Label label,
               const TrainingFitOptions& options, TrainingFit& fit) {
  HeldOutSteps sum{kind, "", {}};
  std::vector<HeldOutSteps> parts;
  const auto labels = labels_of(steps, label);
  for (const auto& fold : leave_one_label_out(labels)) {
    Steps kept;
    Steps held_out;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      (labels[i] == fold.name ? held_out : kept).push_back(steps[i]);
    }
    if (kept.empty()) {
      continue;
    }
    if (options.tell) {
      options.tell(fmt::format("training without {} {}", kind, fold.name));
    }
    const auto values = fit_steps(kept, fit.parameters, options.threads).values;
    parts.push_back({kind, fold.name, errors_of(held_out, fit.parameters, values)});
    for (auto* step : held_out) {
      sum.errors.add(step->rate(fit.parameters, values), step->measured());
    }
  }
  if (!parts.empty()) {
    fit.held_out.push_back(std::move(sum));
    fit.held_out.insert(fit.held_out.end(), parts.begin(), parts.end());
  }
}

std::vector<TrainingParameter> parameters_of(const std::vector<const MeasuredCase*>& rows) {
  auto all = training_parameters();
  std::erase_if(all, [&](const TrainingParameter& parameter) {
    return std::none_of(rows.begin(), rows.end(),
                        [&](const MeasuredCase* row) { return depends(*row, parameter); });
  });
  return all;
}

}  // namespace

TrainingFit fit_training(const std::vector<MeasuredCase>& cases,
                         const TrainingFitOptions& options) {
  TrainingFit fit;
  std::vector<const MeasuredCase*> rows;
  for (const auto& row : cases) {
    if (row.trained != nullptr && row.skipped.empty()) {
      rows.push_back(&row);
    }
  }
  fit.parameters = parameters_of(rows);
  std::vector<std::unique_ptr<PricedStep>> owned;
  Steps steps;
  for (const auto* row : rows) {
    owned.push_back(std::make_unique<PricedStep>(*row, fit.parameters));
    steps.push_back(owned.back().get());
  }
  fit.rows = steps.size();
  if (steps.empty()) {
    return fit;
  }
  if (options.tell) {
    options.tell(
        fmt::format("training: {} rows, {} parameters", steps.size(), fit.parameters.size()));
  }
  for (const auto* step : steps) {
    fit.before.add(step->rate(step->catalogue()), step->measured());
  }
  fit.fit = fit_steps(steps, fit.parameters, options.threads);
  fit.after = errors_of(steps, fit.parameters, fit.fit.values);
  const Label model = [](const MeasuredCase& row) { return row.labels.model; };
  const Label source = [](const MeasuredCase& row) { return row.labels.software; };
  const Label chip = [](const MeasuredCase& row) { return row.labels.chip; };
  add_groups(
      "engine", steps, [](const MeasuredCase& row) { return row.labels.engine; }, fit);
  add_groups("chip", steps, chip, fit);
  add_groups("model", steps, model, fit);
  if (options.leave_models_out) {
    leave_out("model", steps, model, options, fit);
  }
  if (options.leave_sources_out) {
    leave_out("source", steps, source, options, fit);
  }
  if (options.leave_chips_out) {
    leave_out("chip", steps, chip, options, fit);
  }
  return fit;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/serving_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <map>
#include <thread>

#include "models/serving/engine_config.hpp"
#include "sim/calibration/closed_loop.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/catalogue_entry.hpp"

namespace tokenfab {
namespace {

/// A time to first token tells less than a time per token: bursts decide it.
constexpr double ttft_weight = 0.35;
/// Of a logarithm: what is much further off has next to no say.
constexpr double loss_scale = 0.12;

double weight_of(Observable quantity) {
  return quantity == Observable::TimeToFirstToken ? ttft_weight : 1;
}

bool is_fitted(Observable quantity, const MeasuredCase& row) {
  // Where latencies were measured the rate follows from them.
  const bool has_latency = row.measured.front().quantity == Observable::TimeToFirstToken;
  return quantity == Observable::TimeToFirstToken || quantity == Observable::TimePerOutputToken ||
         (quantity == Observable::OutputRatePerChip && !has_latency);
}

Overrides overrides_of(const std::vector<ProfileParameter>& parameters, const Values& values) {
  Overrides overrides;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& name = parameters[i].range.name;
    overrides.emplace_back("/services/service/pools/pool/engine/profile/" + name,
                           parameters[i].is_time ? fmt::format("{:.9g} s", values[i])
                                                 : fmt::format("{:.9g}", values[i]));
  }
  return overrides;
}

using Rows = std::vector<const MeasuredCase*>;

EngineProfileConfig profile_with(EngineProfileConfig profile,
                                 const std::vector<ProfileParameter>& parameters,
                                 const Values& values) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto* field = schema_of<EngineProfileConfig>().find(parameters[i].range.name);
    CHECK(field != nullptr, "a profile has no field {}", parameters[i].range.name);
    field->set(&profile, values[i]);
  }
  return profile;
}

/// Rows ready to be played, each on a replica alone.
class PlayedRows {
 public:
  PlayedRows(const Rows& rows, const std::vector<ProfileParameter>& parameters, int threads)
      : parameters_(parameters), threads_(threads) {
    for (const auto* row : rows) {
      try {
        loops_.emplace_back(*row->served);
        rows_.push_back(row);
      } catch (const std::exception&) {
        // Does not fit, which the errors of the whole scenarios count.
      }
    }
  }

  std::size_t size() const { return rows_.size(); }

  std::vector<Values> residuals(const std::vector<Values>& points) const {
    std::vector<std::vector<ServedRates>> rates(points.size(),
                                                std::vector<ServedRates>(rows_.size()));
    std::vector<EngineProfileConfig> profiles;
    for (const auto& point : points) {
      profiles.push_back(profile_with(loops_.front().profile(), parameters_, point));
    }
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (auto i = next++; i < points.size() * rows_.size(); i = next++) {
        const auto row = i % rows_.size();
        rates[i / rows_.size()][row] = loops_[row].play(profiles[i / rows_.size()]);
      }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < threads_; ++i) {
      threads.emplace_back(work);
    }
    work();
    for (auto& thread : threads) {
      thread.join();
    }
    std::vector<Values> residuals;
    for (std::size_t i = 0; i < points.size(); ++i) {
      residuals.push_back(residuals_at(points[i], rates[i]));
    }
    return residuals;
  }

 private:
  Values residuals_at(const Values& point, const std::vector<ServedRates>& rates) const {
    Values residuals;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      const auto& measured = rows_[r]->measured;
      const auto predicted =
          served_measurements(rates[r], measured, static_cast<double>(rows_[r]->served->chips()));
      for (std::size_t q = 0; q < measured.size(); ++q) {
        if (is_fitted(measured[q].quantity, *rows_[r])) {
          residuals.push_back(weight_of(measured[q].quantity) *
                              std::log(predicted[q].value / measured[q].value));
        }
      }
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      residuals.push_back(prior_residual(parameters_[i], point[i]));
    }
    return residuals;
  }

  /// As strong as one row at the edge of the loss where the parameter is one width off.
  static double prior_residual(const ProfileParameter& parameter, double value) {
    const double off =
        parameter.range.is_log ? std::log(value / parameter.prior) : value - parameter.prior;
    return loss_scale * off / parameter.prior_width;
  }

  const std::vector<ProfileParameter>& parameters_;
  int threads_;
  Rows rows_;
  std::vector<ClosedLoop> loops_;
};

ServingErrors errors_at(const Rows& rows, const std::vector<ProfileParameter>& parameters,
                        const Values& values, int processes) {
  const auto overrides = overrides_of(parameters, values);
  std::vector<CaseJob> jobs;
  for (const auto* row : rows) {
    jobs.push_back({row, overrides});
  }
  const auto answers = run_cases(jobs, processes);
  ServingErrors errors;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t q = 0; answers[r].failure.empty() && q < rows[r]->measured.size(); ++q) {
      const auto quantity = rows[r]->measured[q].quantity;
      auto& sample = quantity == Observable::TimeToFirstToken     ? errors.ttft
                     : quantity == Observable::TimePerOutputToken ? errors.tpot
                                                                  : errors.rate;
      sample.add(answers[r].predicted[q].value, rows[r]->measured[q].value);
    }
  }
  return errors;
}

FitResult fit_rows(const Rows& rows, const std::vector<ProfileParameter>& parameters,
                   const Values& start, int iterations, bool is_thorough, int processes) {
  std::vector<Parameter> ranges;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    ranges.push_back(parameters[i].range);
    ranges.back().start = std::clamp(start[i], ranges.back().low, ranges.back().high);
  }
  FitOptions options;
  options.loss_scale = loss_scale;
  options.max_iterations = iterations;
  options.tolerance = 1e-3;
  // Schedules of requests change in steps: differences must be larger than these.
  options.difference_step = 0.02;
  options.trials = 3;
  const PlayedRows played(rows, parameters, processes);
  const BatchResiduals residuals = [&played](const std::vector<Values>& points) {
    return played.residuals(points);
  };
  // Rows that no engine explains (compilation in the first minute, prompts from a cache, batch caps
  // that are not recorded) must not bend the rest, so the loss forgets them; as it has several
  // minima, the better of two descents counts: from the start, and from where a convex loss leads.
  options.loss = Loss::Cauchy;
  const auto near = least_squares(ranges, residuals, options);
  if (!is_thorough) {
    return near;
  }
  options.loss = Loss::SoftL1;
  const auto convex = least_squares(ranges, residuals, options);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    ranges[i].start = convex.values[i];
  }
  options.loss = Loss::Cauchy;
  const auto far = least_squares(ranges, residuals, options);
  return near.cost <= far.cost ? near : far;
}

Values starts_of(const std::vector<ProfileParameter>& parameters) {
  Values starts;
  for (const auto& parameter : parameters) {
    starts.push_back(parameter.range.start);
  }
  return starts;
}

Values priors_of(const std::vector<ProfileParameter>& parameters) {
  Values priors;
  for (const auto& parameter : parameters) {
    priors.push_back(parameter.prior);
  }
  return priors;
}

Rows thinned(const Rows& rows, std::size_t rows_max) {
  if (rows.size() <= rows_max) {
    return rows;
  }
  Rows kept;
  for (std::size_t i = 0; i < rows_max; ++i) {
    kept.push_back(rows[i * rows.size() / rows_max]);
  }
  return kept;
}

/// Fits without each group in turn; groups that leave too few rows are passed over.
void leave_out(const std::string& kind, const Rows& rows,
               const std::function<std::string(const MeasuredCase&)>& label,
               const ServingFitOptions& options, ProfileFit& fit) {
  std::vector<std::string> labels;
  for (const auto* row : rows) {
    labels.push_back(label(*row));
  }
  const auto folds = leave_one_label_out(labels);
  for (const auto& fold : folds) {
    Rows others;
    Rows held_out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      (labels[i] == fold.name ? held_out : others).push_back(rows[i]);
    }
    if (others.size() < 2 * fit.parameters.size()) {
      continue;
    }
    if (options.tell) {
      options.tell(fmt::format("{} without {} {}", fit.profile, kind, fold.name));
    }
    constexpr int few_iterations = 8;
    // From the priors on: the catalogue's values have seen the held-out rows.
    const auto refit = fit_rows(others, fit.parameters, priors_of(fit.parameters), few_iterations,
                                false, options.processes);
    fit.held_out.push_back(
        {kind, fold.name, errors_at(held_out, fit.parameters, refit.values, options.processes)});
  }
}

}  // namespace

std::vector<ProfileParameter> profile_parameters(const std::string& profile) {
  const auto now = catalogue_entry<EngineProfileConfig>("engines", profile);
  const auto time = [](std::string name, Seconds start, double high, double prior, double width) {
    return ProfileParameter{{std::move(name), start.si(), 0, high, false}, prior, width, true};
  };
  // Served kernels are the tables' kernels: factors far from 1 would stand for something else.
  const auto factor = [](std::string name, double start, double spread, double width) {
    return ProfileParameter{
        {std::move(name), std::clamp(start, 1 / spread, spread), 1 / spread, spread, true},
        1,
        width,
        false};
  };
  return {
      time("step_overhead", now.step_overhead, 20e-3, 0.7e-3, 1e-3),
      time("sequence_overhead", now.sequence_overhead, 200e-6, 5e-6, 20e-6),
      time("request_overhead", now.request_overhead, 1, 20e-3, 50e-3),
      time("request_token_overhead", now.request_token_overhead, 50e-6, 2e-6, 5e-6),
      factor("layer_gap_factor", now.layer_gap_factor, 3, 0.3),
      factor("host_layer_factor", now.host_layer_factor, 3, 0.3),
      factor("matmul_factor", now.matmul_factor, 1.6, 0.15),
      factor("expert_factor", now.expert_factor, 2, 0.25),
      factor("communication_factor", now.communication_factor, 2.5, 0.3),
      factor("decode_attention_factor", now.decode_attention_factor, 1.6, 0.15),
      factor("prefill_attention_factor", now.prefill_attention_factor, 1.6, 0.2),
      {{"quantization_share", now.quantization_share, 0, 1, false}, 0.5, 0.3, false},
  };
}

std::vector<ProfileFit> fit_profiles(const std::vector<MeasuredCase>& cases,
                                     const ServingFitOptions& options) {
  std::map<std::string, Rows> rows_of;
  for (const auto& row : cases) {
    const bool is_served =
        row.served != nullptr &&
        std::any_of(row.measured.begin(), row.measured.end(),
                    [&](const Measurement& measured) { return is_fitted(measured.quantity, row); });
    if (is_served) {
      rows_of[row.labels.engine].push_back(&row);
    }
  }
  std::vector<ProfileFit> fits;
  for (const auto& [profile, all] : rows_of) {
    ProfileFit fit;
    fit.profile = profile;
    fit.parameters = profile_parameters(profile);
    const auto rows = thinned(all, options.rows_max);
    fit.rows = rows.size();
    if (rows.size() < 2 * fit.parameters.size()) {
      continue;
    }
    if (options.tell) {
      options.tell(fmt::format("{}: {} of {} rows", profile, rows.size(), all.size()));
    }
    const auto starts = starts_of(fit.parameters);
    constexpr int iterations = 15;
    fit.fit = fit_rows(rows, fit.parameters, starts, iterations, true, options.processes);
    fit.before = errors_at(all, fit.parameters, starts, options.processes);
    fit.after = errors_at(all, fit.parameters, fit.fit.values, options.processes);
    if (options.leave_models_out) {
      leave_out(
          "model", rows, [](const MeasuredCase& row) { return row.labels.model; }, options, fit);
    }
    if (options.leave_chips_out) {
      leave_out(
          "chip", rows, [](const MeasuredCase& row) { return row.labels.chip; }, options, fit);
    }
    fits.push_back(std::move(fit));
  }
  return fits;
}

}  // namespace tokenfab

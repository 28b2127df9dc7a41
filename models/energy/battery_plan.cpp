// SPDX-License-Identifier: Apache-2.0
#include "models/energy/battery_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/check.hpp"

#ifdef TOKENFAB_HAS_CLP
#include <coin/Clp_C_Interface.h>
#endif

namespace tokenfab {

#ifdef TOKENFAB_HAS_CLP

namespace {

/// Columns of one step.
enum Column { Free, Bought, Given, Charge, columns_per_step };
/// Rows of one step.
enum Row { Balance, Inverter, rows_per_step };

/// Problems of the branch and bound; the best plan so far is kept beyond that. Days need a handful.
constexpr int nodes_max = 500;
/// A plan that moves energy for nothing is not better than one that rests: relative to the price.
constexpr double idle_preference = 1e-7;
constexpr double tolerance = 1e-7;  // of the rated power

}  // namespace

/// In units of the rated power and of that power over an hour.
class BatteryPlanner::Program {
 public:
  ~Program() {
    if (model_ != nullptr) {
      Clp_deleteModel(model_);
    }
  }

  std::vector<Watts> solve(const PlanInputs& inputs) {
    load(inputs);
    best_cost_ = std::numeric_limits<double>::infinity();
    nodes_ = 0;
    branch();
    std::vector<Watts> powers;
    for (std::size_t t = 0; t < steps_; ++t) {
      const double* step = &best_[t * columns_per_step];
      powers.push_back(inputs.power * (step[Given] - step[Free] - step[Bought]));
    }
    return powers;
  }

 private:
  std::size_t column(std::size_t t, Column which) const { return t * columns_per_step + which; }

  void load(const PlanInputs& inputs) {
    const double power = inputs.power.si();
    const double energy = power * 3600;
    steps_ = inputs.steps.size();
    surplus_.assign(steps_, 0);
    lower_.assign(steps_ * columns_per_step, 0);
    upper_.assign(steps_ * columns_per_step, 0);
    std::vector<double> cost(steps_ * columns_per_step, 0);
    std::vector<double> row_lower(steps_ * rows_per_step, 0);
    std::vector<double> row_upper(steps_ * rows_per_step, 0);
    double scale = 0;
    for (const auto& step : inputs.steps) {
      scale = std::max(scale, std::abs(step.price.si()));
    }
    scale = scale > 0 ? scale : 1;
    for (std::size_t t = 0; t < steps_; ++t) {
      const auto& step = inputs.steps[t];
      const double hours = step.span.si() / 3600;
      const double net = step.net_load.si() / power;
      const double room =
          inputs.import_limit ? std::max(0.0, inputs.import_limit->si() / power - net) : 1;
      surplus_[t] = std::clamp(-net, 0.0, 1.0);
      upper_[column(t, Free)] = surplus_[t];
      upper_[column(t, Bought)] = std::min(1.0, room);
      upper_[column(t, Given)] = std::clamp(net, 0.0, 1.0);
      lower_[column(t, Charge)] = inputs.charge_min.si() / energy;
      upper_[column(t, Charge)] = inputs.charge_max.si() / energy;
      const double price = step.price.si() / scale;
      cost[column(t, Free)] = idle_preference * hours;
      cost[column(t, Bought)] = (price + idle_preference) * hours;
      cost[column(t, Given)] = (-price + idle_preference) * hours;
      row_upper[t * rows_per_step + Inverter] = 1;
      row_lower[t * rows_per_step + Inverter] = -1;
    }
    row_lower[Balance] = row_upper[Balance] = inputs.charge.si() / energy;
    load_matrix(inputs, cost, row_lower, row_upper);
  }

  /// Column by column: charge_t - charge_t-1 - e (free + bought) h + given h / e = 0.
  void load_matrix(const PlanInputs& inputs, const std::vector<double>& cost,
                   const std::vector<double>& row_lower, const std::vector<double>& row_upper) {
    std::vector<CoinBigIndex> starts;
    std::vector<int> rows;
    std::vector<double> values;
    const auto add = [&](std::size_t row, double value) {
      rows.push_back(static_cast<int>(row));
      values.push_back(value);
    };
    for (std::size_t t = 0; t < steps_; ++t) {
      const double hours = inputs.steps[t].span.si() / 3600;
      const double efficiency = inputs.one_way_efficiency;
      const std::size_t balance = t * rows_per_step + Balance;
      for (int charging = 0; charging < 2; ++charging) {
        starts.push_back(static_cast<CoinBigIndex>(rows.size()));
        add(balance, -efficiency * hours);
        add(t * rows_per_step + Inverter, 1);
      }
      starts.push_back(static_cast<CoinBigIndex>(rows.size()));
      add(balance, hours / efficiency);
      add(t * rows_per_step + Inverter, -1);
      starts.push_back(static_cast<CoinBigIndex>(rows.size()));
      add(balance, 1);
      if (t + 1 < steps_) {
        add(balance + rows_per_step, -1);
      }
    }
    starts.push_back(static_cast<CoinBigIndex>(rows.size()));
    if (model_ != nullptr) {
      Clp_deleteModel(model_);
    }
    model_ = Clp_newModel();
    Clp_setLogLevel(model_, 0);
    Clp_loadProblem(model_, static_cast<int>(steps_ * columns_per_step),
                    static_cast<int>(steps_ * rows_per_step), starts.data(), rows.data(),
                    values.data(), lower_.data(), upper_.data(), cost.data(), row_lower.data(),
                    row_upper.data());
  }

  /// Solves under the present bounds and, where the solution cannot be had, under narrower ones.
  void branch() {
    if (++nodes_ > nodes_max && std::isfinite(best_cost_)) {
      return;
    }
    Clp_chgColumnLower(model_, lower_.data());
    Clp_chgColumnUpper(model_, upper_.data());
    Clp_dual(model_, 0);
    if (Clp_status(model_) != 0) {
      return;  // nothing left under these bounds
    }
    const double cost = Clp_objectiveValue(model_);
    if (cost >= best_cost_ - 1e-12) {
      return;
    }
    const double* solved = Clp_primalColumnSolution(model_);
    const std::vector<double> plan(solved, solved + steps_ * columns_per_step);
    for (std::size_t t = 0; t < steps_; ++t) {
      const double* step = &plan[t * columns_per_step];
      if (step[Free] + step[Bought] > tolerance && step[Given] > tolerance) {
        const bool gives = step[Given] > step[Free] + step[Bought];
        for (const bool is_giving : {gives, !gives}) {
          with_upper(t, is_giving ? std::vector{Free, Bought} : std::vector{Given});
        }
        return;
      }
      if (step[Bought] > tolerance && step[Free] < surplus_[t] - tolerance) {
        with_upper(t, {Bought});
        const double kept = lower_[column(t, Free)];
        lower_[column(t, Free)] = surplus_[t];
        branch();
        lower_[column(t, Free)] = kept;
        return;
      }
    }
    best_cost_ = cost;
    best_ = plan;
  }

  /// Goes on with these columns of a step at nothing.
  void with_upper(std::size_t t, const std::vector<Column>& closed) {
    const auto kept = upper_;
    for (const auto which : closed) {
      upper_[column(t, which)] = 0;
    }
    branch();
    upper_ = kept;
  }

  Clp_Simplex* model_ = nullptr;
  std::size_t steps_ = 0;
  int nodes_ = 0;
  std::vector<double> surplus_;
  std::vector<double> lower_;
  std::vector<double> upper_;
  std::vector<double> best_;
  double best_cost_ = 0;
};

bool BatteryPlanner::is_built() { return true; }

BatteryPlanner::BatteryPlanner() : program_(std::make_unique<Program>()) {}

std::vector<Watts> BatteryPlanner::solve(const PlanInputs& inputs) {
  CHECK(!inputs.steps.empty() && inputs.power > Watts(0), "{} steps, {} W", inputs.steps.size(),
        inputs.power.si());
  return program_->solve(inputs);
}

#else

class BatteryPlanner::Program {};

bool BatteryPlanner::is_built() { return false; }

BatteryPlanner::BatteryPlanner() = default;

std::vector<Watts> BatteryPlanner::solve(const PlanInputs& inputs) {
  CHECK(is_built(), "{} steps, but no CLP in this build", inputs.steps.size());
  return {};
}

#endif

BatteryPlanner::~BatteryPlanner() = default;

}  // namespace tokenfab

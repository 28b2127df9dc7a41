// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "sim/process/child_pool.hpp"
#include "sim/report/cost_curves.hpp"
#include "sim/report/result_files.hpp"
#include "sim/scenario/chip_nodes.hpp"
#include "tools/commands.hpp"
#include "tools/curve_point.hpp"
#include "tools/curve_scenario.hpp"
#include "tools/curve_views.hpp"
#include "tools/study_progress.hpp"

namespace tokenfab::tools {
namespace {

const std::vector<std::string> default_chips{"h100-sxm", "h200", "b200", "gb200"};

template <class Value>
std::vector<Value> without_repeats(const std::vector<Value>& values) {
  std::vector<Value> kept;
  for (const auto& each : values) {
    if (std::find(kept.begin(), kept.end(), each) == kept.end()) {
      kept.push_back(each);
    }
  }
  return kept;
}

/// What the words of the command line stand for.
struct CurvePlan {
  std::vector<ChipNode> nodes;
  std::vector<std::string> engines;  // profiles; one empty: the scenario's
  std::vector<PricedView> views;
};

CurvePlan plan_of(const CurveCommand& command, const EmbeddedTables& tables) {
  CurvePlan plan;
  std::vector<std::string> problems;
  const bool names_none = command.chips.empty() && command.nodes.empty();
  plan.nodes = chip_nodes(tables, without_repeats(names_none ? default_chips : command.chips),
                          without_repeats(command.nodes), problems);
  plan.engines = without_repeats(command.engines);
  for (const auto& engine : plan.engines) {
    if (tables.find("engines", engine) == nullptr) {
      problems.push_back(no_such_entry(tables, "engines", engine));
    }
  }
  if (plan.engines.empty()) {
    plan.engines.emplace_back();
  }
  plan.views = curve_views(without_repeats(command.views), problems);
  if (!problems.empty()) {
    throw UsageError(fmt::format("{}", fmt::join(problems, "\n  ")));
  }
  return plan;
}

/// A point that is to be played, and where its values go.
struct PointJob {
  CurveSetting setting;
  std::size_t line = 0;
  std::size_t point = 0;
};

class CurveRun {
 public:
  CurveRun(const CurveCommand& command, const CurvePlan& plan, const EmbeddedTables& tables)
      : command_(command),
        scenario_(load_scenario(command.request)),
        subject_(curve_subject(scenario_)) {
    const auto& tokens = curve_tokens_names();
    curves_.name = scenario_.config->name;
    curves_.subject =
        fmt::format("{}, {} weights, {}", subject_.model, subject_.format, subject_.lengths);
    curves_.tokens = static_cast<CurveTokens>(
        std::find(tokens.begin(), tokens.end(), command.tokens) - tokens.begin());
    for (const auto& each : plan.views) {
      curves_.views.push_back(each.view);
    }
    for (const auto& node : plan.nodes) {
      const auto rents = rents_usd_per_h(tables, node.chip, plan.views);
      for (const auto& engine : plan.engines) {
        add_line(node, engine, rents, plan.engines.size() > 1);
      }
    }
  }

  CostCurves play() {
    std::vector<std::function<std::string()>> works;
    for (const auto& job : jobs_) {
      works.emplace_back([this, &job] {
        return play_point(point_request(command_.request, subject_, job.setting),
                          curves_.lines[job.line].rents_usd_per_h);
      });
    }
    StudyProgress progress(Progress::Auto, works.size());
    const auto answers = answers_of_children(
        works, processes(), [&progress](std::size_t done) { progress.print(done); });
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (!answers[i].failure.empty()) {
        throw std::runtime_error(answers[i].failure);
      }
      read_point(answers[i].text, curves_.lines[jobs_[i].line].points[jobs_[i].point]);
    }
    refuse_nothing();
    return std::move(curves_);
  }

 private:
  void add_line(const ChipNode& node, const std::string& engine,
                const std::map<std::string, double>& rents, bool names_engine) {
    CurveLine line;
    line.chip = node.chip;
    line.node = node.node;
    line.rents_usd_per_h = rents;
    line.label = label_of(node) + (names_engine ? " " + engine : "");
    const auto profile = profile_of(engine);
    line.engine = profile.engine;
    line.engine_version = profile.version;
    line.engine_date = profile.date;
    auto sizes = without_repeats(command_.tensor_parallel_sizes);
    auto levels = without_repeats(command_.concurrency);
    std::sort(sizes.begin(), sizes.end());
    std::sort(levels.begin(), levels.end());
    for (const auto size : sizes) {
      for (const auto level : levels) {
        jobs_.push_back({{node.node, node.chips, engine, size, level},
                         curves_.lines.size(),
                         line.points.size()});
        auto& point = line.points.emplace_back();
        point.tensor_parallel_size = size;
        point.concurrency = level;
      }
    }
    curves_.lines.push_back(std::move(line));
  }

  /// The chip, unless nodes were asked for or it is there already.
  std::string label_of(const ChipNode& node) const {
    const auto& nodes = command_.nodes;
    const bool is_asked_for = std::find(nodes.begin(), nodes.end(), node.node) != nodes.end();
    return is_asked_for ? node.node : node.chip;
  }

  EngineProfileConfig profile_of(const std::string& engine) const {
    if (engine.empty()) {
      return scenario_.pools.front().config->engine->profile;
    }
    auto request = command_.request;
    request.overrides.emplace_back(subject_.pool + "/engine/profile",
                                   fmt::format(R"({{"use": "{}"}})", engine));
    return load_scenario(request).pools.front().config->engine->profile;
  }

  int processes() const {
    return command_.jobs > 0 ? command_.jobs : static_cast<int>(processor_count());
  }

  /// Throws InfeasibleError if no point of any line could be played.
  void refuse_nothing() const {
    std::vector<Problem> problems;
    for (const auto& line : curves_.lines) {
      for (const auto& point : line.points) {
        if (point.infeasible.empty()) {
          return;
        }
      }
      problems.push_back({{command_.request.path, 0, 0},
                          "",
                          fmt::format("{}: {}", line.label, line.points.back().infeasible),
                          ""});
    }
    throw InfeasibleError(problems);
  }

  const CurveCommand& command_;
  Scenario scenario_;
  CurveSubject subject_;
  CostCurves curves_;
  std::vector<PointJob> jobs_;
};

/// All files or none.
void write_files(const CostCurves& curves, const std::string& folder) {
  std::vector<std::unique_ptr<PendingFile>> files;
  const auto add = [&](const std::string& name, const std::string& text) {
    files.push_back(std::make_unique<PendingFile>(folder + "/" + name));
    files.back()->write(text);
  };
  add("curve.csv", cost_curve_csv(curves));
  for (const auto& view : curves.views) {
    const auto plot = cost_curve_plot(curves, view);
    if (!plot.series.empty()) {
      add(fmt::format("curve-{}.svg", view.name), svg_of(plot));
    }
  }
  // Pictures of an earlier call that this one does not draw would stand for these curves.
  std::error_code absent;
  for (const auto& view : curve_view_names()) {
    std::filesystem::remove(fmt::format("{}/curve-{}.svg", folder, view), absent);
  }
  for (const auto& file : files) {
    file->commit();
  }
}

}  // namespace

int curve(const CurveCommand& command) {
  const EmbeddedTables tables;
  const auto plan = plan_of(command, tables);
  CurveRun run(command, plan, tables);
  const auto curves = run.play();
  const auto folder =
      command.out.empty() ? fmt::format("results/{}-curve", curves.name) : command.out;
  write_files(curves, folder);
  fmt::print("{}\n  curve.csv and a picture of every view in {}\n", cost_curve_table(curves),
             folder);
  return exit_ok;
}

}  // namespace tokenfab::tools

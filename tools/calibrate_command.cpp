// SPDX-License-Identifier: Apache-2.0
// `tokenfab calibrate`: tables of measurements in, constants of the catalogue out.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <utility>

#include "sim/calibration/kernel_report.hpp"
#include "sim/calibration/power_report.hpp"
#include "sim/calibration/serving_report.hpp"
#include "sim/calibration/training_report.hpp"
#include "sim/data/byte_stream.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/sha256.hpp"
#include "sim/measured/case_formats.hpp"
#include "sim/report/result_files.hpp"
#include "sim/scenario/catalogue_entry.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

std::string sha256_of_file(const std::string& path) {
  Sha256 hash;
  ByteStream stream(path, &hash);
  while (!stream.next_block().empty()) {
  }
  return hash.finish();
}

struct CalibrationFiles {
  std::vector<KernelFile> kernels;
  std::vector<MeasuredCase> cases;  // served and trained
};

/// A file whose header is neither a kernel table's nor that of measured cases is told with what
/// both miss; all such files at once.
CalibrationFiles read_files(const std::vector<std::string>& paths) {
  CalibrationFiles files;
  std::vector<Problem> problems;
  for (const auto& path : paths) {
    try {
      files.kernels.push_back(kernel_file(path));
      continue;
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
      const auto known = problems.size() - error.problems().size();
      try {
        auto cases = read_measured_file(path).cases;
        problems.resize(known);
        std::move(cases.begin(), cases.end(), std::back_inserter(files.cases));
      } catch (const DataError& other) {
        problems.insert(problems.end(), other.problems().begin(), other.problems().end());
      }
    }
  }
  if (!problems.empty()) {
    throw DataError(std::move(problems));
  }
  return files;
}

ServingFitOptions serving_options(const CalibrateCommand& command) {
  ServingFitOptions options;
  options.processes = command.jobs;
  options.rows_max = command.rows_max;
  options.leave_models_out =
      command.split == CalibrationSplit::HoldOut || command.split == CalibrationSplit::Model;
  options.leave_chips_out =
      command.split == CalibrationSplit::HoldOut || command.split == CalibrationSplit::System;
  options.tell = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
  return options;
}

TrainingFitOptions training_options(const CalibrateCommand& command) {
  const bool holds_all = command.split == CalibrationSplit::HoldOut;
  TrainingFitOptions options;
  options.threads = command.jobs;
  options.leave_models_out = holds_all || command.split == CalibrationSplit::Model;
  options.leave_sources_out = holds_all;
  options.leave_chips_out = holds_all || command.split == CalibrationSplit::System;
  options.tell = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
  return options;
}

std::map<std::string, ChipConfig> chips_of(const std::vector<KernelFile>& files) {
  const EmbeddedTables tables;
  std::map<std::string, ChipConfig> chips;
  std::vector<Problem> problems;
  for (const auto& file : files) {
    const std::string id(file.system.chip);
    if (chips.count(id) > 0) {
      continue;
    }
    if (tables.find("chips", id) == nullptr) {
      problems.push_back(problem_at(file.path, 0,
                                    fmt::format("chip {} is not in the catalogue: its data sheet "
                                                "is needed first",
                                                id)));
      continue;
    }
    chips[id] = catalogue_entry<ChipConfig>("chips", id);
  }
  if (!problems.empty()) {
    throw DataError(std::move(problems));
  }
  return chips;
}

Node data_node(const std::vector<std::string>& paths) {
  Node data = make_object({});
  for (const auto& path : paths) {
    add_member(data, std::filesystem::path(path).filename().string(),
               make_text(sha256_of_file(path), {}));
  }
  return data;
}

}  // namespace

int calibrate(const CalibrateCommand& command) {
  auto paths = command.paths;
  std::sort(paths.begin(), paths.end());
  const auto files = read_files(paths);
  const auto chips = chips_of(files.kernels);
  const Split split{command.split == CalibrationSplit::None ? 0 : 0.3, command.seed};
  const auto kernels = calibrate_kernels(files.kernels, chips, split, command.jobs);
  const auto profiles = fit_profiles(files.cases, serving_options(command));
  const auto training = fit_training(files.cases, training_options(command));
  const auto power =
      fit_power(power_rows(files.cases, command.jobs), command.split != CalibrationSplit::None);
  Node report = make_object({});
  add_member(report, "calibration_version", make_integer(1, {}));
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  add_member(report, "date", make_text(fmt::format("{:%F}", fmt::gmtime(now)), {}));
  add_member(report, "held_out_share", make_number(split.held_out_share, {}));
  add_member(report, "seed", make_integer(static_cast<std::int64_t>(split.seed), {}));
  add_member(report, "data", data_node(paths));
  add_member(report, "chips", kernel_values(kernels));
  add_member(report, "fits", kernel_fits(kernels));
  add_member(report, "engines", profile_values(profiles));
  add_member(report, "engine_fits", profile_fits(profiles));
  if (training.rows > 0) {
    add_member(report, "training", training_node(training));
  }
  add_member(report, "power", power_values(power));
  add_member(report, "power_fits", power_fits(power));
  PendingFile out(command.out);
  out.write(to_json(report, 2) + "\n");
  out.commit();
  fmt::print("{}{}{}{}", kernels.empty() ? "" : kernel_table(kernels),
             profiles.empty() ? "" : profile_table(profiles),
             training.rows == 0 ? "" : training_table(training),
             power.empty() ? "" : power_table(power));
  return exit_ok;
}

}  // namespace tokenfab::tools

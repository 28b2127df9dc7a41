// SPDX-License-Identifier: Apache-2.0
// `tokenfab calibrate`: tables of measurements in, constants of the catalogue out.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "models/catalog.hpp"
#include "sim/calibration/kernel_report.hpp"
#include "sim/config/reader.hpp"
#include "sim/data/byte_stream.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/sha256.hpp"
#include "sim/report/result_files.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

std::string sha256_of(const std::string& path) {
  Sha256 hash;
  ByteStream stream(path, &hash);
  while (!stream.next_block().empty()) {
  }
  return hash.finish();
}

/// A chip as a scenario names it.
struct NamedChip {
  ChipConfig chip;
  static void describe(Describe<NamedChip>& d) {
    d.object("chip", &NamedChip::chip, "The accelerator").catalogue("chips").required();
  }
};

/// All files that are no table we know, at once.
std::vector<KernelFile> kernel_files(const std::vector<std::string>& paths) {
  std::vector<KernelFile> files;
  std::vector<Problem> problems;
  for (const auto& path : paths) {
    try {
      files.push_back(kernel_file(path));
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) {
    throw DataError(std::move(problems));
  }
  return files;
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
    Node named = make_object({});
    add_member(named, "chip", make_text(id, {}));
    NamedChip found;
    read_object({plugin_table(), tables, {}}, schema_of<NamedChip>(), named, "", &found, problems);
    chips[id] = found.chip;
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
               make_text(sha256_of(path), {}));
  }
  return data;
}

}  // namespace

int calibrate(const CalibrateCommand& command) {
  auto paths = command.paths;
  std::sort(paths.begin(), paths.end());
  const auto files = kernel_files(paths);
  const auto chips = chips_of(files);
  const Split split{command.split == CalibrationSplit::None ? 0 : 0.3, command.seed};
  const auto kernels = calibrate_kernels(files, chips, split, command.jobs);
  Node report = make_object({});
  add_member(report, "calibration_version", make_integer(1, {}));
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  add_member(report, "date", make_text(fmt::format("{:%F}", fmt::gmtime(now)), {}));
  add_member(report, "held_out_share", make_number(split.held_out_share, {}));
  add_member(report, "seed", make_integer(static_cast<std::int64_t>(split.seed), {}));
  add_member(report, "data", data_node(paths));
  add_member(report, "chips", kernel_values(kernels));
  add_member(report, "fits", kernel_fits(kernels));
  PendingFile out(command.out);
  out.write(to_json(report, 2) + "\n");
  out.commit();
  fmt::print("{}", kernel_table(kernels));
  return exit_ok;
}

}  // namespace tokenfab::tools

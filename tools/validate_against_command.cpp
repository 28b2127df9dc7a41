// SPDX-License-Identifier: Apache-2.0
// `tokenfab validate-against`: every row of published measurements as a scenario, and how far off
// the simulator is.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>

#include "sim/measured/prediction_errors.hpp"
#include "sim/report/result_files.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

/// All files that cannot be read, at once.
std::vector<MeasuredFile> read_files(const std::vector<std::string>& paths) {
  std::vector<MeasuredFile> files;
  std::vector<Problem> problems;
  for (const auto& path : paths) {
    try {
      files.push_back(read_measured_file(path));
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) {
    throw DataError(std::move(problems));
  }
  return files;
}

/// Several files that appear together.
class PendingFolder {
 public:
  explicit PendingFolder(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }
  void add(const std::string& name, const std::string& text) {
    files_.push_back(
        std::make_unique<PendingFile>((std::filesystem::path(folder_) / name).string()));
    files_.back()->write(text);
  }
  void commit() {
    for (const auto& file : files_) {
      file->flush();
    }
    for (const auto& file : files_) {
      file->commit();
    }
  }

 private:
  std::string folder_;
  std::vector<std::unique_ptr<PendingFile>> files_;
};

BandSource band_source(const std::vector<MeasuredFile>& files) {
  std::string names;
  for (const auto& file : files) {
    names += (names.empty() ? "" : ", ") + std::filesystem::path(file.path).filename().string();
  }
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return {"tokenfab validate-against " + names, fmt::format("{:%Y-%m}", fmt::gmtime(now))};
}

void write_folder(const std::string& folder, const std::vector<MeasuredFile>& files,
                  const PredictionErrors& errors, const std::vector<ErrorTable>& tables) {
  PendingFolder out(folder);
  out.add("rows.csv", error_rows(errors));
  out.add("errors.md", error_markdown(errors, tables));
  out.add("error_bands.json", error_bands_json(band_samples(errors), band_source(files)));
  for (const auto& table : tables) {
    auto name = std::string(name_of(table.quantity));
    std::replace(name.begin(), name.end(), '_', '-');
    out.add(fmt::format("errors-{}.svg", name), error_plot(errors, table.quantity));
  }
  out.commit();
}

}  // namespace

int validate_against(const ValidateAgainstCommand& command) {
  const auto files = read_files(command.paths);
  const auto errors = predict_all(files, command.jobs, [](std::size_t done, std::size_t all) {
    constexpr std::size_t every = 200;
    if (done % every == 0) {
      fmt::print(stderr, "{} of {} rows\n", done, all);
    }
  });
  const auto tables = error_tables(errors, command.by.empty() ? label_names() : command.by);
  fmt::print("{}", error_text(errors, tables));
  if (!command.out.empty()) {
    write_folder(command.out, files, errors, tables);
    fmt::print("written to {}\n", command.out);
  }
  return exit_ok;
}

}  // namespace tokenfab::tools

// SPDX-License-Identifier: Apache-2.0
// The commands of the program. Each returns its exit code; user errors are thrown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/compare/table.hpp"
#include "sim/plan/plan_request.hpp"
#include "sim/scenario/loader.hpp"
#include "tools/exit_codes.hpp"

namespace tokenfab::tools {

enum class Progress { Auto, Json, None };
enum class Format { Text, Json };

struct RunCommand {
  ScenarioRequest request;
  std::string out;  // empty: results/NAME
  Progress progress = Progress::Auto;
  Format format = Format::Text;
  bool dry_run = false;
  std::optional<std::int64_t> replications;  // runs under different seeds
  std::optional<std::int64_t> jobs;          // of these at once; absent: one per processor
};
int run(const RunCommand& command);

/// Of TOKENFAB_DATA.
std::vector<std::string> data_folders();

int validate(const ScenarioRequest& request);

int list(const std::string& what, Format format);
/// What `list` can list.
std::vector<std::string> known_lists();

/// The tables of the catalogue, by name.
std::vector<std::string> catalogue_tables();

/// A JSON pointer into the scenario, a metric, a warning, or an entry of a table: "chips/b200".
int explain(const std::string& what);

/// The scenario's JSON Schema.
int schema();

struct ShowCommand {
  ScenarioRequest request;
  bool resolved = false;  // the only form there is; the command line requires it
  bool origins = false;
};
int show(const ShowCommand& command);

struct CompareCommand {
  std::vector<std::string> paths;  // scenarios, result folders or report.json files
  double tolerance = 1e-12;        // relative; differences of rounding are none
  bool tells_all = false;          // equal values too
  TableFormat format = TableFormat::Text;
  std::optional<std::int64_t> replications;         // of what is played
  std::string break_even;                           // what is varied; empty: nothing
  std::string metric = "cost_per_mtok_output_usd";  // that breaks even
  std::vector<std::string> chips;                   // for a table of generations; empty: none
  std::string out;                                  // folder for the picture; empty: none
  int jobs = 0;                                     // processes at once; 0: as many as processors
  std::vector<std::string> data_folders;
};
int compare(const CompareCommand& command);

struct ValidateAgainstCommand {
  std::vector<std::string> paths;  // tables of measurements
  std::vector<std::string> by;     // labels to group errors by; empty: all of them
  std::string out;                 // folder for rows, tables, plots and bands; empty: none
  int jobs = 1;                    // processes at once
};
int validate_against(const ValidateAgainstCommand& command);

/// What a calibration keeps back to be judged by.
enum class CalibrationSplit { HoldOut, Model, System, None };

struct CalibrateCommand {
  std::vector<std::string> paths;  // tables of measurements
  std::string out;
  CalibrationSplit split = CalibrationSplit::HoldOut;
  std::uint64_t seed = 1;
  std::size_t rows_max = 120;  // served rows of an engine profile that a fit plays
  int jobs = 1;
};
int calibrate(const CalibrateCommand& command);

struct CurveCommand {
  ScenarioRequest request;
  std::vector<std::string> chips;    // ids of the catalogue, each with a node that holds it
  std::vector<std::string> nodes;    // the nodes themselves
  std::vector<std::string> engines;  // profiles; empty: the scenario's
  std::vector<std::string> views{"hyperscaler", "neocloud", "rental", "own", "energy"};
  std::vector<std::int64_t> concurrency{1,  2,  3,  4,  6,  8,   12,  16,
                                        24, 32, 48, 64, 96, 128, 192, 256};
  std::vector<std::int64_t> tensor_parallel_sizes{1, 2, 4, 8};
  std::string tokens = "output";  // whose cost is drawn: output, input or total
  int jobs = 0;                   // processes at once; 0: as many as processors
  std::string out;                // empty: results/NAME-curve
};
int curve(const CurveCommand& command);
/// What `curve` knows as --views.
std::vector<std::string> curve_view_names();

struct TimelineCommand {
  std::string folder;  // of a result
  std::string out;     // empty: trace.json.gz in it
  std::string from;    // spans since the start; empty: the whole run
  std::string to;
  std::uint64_t events = 200'000;  // of the trace, at most
};
int timeline(const TimelineCommand& command);

struct PageCommand {
  std::vector<std::string> paths;  // of results; the first run is what the page is about
  std::string out;                 // the HTML file
};
int report_page(const PageCommand& command);

enum class Annotations { Auto, GitHub, None };

struct GateCommand {
  std::string baseline;
  std::vector<std::string> results;  // NAME=PATH, or paths
  std::string policy;                // empty: ours
  std::string today;                 // empty: the day it is
  bool update = false;               // writes the baseline instead of comparing with it
  bool partial = false;              // not all results of the baseline are given
  std::string junit;                 // files; empty: none
  std::string markdown;
  std::string benchmark;
  Annotations annotations = Annotations::Auto;  // where GitHub runs it
  Format format = Format::Text;
};
int gate(const GateCommand& command);

struct PlanCommand {
  PlanRequest request;
  std::vector<std::string> chips;         // ids of the catalogue, each with a node that holds it
  std::vector<std::string> nodes;         // the nodes themselves
  std::vector<std::string> splits;        // "mixed" or "2:1", prefill to decode replicas
  std::string replicas = "auto";          // "N..M", "N" or "auto"
  std::optional<std::int64_t> finalists;  // absent: twelve
  std::optional<std::int64_t> jobs;       // processes at once; absent: one per processor
  Progress progress = Progress::Auto;
  Format format = Format::Text;
  std::string out;  // empty: results/NAME-plan
};
int plan(const PlanCommand& command);

struct SweepCommand {
  std::string path;  // of the sweep file
  std::string out;   // the database
  std::vector<std::string> data_folders;
  std::optional<std::int64_t> jobs;  // processes at once; absent: one per processor
  std::string shard;                 // "i/N"; empty: that of the Slurm task, else all
  Progress progress = Progress::Auto;
  bool resume = false;
  bool dry_run = false;
};
int sweep(const SweepCommand& command);

struct SweepMergeCommand {
  std::string out;                 // a database that is not there yet
  std::vector<std::string> paths;  // databases of shards
};
int sweep_merge(const SweepMergeCommand& command);

struct SweepCsvCommand {
  std::string path;  // a database
  std::string out;   // empty: standard output
};
int sweep_csv(const SweepCsvCommand& command);

struct RerunCommand {
  std::string path;                       // report.json or its folder
  std::vector<std::string> data_folders;  // before all others
};
int rerun(const RerunCommand& command);

/// Prints the architecture of a Hugging Face config.json as an entry of our catalogue. An empty
/// `id` is made of the path.
int import_hf(const std::string& path, const std::string& id);
std::string version_text();

}  // namespace tokenfab::tools

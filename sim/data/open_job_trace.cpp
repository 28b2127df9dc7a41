// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_job_trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/job_csv_traces.hpp"
#include "sim/data/line_reader.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/swf_trace.hpp"

namespace tokenfab {
namespace {

template <class Trace>
std::unique_ptr<JobReader> open_as(ByteStream stream) {
  return std::make_unique<Trace>(std::move(stream));
}

constexpr std::array formats{
    JobTraceFormat{"csv", "Tokenfab job trace (your own)", "yours",
                   "the file with columns submit_s,run_s,chips", &JobCsvTrace::recognises,
                   open_as<JobCsvTrace>},
    JobTraceFormat{"openb", "Alibaba cluster-trace-gpu-v2023 (alibaba/clusterdata)", "CC-BY-4.0",
                   "openb_pod_list_default.csv (or alibaba2023_openb_pods.csv.gz)",
                   &OpenbTrace::recognises, open_as<OpenbTrace>},
    JobTraceFormat{"philly", "Philly jobs as of gavel or of Chronus (msr-fiddle/philly-traces)",
                   "CC-BY-4.0", "philly_gavel_vc_11cb48.csv.gz or philly_chronus_mix1.csv.gz",
                   &PhillyTrace::recognises, open_as<PhillyTrace>},
    JobTraceFormat{"swf", "Standard Workload Format (Parallel Workloads Archive)",
                   "free use with acknowledgement", "a file such as NASA-iPSC-1993-3.1-cln.swf.gz",
                   &SwfTrace::recognises, open_as<SwfTrace>},
};

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const auto& format : formats) {
    names.push_back(format.name);
  }
  return names;
}

const JobTraceFormat& require_format(std::string_view name, const std::string& file) {
  if (const auto* format = find_job_trace_format(name)) {
    return *format;
  }
  const auto names = format_names();
  throw ConfigError({problem_at(file, 0,
                                fmt::format("unknown job trace format {}, expected one of {}",
                                            quote(name), fmt::join(names, ", ")),
                                did_you_mean(name, names))});
}

}  // namespace

std::span<const JobTraceFormat> job_trace_formats() { return formats; }

const JobTraceFormat* find_job_trace_format(std::string_view name) {
  const auto found =
      std::find_if(formats.begin(), formats.end(),
                   [&](const JobTraceFormat& format) { return format.name == name; });
  return found == formats.end() ? nullptr : &*found;
}

std::string_view sniff_job_trace_format(ByteStream stream) {
  LineReader lines(std::move(stream));
  std::string_view line;
  while (lines.next(line) && line.find_first_not_of(" \t") == std::string_view::npos) {
  }
  std::vector<std::string_view> found;
  for (const auto& format : formats) {
    if (format.recognises(line)) {
      found.push_back(format.name);
    }
  }
  if (found.size() == 1) {
    return found.front();
  }
  const auto what =
      found.empty() ? fmt::format("the first line {} is of no known job trace format", quote(line))
                    : fmt::format("the first line {} may be of the formats {}", quote(line),
                                  fmt::join(found, " and "));
  throw DataError({problem_at(lines.file(), 1, what,
                              fmt::format("known formats: {}", fmt::join(format_names(), ", ")))});
}

std::unique_ptr<JobReader> open_job_trace(const std::string& path, std::string_view format) {
  const JobTraceFormat& known = require_format(format, path);
  return known.open(ByteStream(path));
}

std::unique_ptr<JobReader> open_job_trace(ByteStream stream, std::string_view format) {
  const JobTraceFormat& known = require_format(format, stream.name());
  return known.open(std::move(stream));
}

}  // namespace tokenfab

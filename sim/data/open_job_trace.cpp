// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_job_trace.hpp"

#include <array>
#include <utility>

#include "sim/data/job_csv_traces.hpp"
#include "sim/data/known_formats.hpp"
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

constexpr auto kind = "job trace";

}  // namespace

std::span<const JobTraceFormat> job_trace_formats() { return formats; }

const JobTraceFormat* find_job_trace_format(std::string_view name) {
  return find_format(job_trace_formats(), name);
}

std::string_view sniff_job_trace_format(ByteStream stream) {
  return sniff_format(job_trace_formats(), kind, std::move(stream));
}

std::unique_ptr<JobReader> open_job_trace(const std::string& path, std::string_view format) {
  const auto& known = require_format(job_trace_formats(), kind, format, path);
  return known.open(ByteStream(path));
}

std::unique_ptr<JobReader> open_job_trace(ByteStream stream, std::string_view format) {
  const auto& known = require_format(job_trace_formats(), kind, format, stream.name());
  return known.open(std::move(stream));
}

}  // namespace tokenfab

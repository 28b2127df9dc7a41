// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/azure_trace.hpp"
#include "sim/data/burstgpt_trace.hpp"
#include "sim/data/csv_trace.hpp"
#include "sim/data/line_reader.hpp"
#include "sim/data/mooncake_trace.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/ragpulse_trace.hpp"

namespace tokenfab {
namespace {

template <class Trace>
std::unique_ptr<RequestReader> open_as(ByteStream stream) {
  return std::make_unique<Trace>(std::move(stream));
}

constexpr std::array formats{
    TraceFormat{"azure", "Azure LLM inference trace 2023 (Azure/AzurePublicDataset)", "CC-BY-4.0",
                "AzureLLMInferenceTrace_conv.csv (or azure2023_conv.csv.gz)",
                &AzureTrace::recognises, open_as<AzureTrace>},
    TraceFormat{"burstgpt", "BurstGPT trace 2023 (HPMLL/BurstGPT)", "CC-BY-4.0", "BurstGPT_1.csv",
                &BurstgptTrace::recognises, open_as<BurstgptTrace>},
    TraceFormat{"csv", "Tokenfab request trace (your own)", "yours",
                "the file with columns arrival_s,input_tokens,output_tokens", &CsvTrace::recognises,
                open_as<CsvTrace>},
    TraceFormat{"mooncake", "Mooncake trace 2024 (kvcache-ai/Mooncake)", "Apache-2.0",
                "conversation_trace.jsonl (or mooncake_conversation.jsonl.gz)",
                &MooncakeTrace::recognises, open_as<MooncakeTrace>},
    TraceFormat{"ragpulse", "RAGPulse trace 2025 (flashserve/RAGPulse)", "MIT",
                "0_trace.jsonl (or 0_trace.jsonl.gz) with its five files of lengths",
                &RagpulseTrace::recognises, open_as<RagpulseTrace>},
};

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const auto& format : formats) {
    names.push_back(format.name);
  }
  return names;
}

const TraceFormat& require_format(std::string_view name, const std::string& file) {
  if (const auto* format = find_trace_format(name)) {
    return *format;
  }
  const auto names = format_names();
  throw ConfigError({problem_at(file, 0,
                                fmt::format("unknown trace format {}, expected one of {}",
                                            quote(name), fmt::join(names, ", ")),
                                did_you_mean(name, names))});
}

[[noreturn]] void reject_sniffed(const std::string& file, std::string_view first_line,
                                 const std::vector<std::string_view>& found) {
  const auto what = found.empty() ? fmt::format("the first line {} is of no known trace format",
                                                quote(first_line))
                                  : fmt::format("the first line {} may be of the formats {}",
                                                quote(first_line), fmt::join(found, " and "));
  throw DataError({problem_at(file, 1, what,
                              fmt::format("known formats: {}", fmt::join(format_names(), ", ")))});
}

}  // namespace

std::span<const TraceFormat> trace_formats() { return formats; }

const TraceFormat* find_trace_format(std::string_view name) {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [&](const TraceFormat& format) { return format.name == name; });
  return found == formats.end() ? nullptr : &*found;
}

std::string_view sniff_trace_format(ByteStream stream) {
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
  if (found.size() != 1) {
    reject_sniffed(lines.file(), line, found);
  }
  return found.front();
}

std::unique_ptr<RequestReader> open_request_trace(const std::string& path,
                                                  std::string_view format) {
  const TraceFormat& known = require_format(format, path);
  return known.open(ByteStream(path));
}

std::unique_ptr<RequestReader> open_request_trace(ByteStream stream, std::string_view format) {
  const TraceFormat& known = require_format(format, stream.name());
  return known.open(std::move(stream));
}

}  // namespace tokenfab

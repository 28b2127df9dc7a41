// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_trace.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/data/azure_trace.hpp"
#include "sim/data/csv_trace.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

template <class Trace>
std::unique_ptr<RequestReader> open_as(ByteStream stream) {
  return std::make_unique<Trace>(std::move(stream));
}

constexpr std::array formats{
    TraceFormat{"azure", "Azure LLM inference trace 2023 (Azure/AzurePublicDataset)", "CC-BY-4.0",
                "AzureLLMInferenceTrace_conv.csv (or azure2023_conv.csv.gz)", open_as<AzureTrace>},
    TraceFormat{"csv", "Tokenfab request trace (your own)", "yours",
                "the file with columns arrival_s,input_tokens,output_tokens", open_as<CsvTrace>},
};

const TraceFormat& require_format(std::string_view name, const std::string& file) {
  if (const auto* format = find_trace_format(name)) {
    return *format;
  }
  std::array<std::string_view, formats.size()> names;
  std::transform(formats.begin(), formats.end(), names.begin(),
                 [](const TraceFormat& format) { return format.name; });
  throw ConfigError({problem_at(file, 0,
                                fmt::format("unknown trace format {}, expected one of {}",
                                            quote(name), fmt::join(names, ", ")),
                                did_you_mean(name, names))});
}

}  // namespace

std::span<const TraceFormat> trace_formats() { return formats; }

const TraceFormat* find_trace_format(std::string_view name) {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [&](const TraceFormat& format) { return format.name == name; });
  return found == formats.end() ? nullptr : &*found;
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

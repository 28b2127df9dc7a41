// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_trace.hpp"

#include <array>
#include <utility>

#include "sim/data/azure_trace.hpp"
#include "sim/data/burstgpt_trace.hpp"
#include "sim/data/csv_trace.hpp"
#include "sim/data/known_formats.hpp"
#include "sim/data/mooncake_trace.hpp"
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

constexpr auto kind = "trace";

}  // namespace

std::span<const TraceFormat> trace_formats() { return formats; }

const TraceFormat* find_trace_format(std::string_view name) {
  return find_format(trace_formats(), name);
}

std::string_view sniff_trace_format(ByteStream stream) {
  return sniff_format(trace_formats(), kind, std::move(stream));
}

std::unique_ptr<RequestReader> open_request_trace(const std::string& path,
                                                  std::string_view format) {
  const auto& known = require_format(trace_formats(), kind, format, path);
  return known.open(ByteStream(path));
}

std::unique_ptr<RequestReader> open_request_trace(ByteStream stream, std::string_view format) {
  const auto& known = require_format(trace_formats(), kind, format, stream.name());
  return known.open(std::move(stream));
}

}  // namespace tokenfab

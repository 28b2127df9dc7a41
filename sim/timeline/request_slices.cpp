// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/request_slices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <queue>
#include <set>

#include "sim/core/mix.hpp"
#include "sim/data/csv_rows.hpp"

namespace tokenfab {
namespace {

enum Column : std::size_t {
  Id,
  Service,
  Tenant,
  Status,
  Arrival,
  Ttft,
  E2el,
  InputTokens,
  CachedTokens,
  OutputTokens,
  Pool,
  ReplicaNumber
};

CsvRows open(const std::string& path) {
  return {path,
          {"id", "service", "tenant", "status", "arrival_s", "ttft_s", "e2el_s", "input_tokens",
           "cached_input_tokens", "output_tokens", "pool", "replica"}};
}

/// What a row says of when the request was there.
struct Span {
  double begin_s = 0;
  std::optional<double> first_token_s;
  double end_s = 0;
  bool was_served = false;  // or still is; the others have no end that is known
};

Span span_of(const CsvRows& row, double run_end_s) {
  Span span;
  span.begin_s = span.end_s = row.known_number(Arrival);
  if (const auto ttft = row.number(Ttft)) {
    span.first_token_s = span.begin_s + *ttft;
  }
  if (const auto e2el = row.number(E2el)) {
    span.end_s = span.begin_s + *e2el;
    span.was_served = true;
  } else if (row.text(Status) == "in_flight") {
    span.end_s = std::max(span.begin_s, run_end_s);
    span.was_served = true;
  }
  return span;
}

bool is_in(const Span& span, TraceWindow window) {
  return span.was_served ? window.meets(span.begin_s, span.end_s) : window.has(span.begin_s);
}

std::uint64_t hash_of(const CsvRows& row) {
  return chained(text_number(row.text(Service)), text_number(row.text(Id)));
}

TraceArgs args_of(const CsvRows& row) {
  TraceArgs args;
  args.add("request", row.text(Id));
  if (!row.text(Tenant).empty()) {
    args.add("tenant", row.text(Tenant));
  }
  args.add("status", row.text(Status))
      .add("input tokens", row.known_number(InputTokens))
      .add("cached input tokens", row.known_number(CachedTokens))
      .add("output tokens", row.known_number(OutputTokens));
  return args;
}

void write_request(const CsvRows& row, const Span& span, TraceWindow window, std::uint64_t id,
                   TraceWriter& writer) {
  const auto process_name = fmt::format("service {}", row.text(Service));
  const int process = writer.process(process_name);
  if (!span.was_served) {
    writer.instant(writer.thread(process_name, "not served"), span.begin_s, row.text(Status),
                   args_of(row));
    return;
  }
  // Viewers put slices of one name on one group of lines: a replica's.
  const auto name = row.text(Pool).empty()
                        ? std::string("of no replica")
                        : fmt::format("{}/{}", row.text(Pool), row.text(ReplicaNumber));
  const auto part = [&](double begin_s, double end_s, std::string_view what) {
    if (window.meets(begin_s, end_s)) {
      writer.async_begin(process, id, window.cut(begin_s), what);
      writer.async_end(process, id, window.cut(end_s), what);
    }
  };
  writer.async_begin(process, id, window.cut(span.begin_s), name, args_of(row));
  if (span.first_token_s) {
    part(span.begin_s, *span.first_token_s, "queue and prefill");
    part(*span.first_token_s, span.end_s, "decode");
  }
  writer.async_end(process, id, window.cut(span.end_s), name);
}

}  // namespace

RequestsTold add_requests(const std::string& path, TraceWindow window, double end_s,
                          std::uint64_t events_max, TraceWriter& writer) {
  constexpr std::uint64_t events_per_request = 6;
  constexpr std::uint64_t names_per_service = 2;
  RequestsTold told;
  std::set<std::string, std::less<>> services;
  std::priority_queue<std::uint64_t> smallest;
  auto survey = open(path);
  while (survey.next()) {
    if (!is_in(span_of(survey, end_s), window)) {
      continue;
    }
    ++told.in_window;
    if (services.find(survey.text(Service)) == services.end()) {
      services.emplace(survey.text(Service));
    }
    // More than could ever be kept need not be remembered.
    smallest.push(hash_of(survey));
    if (smallest.size() > events_max / events_per_request) {
      smallest.pop();
    }
  }
  const auto taken = writer.events() + services.size() * names_per_service;
  const auto room = taken < events_max ? (events_max - taken) / events_per_request : 0;
  while (smallest.size() > room) {
    smallest.pop();
  }
  auto rows = open(path);
  while (!smallest.empty() && rows.next()) {
    const auto span = span_of(rows, end_s);
    if (is_in(span, window) && hash_of(rows) <= smallest.top()) {
      write_request(rows, span, window, ++told.kept, writer);
    }
  }
  return told;
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/trace_writer.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tokenfab {
namespace {

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

/// Whole ones, so that a slice ends exactly where the next one begins.
std::int64_t nanoseconds(double seconds) { return std::llround(seconds * 1e9); }

std::string in_us(std::int64_t nanoseconds) {
  return fmt::format("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}

std::string with_args(const TraceArgs& args) {
  return args.json().empty() ? "" : ",\"args\":{" + args.json() + "}";
}

}  // namespace

TraceArgs& TraceArgs::add(std::string_view name, std::string_view text) {
  json_ += fmt::format("{}{}:{}", json_.empty() ? "" : ",", quoted(name), quoted(text));
  return *this;
}

TraceArgs& TraceArgs::add(std::string_view name, double number) {
  json_ += fmt::format("{}{}:{}", json_.empty() ? "" : ",", quoted(name), number);
  return *this;
}

TraceWriter::TraceWriter(TimelineFile& file) : file_(file) { file_.write("{\"traceEvents\":["); }

void TraceWriter::write(const char* phase, int process, std::string_view rest) {
  file_.write(fmt::format("{}\n{{\"ph\":\"{}\",\"pid\":{},{}}}", events_ > 0 ? "," : "", phase,
                          process, rest));
  ++events_;
}

void TraceWriter::name_it(const char* what, TraceTrack track, const std::string& name) {
  write("M", track.process,
        fmt::format("\"tid\":{},\"name\":\"{}\",\"args\":{{\"name\":{}}}", track.thread, what,
                    quoted(name)));
}

int TraceWriter::process(const std::string& name) {
  const auto [found, is_new] =
      processes_.try_emplace(name, static_cast<int>(processes_.size()) + 1);
  if (is_new) {
    name_it("process_name", {found->second, 0}, name);
  }
  return found->second;
}

TraceTrack TraceWriter::thread(const std::string& process_name, const std::string& name) {
  const int number = process(process_name);
  const auto [found, is_new] = threads_.try_emplace({number, name}, 0);
  if (is_new) {
    found->second = ++threads_of_[number];
    name_it("thread_name", {number, found->second}, name);
  }
  return {number, found->second};
}

void TraceWriter::slice(TraceTrack track, double from_s, double to_s, std::string_view name,
                        const TraceArgs& args) {
  const auto from = nanoseconds(from_s);
  write("X", track.process,
        fmt::format("\"tid\":{},\"ts\":{},\"dur\":{},\"name\":{}{}", track.thread, in_us(from),
                    in_us(nanoseconds(to_s) - from), quoted(name), with_args(args)));
}

void TraceWriter::instant(TraceTrack track, double at_s, std::string_view name,
                          const TraceArgs& args) {
  write("i", track.process,
        fmt::format("\"tid\":{},\"ts\":{},\"s\":\"t\",\"name\":{}{}", track.thread,
                    in_us(nanoseconds(at_s)), quoted(name), with_args(args)));
}

void TraceWriter::counter(int process, double at_s, std::string_view name,
                          const TraceArgs& values) {
  write("C", process,
        fmt::format("\"tid\":0,\"ts\":{},\"name\":{}{}", in_us(nanoseconds(at_s)), quoted(name),
                    with_args(values)));
}

void TraceWriter::write_async(const char* phase, int process, std::uint64_t id, double at_s,
                              std::string_view name, const TraceArgs& args) {
  write(phase, process,
        fmt::format("\"tid\":0,\"ts\":{},\"cat\":\"request\",\"id\":\"{:#x}\",\"name\":{}{}",
                    in_us(nanoseconds(at_s)), id, quoted(name), with_args(args)));
}

void TraceWriter::async_begin(int process, std::uint64_t id, double at_s, std::string_view name,
                              const TraceArgs& args) {
  write_async("b", process, id, at_s, name, args);
}

void TraceWriter::async_end(int process, std::uint64_t id, double at_s, std::string_view name) {
  write_async("e", process, id, at_s, name, {});
}

void TraceWriter::finish(const TraceArgs& about) {
  file_.write("\n],\"displayTimeUnit\":\"ms\",\"otherData\":{" + about.json() + "}}\n");
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/swf_trace.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t columns = 18;
enum Column : std::size_t {
  number = 0,
  submit = 1,
  run = 3,
  given_processors = 4,
  requested_processors = 7,
  requested_time = 8,
  user = 11
};
using Fields = std::array<std::string_view, columns>;

/// Splits at blanks into `fields` as far as they go; returns how many there are.
std::size_t split_at_blanks(std::string_view line, Fields& fields) {
  std::size_t count = 0;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      return count;
    }
    line.remove_prefix(begin);
    const std::string_view field = line.substr(0, line.find_first_of(" \t"));
    if (count < fields.size()) {
      fields[count] = field;
    }
    ++count;
    line.remove_prefix(field.size());
  }
}

bool is_unknown(std::string_view field) { return field == "-1" || field == "-1.00"; }

std::optional<double> number_of(std::string_view field) {
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace

bool SwfTrace::recognises(std::string_view first_line) {
  Fields fields;
  return first_line.starts_with(';') ||
         (split_at_blanks(first_line, fields) == columns && number_of(fields[0]).has_value());
}

std::string_view SwfTrace::parse(std::string_view line, JobRow& row) {
  Fields fields;
  if (const std::size_t count = split_at_blanks(line, fields); count != columns) [[unlikely]] {
    reject(fmt::format("{} numbers in {}, expected {} between blanks", count, quote(line), columns),
           "see https://www.cs.huji.ac.il/labs/parallel/workload/swf.html");
  }
  for (std::size_t i = 0; i < columns; ++i) {
    if (!number_of(fields[i])) [[unlikely]] {
      reject_field(fmt::format("number {} of the line", i + 1), fields[i],
                   "a decimal number, -1 where it is not known");
    }
  }
  row.submit = seconds("submit time", fields[submit]);
  std::uint64_t id = 0;
  const auto [stop, error] =
      std::from_chars(fields[number].data(), fields[number].data() + fields[number].size(), id);
  row.id = error == std::errc() ? id : row.id;
  row.user = is_unknown(fields[user]) ? "" : fields[user];
  if (is_unknown(fields[run])) {
    return "unknown run time";
  }
  row.run = seconds("run time", fields[run]);
  if (!is_unknown(fields[requested_time])) {
    row.estimate = seconds("requested time", fields[requested_time]);
  }
  const bool has_request =
      !is_unknown(fields[requested_processors]) && fields[requested_processors] != "0";
  const auto processors = has_request ? requested_processors : given_processors;
  if (is_unknown(fields[processors])) {
    return "unknown chips";
  }
  row.chips =
      chips(has_request ? "requested processors" : "allocated processors", fields[processors]);
  if (row.estimate == Duration()) {
    row.estimate.reset();
  }
  return row.run == Duration() ? zero_run_time : row.chips == 0 ? "no chips" : "";
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
#include "sim/data/job_csv_traces.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

enum Column : std::size_t { submit, run, chips_column, estimate, priority, user, chip_share };
constexpr std::size_t required_columns = 3;
constexpr std::array<std::string_view, 7> column_names{
    "submit_s", "run_s", "chips", "estimate_s", "priority", "user", "chip_share"};
constexpr std::string_view csv_header =
    "submit_s,run_s,chips[,estimate_s,priority,user,chip_share]";

constexpr std::string_view gavel_header =
    "vc,job,arrival_s,num_gpus,job_type,total_steps,v100_steps_per_s,v100_duration_s";
constexpr std::string_view chronus_header =
    "job_id,user,num_gpu,submit_time,iterations,model_name,duration,interval,expect_time_list,"
    "expect_value_list,best_effort,job_type";
constexpr std::string_view openb_header =
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,"
    "deletion_time,scheduled_time";

std::optional<double> finite_number(std::string_view field) {
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  const bool is_number = error == std::errc() && stop == end && std::isfinite(value);
  return is_number ? std::optional(value) : std::nullopt;
}

std::uint64_t number_or(std::string_view field, std::uint64_t otherwise) {
  std::uint64_t value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  return error == std::errc() && stop == end ? value : otherwise;
}

}  // namespace

bool JobCsvTrace::recognises(std::string_view first_line) {
  return has_column(first_line, column_names[submit]);
}

JobCsvTrace::JobCsvTrace(ByteStream stream)
    : JobLines(std::move(stream), csv_header),
      columns_(read_columns(column_names, required_columns, csv_header)) {}

std::string_view JobCsvTrace::parse(std::string_view line, JobRow& row) {
  std::array<std::string_view, column_names.size()> fields;
  const std::size_t count = split_fields(line, fields);
  if (count != columns_.size()) [[unlikely]] {
    reject_column_count(count, columns_.size());
  }
  for (std::size_t i = 0; i < count; ++i) {
    parse_field(columns_[i], fields[i], row);
  }
  if (row.chip_share < 1 && row.chips != 1) [[unlikely]] {
    reject(fmt::format("chip_share is {} of {} chips, expected 1 chip", row.chip_share, row.chips),
           "a share is that of one chip");
  }
  return row.run == Duration() ? zero_run_time : "";
}

void JobCsvTrace::parse_field(std::size_t column, std::string_view field, JobRow& row) const {
  const auto value = finite_number(field);
  switch (column) {
    case submit:
      row.submit = seconds("submit_s", field);
      return;
    case run:
      row.run = seconds("run_s", field);
      return;
    case chips_column:
      row.chips = chips("chips", field);
      if (row.chips == 0) [[unlikely]] {
        reject_field("chips", field, fmt::format("a whole number from 1 to {}", max_job_chips));
      }
      return;
    case estimate:
      if (!field.empty()) {
        row.estimate = seconds("estimate_s", field);
      }
      return;
    case priority:
      if (!value && !field.empty()) [[unlikely]] {
        reject_field("priority", field, "a decimal number, or nothing for 0");
      }
      row.priority = value.value_or(0);
      return;
    case user:
      return take_name("user", field, row.user);
    default:
      if ((!value && !field.empty()) || value.value_or(1) <= 0 || value.value_or(1) > 1)
          [[unlikely]] {
        reject_field("chip_share", field, "a part of one chip, above 0 to 1, or nothing for 1");
      }
      row.chip_share = value.value_or(1);
  }
}

bool PhillyTrace::recognises(std::string_view first_line) {
  return has_column(first_line, "num_gpus") ||
         (has_column(first_line, "num_gpu") && has_column(first_line, "submit_time"));
}

PhillyTrace::PhillyTrace(ByteStream stream)
    : JobLines(std::move(stream), gavel_header), is_chronus_(line() == chronus_header) {
  if (!is_chronus_ && line() != gavel_header) {
    reject(fmt::format("the header is {}, expected {} (gavel) or {} (Chronus)", quote(line()),
                       gavel_header, chronus_header));
  }
  if (is_chronus_) {
    sort_rows();
  }
}

std::string_view PhillyTrace::parse(std::string_view line, JobRow& row) {
  std::array<std::string_view, 12> fields;
  const std::size_t expected = is_chronus_ ? 12 : 8;
  if (const std::size_t count = split_fields(line, fields); count != expected) [[unlikely]] {
    reject_column_count(count, expected);
  }
  if (is_chronus_) {
    row.id = number_or(fields[0], row.id);
    take_name("user", fields[1], row.user);
    row.chips = chips("num_gpu", fields[2]);
    row.submit = seconds("submit_time", fields[3]) * 60;
    row.run = seconds("duration", fields[6]) * 60;
  } else {
    take_name("vc", fields[0], row.user);
    row.id = number_or(fields[1], row.id);
    row.submit = seconds("arrival_s", fields[2]);
    row.chips = chips("num_gpus", fields[3]);
    if (fields[7].empty()) {
      return "unknown run time";
    }
    row.run = seconds("v100_duration_s", fields[7]);
  }
  return row.chips == 0 ? "no chips" : row.run == Duration() ? zero_run_time : "";
}

bool OpenbTrace::recognises(std::string_view first_line) {
  return has_column(first_line, "gpu_milli");
}

OpenbTrace::OpenbTrace(ByteStream stream) : JobLines(std::move(stream), openb_header) {
  if (line() != openb_header) {
    reject(fmt::format("the header is {}, expected {}", quote(line()), openb_header));
  }
}

std::string_view OpenbTrace::parse(std::string_view line, JobRow& row) {
  std::array<std::string_view, 11> fields;
  if (const std::size_t count = split_fields(line, fields); count != fields.size()) [[unlikely]] {
    reject_column_count(count, fields.size());
  }
  row.submit = seconds("creation_time", fields[8]);
  row.chips = chips("num_gpu", fields[3]);
  const auto milli = parse_whole(fields[4], 1000);
  if (!milli) [[unlikely]] {
    reject_field("gpu_milli", fields[4], "thousandths of a GPU from 0 to 1000");
  }
  take_name("qos", fields[6], row.user);
  if (row.chips == 0 || *milli == 0) {
    return "no chips";
  }
  if (row.chips == 1) {
    row.chip_share = *milli / 1000.0;
  }
  if (fields[10].empty() || fields[9].empty()) {
    return "never scheduled";
  }
  row.run = seconds("deletion_time", fields[9]) - seconds("scheduled_time", fields[10]);
  if (row.run < Duration()) [[unlikely]] {
    reject(fmt::format("deletion_time {} lies before scheduled_time {}", fields[9], fields[10]));
  }
  return row.run == Duration() ? zero_run_time : "";
}

}  // namespace tokenfab

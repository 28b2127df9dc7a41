// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/shard.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>
#include <string>

namespace tokenfab {
namespace {

std::optional<std::int64_t> count_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = fault == std::errc() && end == text.data() + text.size();
  return is_whole && value >= 0 ? std::optional(value) : std::nullopt;
}

/// A variable that Slurm sets beside the task's number.
std::int64_t slurm_count(const char* name, const std::optional<std::string>& text) {
  const auto value = text ? count_of(*text) : std::nullopt;
  if (!value) {
    throw std::invalid_argument(
        fmt::format("SLURM_ARRAY_TASK_ID is set, but {} is {}: inside a job array Slurm sets both; "
                    "outside name the part with --shard i/N",
                    name, text ? fmt::format("\"{}\"", *text) : "not"));
  }
  return *value;
}

}  // namespace

Shard shard_of(std::string_view text) {
  const auto slash = text.find('/');
  const auto index = count_of(text.substr(0, slash));
  const auto count =
      slash == std::string_view::npos ? std::nullopt : count_of(text.substr(slash + 1));
  if (!index || !count || *count < 1 || *index > *count) {
    throw std::invalid_argument(fmt::format(
        "\"{}\" is no part of a sweep: expected i/N with i from 1 to N, such as 2/8", text));
  }
  return {*index % *count, *count};
}

std::optional<Shard> shard_of(const SlurmTask& task) {
  if (!task.id || task.id->empty()) {
    return std::nullopt;
  }
  const auto id = count_of(*task.id);
  if (!id) {
    throw std::invalid_argument(fmt::format("SLURM_ARRAY_TASK_ID \"{}\" is no number", *task.id));
  }
  const auto min = slurm_count("SLURM_ARRAY_TASK_MIN", task.min);
  const auto count = slurm_count("SLURM_ARRAY_TASK_COUNT", task.count);
  const auto step = task.step ? slurm_count("SLURM_ARRAY_TASK_STEP", task.step) : 1;
  if (step < 1 || *id < min || (*id - min) % step != 0 || (*id - min) / step >= count) {
    throw std::invalid_argument(
        fmt::format("task {} is not one of {} that count from {} in steps of {}: a sweep needs "
                    "--array=FIRST-LAST",
                    *id, count, min, step));
  }
  return Shard{(*id - min) / step, count};
}

}  // namespace tokenfab

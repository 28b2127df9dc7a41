// SPDX-License-Identifier: Apache-2.0
#include "sim/database/sweep_merge.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/database/sweep_database.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t told_max = 20;

/// The problems of many inputs; told as those of data if any is.
class Problems {
 public:
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  /// Does it, keeping what it throws.
  template <class Work>
  void collect(Work work) {
    try {
      work();
    } catch (const DataError& error) {
      are_of_data_ = true;
      keep(error);
    } catch (const ConfigError& error) {
      keep(error);
    }
  }
  void throw_any() const {
    if (!problems_.empty()) {
      if (are_of_data_) {
        throw DataError(problems_);
      }
      throw ConfigError(problems_);
    }
  }

 private:
  void keep(const InputError& error) {
    problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
  }
  std::vector<Problem> problems_;
  bool are_of_data_ = false;
};

/// Lines of a ledger or metrics by name.
using Numbers = std::map<std::string, double>;

Numbers numbers_of(const RunAnswer& answer) {
  Numbers numbers(answer.metrics.begin(), answer.metrics.end());
  for (const auto& entry : answer.costs) {
    numbers[fmt::format("cost/{}/{}/{}", entry.layer, entry.item, entry.site)] = entry.amount_usd;
  }
  for (const auto& entry : answer.energies) {
    numbers[fmt::format("energy/{}/{}", entry.site, entry.item)] = entry.energy_j;
  }
  return numbers;
}

std::string number_text(const Numbers& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  return found == numbers.end() ? "none" : fmt::format("{}", found->second);
}

/// The first that differs, "ttft_p99_s is 1 and 2"; empty if the runs are equal.
std::string first_difference(const StoredRun& a, const StoredRun& b) {
  for (const auto& [name, one, other] : {std::tuple("seed", a.run.seed, b.run.seed),
                                         std::tuple("point", a.run.point, b.run.point)}) {
    if (one != other) {
      return fmt::format("{} is {} and {}", name, one, other);
    }
  }
  if (a.answer.status != b.answer.status || a.answer.reason != b.answer.reason) {
    return fmt::format("status is {} {} and {} {}", name_of(a.answer.status), a.answer.reason,
                       name_of(b.answer.status), b.answer.reason);
  }
  const auto ones = numbers_of(a.answer);
  const auto others = numbers_of(b.answer);
  std::set<std::string> names;
  for (const auto* numbers : {&ones, &others}) {
    for (const auto& [name, value] : *numbers) {
      names.insert(name);
    }
  }
  for (const auto& name : names) {
    const auto one = number_text(ones, name);  // the shortest that reads back the same
    const auto other = number_text(others, name);
    if (one != other) {
      return fmt::format("{} is {} and {}", name, one, other);
    }
  }
  return a.answer.scenario_sha256 != b.answer.scenario_sha256 ? "the scenarios are different" : "";
}

SweepDescription common_description(const std::vector<std::string>& inputs, Problems& problems) {
  SweepDescription first;
  std::string first_path;
  for (const auto& path : inputs) {
    problems.collect([&] {
      const auto description = SweepDatabase::open(path).description();
      if (first_path.empty()) {
        first = description;
        first_path = path;
        return;
      }
      if (description.sha256 != first.sha256) {
        problems.add(
            {{path},
             "",
             fmt::format("is of sweep \"{}\" ({:.12}), {} of \"{}\" ({:.12})", description.name,
                         description.sha256, first_path, first.name, first.sha256),
             "only parts of one sweep can be merged"});
      } else if (description.program != first.program) {
        problems.add({{path},
                      "",
                      fmt::format("was played by tokenfab {}, {} by {}", description.program,
                                  first_path, first.program),
                      "play one of them again"});
      }
    });
  }
  return first;
}

/// Fills a database with the runs of others, one after the other.
class Merge {
 public:
  explicit Merge(SweepDatabase& out)
      : out_(out), owners_(static_cast<std::size_t>(out.description().run_count()), none) {}

  void add(const std::vector<std::string>& inputs) {
    Problems problems;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      problems.collect([&] {
        SweepDatabase::open(inputs[i]).for_each_run(
            [&](const StoredRun& stored) { add(stored, inputs, i, problems); });
      });
    }
    problems.throw_any();
  }

  MergeOutcome outcome() const {
    MergeOutcome outcome;
    outcome.name = out_.description().name;
    outcome.run_count = out_.description().run_count();
    outcome.repeated = repeated_;
    for (std::size_t run = 0; run < owners_.size(); ++run) {
      if (owners_[run] != none) {
        ++outcome.runs;
      } else if (outcome.first_missing.size() < 10) {
        outcome.first_missing.push_back(static_cast<std::int64_t>(run));
      }
    }
    return outcome;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void add(const StoredRun& stored, const std::vector<std::string>& inputs, std::size_t input,
           Problems& problems) {
    const auto run = static_cast<std::size_t>(stored.run.run);
    if (run >= owners_.size()) {
      problems.add({{inputs[input]}, "", fmt::format("the sweep has no run {}", run), ""});
      return;
    }
    if (owners_[run] == none) {
      owners_[run] = input;
      out_.add(stored.run, stored.answer);
      return;
    }
    ++repeated_;
    const auto difference = first_difference(*out_.find_run(stored.run.run), stored);
    if (!difference.empty() && differences_++ < told_max) {
      problems.add(
          {{inputs[input]},
           "",
           fmt::format("run {} differs from that of {}: {}", run, inputs[owners_[run]], difference),
           "leave one of the files out"});
    }
  }

  SweepDatabase& out_;
  std::vector<std::size_t> owners_;  // the input that each run came from
  std::int64_t repeated_ = 0;
  std::size_t differences_ = 0;
};

void remove_database(const std::string& path) {
  std::error_code ignored;
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path + suffix, ignored);
  }
}

}  // namespace

MergeOutcome merge_sweeps(const std::string& out, const std::vector<std::string>& inputs) {
  if (std::filesystem::exists(out)) {
    throw ConfigError({{{out}, "", "exists already", "merge into a new file"}});
  }
  Problems problems;
  const auto description = common_description(inputs, problems);
  problems.throw_any();
  const auto temporary = fmt::format("{}.{}.merge", out, ::getpid());
  try {
    MergeOutcome outcome;
    {
      auto database = SweepDatabase::create(temporary, description);
      Merge merge(database);
      merge.add(inputs);
      outcome = merge.outcome();
      database.finish();
    }
    give_new_name(temporary, out);
    return outcome;
  } catch (...) {
    remove_database(temporary);
    throw;
  }
}

std::string missing_text(const MergeOutcome& outcome) {
  if (outcome.missing() == 0) {
    return fmt::format("all {} runs are there", outcome.run_count);
  }
  const bool has_more = outcome.missing() > static_cast<std::int64_t>(outcome.first_missing.size());
  return fmt::format("{} of {} runs are missing: {}{}", outcome.missing(), outcome.run_count,
                     fmt::join(outcome.first_missing, ", "), has_more ? ", ..." : "");
}

}  // namespace tokenfab

// SPDX-License-Identifier: Apache-2.0
// FCFS, EASY and conservative backfilling written down as plainly as can be, to hold the schedulers
// against, start by start: whole hosts, lists that are walked from end to end, whole seconds.
// Nothing of models/scheduler is used.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

namespace tokenfab::testing {

struct NaiveJob {
  std::int64_t submit = 0;
  std::int64_t run = 1;
  std::int64_t estimate = 1;
  std::int64_t hosts = 1;
};

enum class NaiveRule { Fcfs, Easy, Conservative };

class NaiveSchedule {
 public:
  NaiveSchedule(std::vector<NaiveJob> jobs, std::int64_t hosts, NaiveRule rule)
      : jobs_(std::move(jobs)), hosts_(hosts), rule_(rule), begins(jobs_.size(), -1) {
    std::set<std::int64_t> dates;
    for (const auto& job : jobs_) {
      dates.insert(job.submit);
    }
    std::size_t next = 0;
    while (!dates.empty()) {
      const std::int64_t now = *dates.begin();
      dates.erase(dates.begin());
      bool ended_early = false;
      std::erase_if(running_, [&](std::size_t i) {
        const bool ends = begins[i] + jobs_[i].run == now;
        ended_early |= ends && jobs_[i].run < jobs_[i].estimate;
        return ends;
      });
      for (; next < jobs_.size() && jobs_[next].submit == now; ++next) {
        queue_.push_back(next);
      }
      const std::size_t before = running_.size();
      rule_ == NaiveRule::Conservative ? conservative(now, ended_early) : in_order(now);
      for (std::size_t i = before; i < running_.size(); ++i) {
        dates.insert(now + jobs_[running_[i]].run);
      }
    }
  }

 private:
  std::vector<NaiveJob> jobs_;
  std::int64_t hosts_;
  NaiveRule rule_;
  std::vector<std::size_t> queue_;
  std::vector<std::size_t> running_;
  std::vector<std::int64_t> promised_;

 public:
  std::vector<std::int64_t> begins;
  /// What each job was promised first; -1: nothing (under EASY only heads are).
  std::vector<std::int64_t> first_promises() const { return first_promises_; }

 private:
  std::vector<std::int64_t> first_promises_;

  std::int64_t free() const {
    std::int64_t free = hosts_;
    for (const std::size_t i : running_) {
      free -= jobs_[i].hosts;
    }
    return free;
  }

  void begin(std::size_t i, std::int64_t now) {
    begins[i] = now;
    running_.push_back(i);
    queue_.erase(std::find(queue_.begin(), queue_.end(), i));
  }

  void in_order(std::int64_t now) {
    while (!queue_.empty() && jobs_[queue_.front()].hosts <= free()) {
      begin(queue_.front(), now);
    }
    if (queue_.empty() || rule_ == NaiveRule::Fcfs) {
      return;
    }
    // The head's date: the first expected end by which enough are free.
    const auto free_by = [&](std::int64_t date) {
      std::int64_t hosts = free();
      for (const std::size_t i : running_) {
        hosts += begins[i] + jobs_[i].estimate <= date ? jobs_[i].hosts : 0;
      }
      return hosts;
    };
    const std::int64_t head = jobs_[queue_.front()].hosts;
    std::int64_t shadow = std::numeric_limits<std::int64_t>::max();
    for (const std::size_t i : running_) {
      const std::int64_t end = begins[i] + jobs_[i].estimate;
      if (end < shadow && free_by(end) >= head) {
        shadow = end;
      }
    }
    first_promises_.resize(jobs_.size(), -1);
    auto& first = first_promises_[queue_.front()];
    first = first < 0 ? shadow : first;
    std::int64_t extra = free_by(shadow) - head;
    const auto waiting = queue_;
    for (std::size_t k = 1; k < waiting.size(); ++k) {
      const NaiveJob& job = jobs_[waiting[k]];
      const bool ends_before = now + job.estimate <= shadow;
      if (job.hosts <= free() && (ends_before || job.hosts <= extra)) {
        extra -= ends_before ? 0 : job.hosts;
        begin(waiting[k], now);
      }
    }
  }

  /// Hosts taken at a date by running jobs and promises made to jobs other than `except`.
  std::int64_t taken(std::int64_t date, std::int64_t now, std::size_t except) const {
    std::int64_t hosts = 0;
    for (const std::size_t i : running_) {
      const std::int64_t end = begins[i] + jobs_[i].estimate;
      hosts += date < end || date == now ? jobs_[i].hosts : 0;
    }
    for (const std::size_t i : queue_) {
      const bool counts = i != except && promised_[i] >= 0;
      hosts += counts && promised_[i] <= date && date < promised_[i] + jobs_[i].estimate
                   ? jobs_[i].hosts
                   : 0;
    }
    return hosts;
  }

  /// The first date from now on at which the job fits for its whole estimate: now, or an end.
  std::int64_t earliest(std::size_t job, std::int64_t now) const {
    std::set<std::int64_t> dates{now};
    std::set<std::int64_t> changes{now};
    const auto add = [&](std::int64_t begin, std::int64_t end) {
      dates.insert(std::max(end, now));
      changes.insert(std::max(begin, now));
      changes.insert(std::max(end, now));
    };
    for (const std::size_t i : running_) {
      add(begins[i], begins[i] + jobs_[i].estimate);
    }
    for (const std::size_t i : queue_) {
      if (i != job && promised_[i] >= 0) {
        add(promised_[i], promised_[i] + jobs_[i].estimate);
      }
    }
    for (const std::int64_t date : dates) {
      const std::int64_t end = date + jobs_[job].estimate;
      const bool fits = std::all_of(changes.begin(), changes.end(), [&](std::int64_t change) {
        const bool is_inside = change > date && change < end;
        return !is_inside || taken(change, now, job) + jobs_[job].hosts <= hosts_;
      });
      if (fits && taken(date, now, job) + jobs_[job].hosts <= hosts_) {
        return date;
      }
    }
    return -1;
  }

  /// For traces in which no job outlives its estimate.
  void conservative(std::int64_t now, bool ended_early) {
    promised_.resize(jobs_.size(), -1);
    first_promises_.resize(jobs_.size(), -1);
    const auto waiting = queue_;
    for (const std::size_t i : waiting) {
      if (promised_[i] < 0 || ended_early) {
        promised_[i] = earliest(i, now);
      }
      if (first_promises_[i] < 0) {
        first_promises_[i] = promised_[i];
      }
    }
    for (const std::size_t i : waiting) {
      if (promised_[i] == now) {
        begin(i, now);
      }
    }
  }
};

}  // namespace tokenfab::testing

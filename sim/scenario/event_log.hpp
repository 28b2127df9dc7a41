// SPDX-License-Identifier: Apache-2.0
// What has happened in a run, kept until its end: plants are solved later than what happens
// meanwhile, so rows come out of order. Of more rows than wanted the earliest are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/sinks.hpp"

namespace tokenfab {

/// Names of the configuration, which outlives the log.
struct EventPlace {
  std::string_view site;
  std::string_view cluster;
};

class EventLog {
 public:
  /// `has_all_jobs`: also those of traces and mixes, besides the declared ones.
  EventLog(std::size_t rows_max, bool has_all_jobs)
      : rows_max_(rows_max), has_all_jobs_(has_all_jobs) {}

  bool has_all_jobs() const { return has_all_jobs_; }
  void add(Instant at, EventPlace place, EventKind kind, std::string subject,
           std::string detail = {});
  /// In order of date; at one date in the order in which they were added. Behind the last row, if
  /// there were more, one that counts them.
  void write(EventSink& sink);

 private:
  struct Row {
    Instant at;
    std::uint64_t number;
    EventPlace place;
    EventKind kind;
    std::string subject;
    std::string detail;
    bool operator<(const Row& other) const {
      return at != other.at ? at < other.at : number < other.number;
    }
  };
  void keep_earliest();

  std::size_t rows_max_;
  bool has_all_jobs_;
  std::vector<Row> rows_;
  std::uint64_t added_ = 0;
  std::uint64_t left_out_ = 0;
  std::optional<Instant> last_;  // of the rows kept, once some were left out
};

}  // namespace tokenfab

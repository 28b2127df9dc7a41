// SPDX-License-Identifier: Apache-2.0
// The files of a result folder. Rows stream into temporary names; only commit() gives all files
// their real ones, so that a run that fails or is killed leaves no half file.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/sinks.hpp"

namespace tokenfab {

/// A file under a temporary name that vanishes unless it is committed.
class PendingFile {
 public:
  /// Makes its folder too. Throws ConfigError if the file cannot be made.
  explicit PendingFile(std::string path);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  void write(std::string_view text);
  /// Hands what was written to the system. Both throw ConfigError if anything could not be written.
  void flush();
  void commit();

 private:
  std::string path_;
  std::string temporary_;
  std::FILE* file_ = nullptr;
  bool failed_ = false;
};

/// The files of rows that a run writes.
struct RowFiles {
  bool requests = false;
  bool series = false;
  bool jobs = false;
  bool events = false;
  bool fleet = false;
};

class ResultFiles : public RequestSink,
                    public SeriesSink,
                    public JobSink,
                    public EventSink,
                    public FleetSink {
 public:
  /// Makes the folder. Throws ConfigError if it cannot be written to.
  ResultFiles(const std::string& folder, const RowFiles& with);

  void request(const RequestRecord& record) override;
  void series(const SeriesRecord& record) override;
  void job(const JobRecord& record) override;
  void event(const EventRecord& record) override;
  void fleet(const FleetRecord& record) override;
  bool has_jobs() const { return jobs_ != nullptr; }
  bool has_requests() const { return requests_ != nullptr; }
  bool has_series() const { return series_ != nullptr; }
  bool has_events() const { return events_ != nullptr; }
  bool has_fleet() const { return fleet_ != nullptr; }

  /// For a process that has written the rows of its parent's files.
  void flush();
  /// Writes the other files and gives all of them their names; `months` (months.csv) if any. Files
  /// that an earlier run left and this one does not write go.
  void commit(std::string_view report, std::string_view resolved_scenario,
              std::string_view months = {});

 private:
  std::string folder_;
  std::unique_ptr<PendingFile> requests_;
  std::unique_ptr<PendingFile> series_;
  std::unique_ptr<PendingFile> jobs_;
  std::unique_ptr<PendingFile> events_;
  std::unique_ptr<PendingFile> fleet_;
};

}  // namespace tokenfab

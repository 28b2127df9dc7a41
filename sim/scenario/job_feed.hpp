// SPDX-License-Identifier: Apache-2.0
// A workload of jobs at run time: pulls jobs from its source, one ahead, and submits each to its
// cluster at its date.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/api/job.hpp"
#include "sim/scenario/cluster_jobs.hpp"

namespace tokenfab {

class JobFeed : public engine::EventHandler {
 public:
  JobFeed(std::string name, std::unique_ptr<JobSource> source, ClusterJobs& cluster,
          const NodeConfig& node, engine::Agenda& agenda);

  const std::string& name() const { return name_; }
  const JobSource& source() const { return *source_; }
  void start();
  void handle_event(Instant now) override;
  /// No more jobs will come.
  bool is_dry() const { return !has_next_; }

 private:
  void fetch();

  std::string name_;
  std::unique_ptr<JobSource> source_;
  ClusterJobs& cluster_;
  double chip_power_w_;  // of a busy chip and its part of the host, above idle, at full activity
  engine::Agenda& agenda_;
  engine::Agenda::Slot slot_;
  JobRow next_;
  bool has_next_ = false;
};

/// What a chip draws above idle at its power limit, its part of the host included.
Watts dynamic_power_per_chip(const NodeConfig& node);

}  // namespace tokenfab

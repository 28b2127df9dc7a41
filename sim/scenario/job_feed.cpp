// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/job_feed.hpp"

#include <utility>

#include "sim/scenario/fixed_work.hpp"

namespace tokenfab {

Watts dynamic_power_per_chip(const NodeConfig& node) {
  return node.chip.power_limit - node.chip.power_idle + node.host_power_per_chip();
}

JobFeed::JobFeed(std::string name, std::unique_ptr<JobSource> source, ClusterJobs& cluster,
                 const NodeConfig& node, engine::Agenda& agenda)
    : name_(std::move(name)),
      source_(std::move(source)),
      cluster_(cluster),
      chip_power_w_(dynamic_power_per_chip(node).si() * source_->traits().activity),
      agenda_(agenda),
      slot_(agenda.add(engine::EventPriority::Arrival, *this)) {}

void JobFeed::fetch() {
  has_next_ = source_->next(next_);
  if (has_next_) {
    agenda_.schedule(slot_, Instant(next_.submit));
  }
}

void JobFeed::start() { fetch(); }

void JobFeed::handle_event(Instant now) {
  while (has_next_ && Instant(next_.submit) <= now) {
    const auto traits = source_->traits();
    JobSubmission job;
    job.source = name_;
    job.id = next_.id;
    job.demand.chips = next_.chips;
    job.demand.chip_share = next_.chip_share;
    job.demand.priority = next_.priority;
    job.demand.is_preemptible = traits.is_preemptible;
    job.user = next_.user;
    const double chips = job.demand.chips_needed();
    job.work = std::make_unique<FixedWork>(FixedWork::Setup{
        next_.run, next_.estimate, next_.chips, microwatts(chip_power_w_ * chips), traits.resumes});
    fetch();  // first: a job that is rejected may be the last of the run
    cluster_.submit(std::move(job), now);
  }
}

}  // namespace tokenfab

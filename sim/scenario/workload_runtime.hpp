// SPDX-License-Identifier: Apache-2.0
// A workload at run time: pulls requests from its source and hands each to its service at the date
// the scheduler can first see it, arrival + front-end time (tokenization, HTTP).
//
// Requests are fetched ahead only as far as needed to know which one is visible next, so memory
// does not grow with the length of a trace and a request costs one event.
//
// A workload may be held: it starts when somebody starts it, tells when it is done, and may then
// run again from another source. A source counts dates from its own start and knows nothing of it.
// Left out: queueing inside the front end; the front end of diffusion services.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/workload.hpp"
#include "sim/scenario/service_runtime.hpp"

namespace tokenfab {

class WorkloadRuntime : public engine::EventHandler {
 public:
  WorkloadRuntime(WorkloadId id, std::string name, std::unique_ptr<Workload> source,
                  ServiceRuntime& service, Floor& floor);

  const std::string& name() const { return name_; }
  /// The source's date 0 is `from`.
  void start(Instant from = Instant());
  /// Runs again, after it was done: from now on with this source, opened. Prompts of different
  /// sources must not share contents that they do not mean to share (their streams tell).
  void restart(std::unique_ptr<Workload> source, Instant now);
  /// Called whenever a run is done: no request will come, and all that came have left. It is an
  /// event of its own at that date, in which the service may be changed and the workload restarted.
  void when_done(std::function<void(Instant)> listener) { when_done_ = std::move(listener); }

  /// Of all runs so far, each from the day of the run on which its source's date 0 lies.
  std::optional<AgentActivity> agents() const;
  std::optional<std::uint64_t> answered_in_time() const;

  void handle_event(Instant now) override;
  /// A request of this workload has been answered or rejected.
  void request_left(const Departure& departure);

  /// No request is pending and none will come by itself.
  bool is_dry() const { return pending_.empty() && !has_next_; }

  /// The horizon: requests that have arrived by `now` but are still in the front end.
  void stop_at(Instant now);

 private:
  struct Pending {
    Instant visible;
    std::uint64_t order;
    Arrival arrival;
    bool operator>(const Pending& other) const {
      return visible != other.visible ? visible > other.visible : order > other.order;
    }
  };

  void read_next();
  void fetch();
  void push(Arrival&& arrival);
  Arrival pop();
  SlotId make_request(Arrival&& arrival);
  std::uint32_t tenant_number(std::uint32_t of_source);
  void reschedule();
  void look_if_done(Instant now);

  WorkloadId id_;
  std::string name_;
  std::unique_ptr<Workload> source_;
  ServiceRuntime& service_;
  Floor& floor_;
  engine::Agenda::Slot slot_;
  Duration front_end_;
  Duration front_end_per_token_;
  Duration offset_;  // of the source's date 0
  Arrival next_;     // the source's next request, not pending yet
  bool has_next_ = false;
  std::uint64_t pushed_ = 0;
  std::vector<Pending> pending_;  // min-heap by visible date
  std::vector<Arrival> replies_;
  std::uint64_t in_service_ = 0;  // handed to the service, not left yet
  bool is_running_ = false;
  std::function<void(Instant)> when_done_;
  // Sources number tenants in their own order; one name has one number here.
  std::vector<std::string> tenant_names_;
  std::map<std::string, std::uint32_t> tenants_by_name_;
  std::vector<std::uint32_t> tenant_numbers_;  // by the source's number
  // Of the sources before this one:
  std::optional<AgentActivity> agents_before_;
  std::optional<std::uint64_t> in_time_before_;
};

}  // namespace tokenfab
